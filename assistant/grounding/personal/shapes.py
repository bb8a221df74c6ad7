"""Names that nobody in the store bears, by their shape: with a title before or after, or capitals side by side."""

import re
from collections.abc import Collection, Iterator
from functools import cache

from assistant.grounding.personal.found import Found
from assistant.grounding.placeholders import Personal
from assistant.grounding.written.lexicon import lexicon
from assistant.grounding.written.vocabulary import everyday_words
from assistant.understanding.text import PlainText
from knowledge.crm.names import COMPOUND_SURNAMES, HAN, fold
from prompts import cues, verification

_LETTER = r"[^\W\d_\u3400-\u9fff]"
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")
_LINKS = ("de", "del", "la", "las", "los", "y", "van", "von", "da", "do", "dos")
_HAN_CUE = re.compile(
    r"(?:联系人|客户|总经理|经理|董事长|名叫|叫做?|姓名[:：]?|先生|女士|女儿|儿子|妻子|丈夫|母亲|父亲|朋友|同事)$"
)


def found_by_shape(plain: PlainText, names_nobody: Collection[str]) -> Iterator[Found]:
    """The places of what is written as a person's name. `names_nobody` are words and names of products and branches."""
    yield from _titled_latin(plain)
    yield from _capitalised(plain, names_nobody)
    if HAN.search(plain.plain):
        yield from _han(plain)


def _titled_latin(plain: PlainText) -> Iterator[Found]:
    """Mr Carter, Sra. García López: the name without the title."""
    for match in _title_before().finditer(plain.plain):
        end = match.end()
        words = 0
        for word in _WORD.finditer(plain.original, match.end()):
            between = plain.plain[end : word.start()]
            if between.strip(" ") and between.strip(" ") not in _LINKS:
                break
            if word[0] in _LINKS:
                continue
            if not word[0][0].isupper() or words == 3:
                break
            end, words = word.end(), words + 1
        if words:
            yield Found(match.end(), end, Personal.PERSON)


def _capitalised(plain: PlainText, names_nobody: Collection[str]) -> Iterator[Found]:
    """Two words or more with a capital that no everyday word has and that name no product or branch."""
    run: list[re.Match[str]] = []
    for word in [*_WORD.finditer(plain.original), None]:
        joins = word is not None and run and not plain.original[run[-1].end() : word.start()].strip(" -")
        if word is not None and _unusual(plain, word, names_nobody) and (joins or not run):
            run.append(word)
            continue
        if len(run) > 1:
            yield Found(run[0].start(), _without_genitive(run[-1]), Personal.PERSON)
        run = [word] if word is not None and _unusual(plain, word, names_nobody) else []


def _unusual(plain: PlainText, word: re.Match[str], names_nobody: Collection[str]) -> bool:
    bare = re.sub(r"['’]s$", "", plain.plain[word.start() : word.end()])
    if not word[0][0].isupper() or (word[0].isupper() and len(word[0]) <= 5) or len(bare) < 2:
        return False
    return bare not in names_nobody and fold(bare) not in _usual()


@cache
def _usual() -> frozenset[str]:
    words = set(everyday_words("en") | everyday_words("es"))
    for language in ("en", "es"):
        known = lexicon(language)
        words |= {*known.months, *known.weekdays, *known.capitals, *known.titles}
    return frozenset(words)


def _without_genitive(word: re.Match[str]) -> int:
    return word.start() + len(re.sub(r"['’]s$", "", word[0]))


def _han(plain: PlainText) -> Iterator[Found]:
    """A surname with a title (王先生), or a surname and a given name after a word for a person (联系人刘敏)."""
    text, surnames, pairs = plain.plain, _surnames(), everyday_words("zh")
    titles = verification("zh")["titles"]
    for start, character in enumerate(text):
        compound = text[start : start + 2] in COMPOUND_SURNAMES
        if not (character in surnames or compound) or character in cues("zh")["beside_names"]:
            continue
        if text[max(start - 1, 0) : start + 1] in pairs:
            continue
        first = 2 if compound else 1
        for end in range(start + first + 2, start + first - 1, -1):
            name = text[start:end]
            if len(name) < end - start or not all(map(HAN.match, name)):
                continue
            everyday = any(name[i : i + 2] in pairs for i in range(len(name) - 1))
            titled = any(text.startswith(title, end) for title in titles) and text[end - 1 : end + 1] not in pairs
            cued = end - start > first and _HAN_CUE.search(text[:start]) and not _runs_on(text, end, pairs)
            if not everyday and (titled or cued):
                yield Found(start, end, Personal.PERSON)
                break


def _runs_on(text: str, end: int, pairs: frozenset[str]) -> bool:
    """Whether the last character belongs to the word that follows."""
    return text[end - 1 : end + 1] in pairs


@cache
def _title_before() -> re.Pattern[str]:
    titles = [title for language in ("en", "es") for title in verification(language)["titles"]]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(titles, key=len, reverse=True))})\.?\s(?=\S)")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(cues("zh")["surnames"])
