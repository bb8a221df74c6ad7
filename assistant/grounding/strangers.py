"""Names that a sentence says and the ledger does not: of customers of others, of products not looked up, of nobody."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.grounding.known_names import Bearer, KnownNames
from assistant.grounding.named import Mention
from assistant.grounding.written.lexicon import Lexicon
from assistant.grounding.written.vocabulary import everyday_latin, everyday_words
from assistant.understanding.text import PlainText, Token, key_of
from knowledge.crm.names import COMPOUND_SURNAMES, HAN, fold
from prompts import cues

_LETTER = r"[^\W\d_\u3400-\u9fff]"
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")
_LINKS = frozenset(["de", "del", "la", "las", "los", "y", "of", "the", "and", "&", "van", "von", "da", "do", "dos"])
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
LONGEST_HAN, LONGEST_LATIN = 24, 8


@dataclass(frozen=True)
class Stranger:
    """A name that is not on the ledger, and what is known to bear it: nobody where it only looks like a name. One that
    is an everyday word too ("car loan") is a product's name only where figures are told of it."""

    start: int
    end: int
    written: str
    bearer: Bearer | None
    only_with_figures: bool = False


def find_strangers(
    whole: PlainText, uncopied: PlainText, mentions: Sequence[Mention], words: Lexicon, known: KnownNames, said: str,
    names: Collection[str],
) -> list[Stranger]:  # fmt: skip
    """The strangers in a text; `uncopied` is what is left of it without what it copies, `mentions` the names in it that
    are on the ledger. `said` are the words of the ledger, folded, each between spaces; `names` the whole names
    on it."""
    left = uncopied.without([(mention.start, mention.end) for mention in mentions])
    parts = [mention for mention in mentions if not mention.is_whole]
    wholes = [mention for mention in mentions if mention.is_whole]
    found = [stranger for stranger in _borne(uncopied, words, known, said) if _is_beyond(stranger, wholes)]
    found += _capitalised(whole, left, parts, words, said)
    found += _misspelt(whole, names, said)
    found += _han_shaped(left, words, said)
    found.sort(key=lambda stranger: (stranger.start - stranger.end, stranger.start))
    kept: list[Stranger] = []
    for stranger in found:
        if all(stranger.end <= other.start or stranger.start >= other.end for other in kept):
            kept.append(stranger)
    return sorted(kept, key=lambda stranger: stranger.start)


def _is_beyond(stranger: Stranger, mentions: Sequence[Mention]) -> bool:
    """Whether a name is none of those mentioned: it stands apart from them, or holds one as a part."""
    touched = [m for m in mentions if m.start < stranger.end and m.end > stranger.start]
    return all(stranger.start <= m.start and m.end <= stranger.end for m in touched)


def is_said(written: str, said: str) -> bool:
    """Whether the words of the ledger hold it: Chinese anywhere, other words as whole words."""
    folded = fold(written)
    return folded in said if HAN.search(folded) else f" {folded} " in said


def _borne(text: PlainText, words: Lexicon, known: KnownNames, said: str) -> Iterator[Stranger]:
    """Names that the store knows."""
    spans = {key: span for span in _spans(text.tokens()) if len(key := key_of(span)) > 1}
    for key, bearer in known.borne(spans.keys()).items():
        span = spans[key]
        start, end = span[0].start, span[-1].end
        written = text.original[start:end]
        if not is_said(written, said):
            meant = _is_meant(text, span, bearer, words) or _is_all(text.original, start, end)
            if meant or bearer in (Bearer.PRODUCT, Bearer.BRANCH):
                yield Stranger(start, end, written, bearer, only_with_figures=not meant)


def _is_all(text: str, start: int, end: int) -> bool:
    """Whether there is hardly anything but the name: a heading."""
    return len(re.sub(r"\W", "", text[:start] + text[end:])) <= 2


def _spans(tokens: list[Token]) -> Iterator[list[Token]]:
    for start in range(len(tokens)):
        han = HAN.match(tokens[start].text)
        for end in range(start + 1, min(start + (LONGEST_HAN if han else LONGEST_LATIN), len(tokens)) + 1):
            if han and end - 1 > start and (tokens[end - 1].gap or not HAN.match(tokens[end - 1].text)):
                break
            yield tokens[start:end]


def _is_meant(text: PlainText, span: list[Token], bearer: Bearer, words: Lexicon) -> bool:
    """Whether a name that somebody bears is no everyday word here."""
    written = text.original[span[0].start : span[-1].end]
    if HAN.match(written):
        if bearer is Bearer.CUSTOMER and len(written) <= 4:
            usual = text.plain[span[0].start : span[0].start + 2] in everyday_words("zh")
            return not usual and (len(written) > 2 or _stands_alone(text.plain, span[0].start, span[-1].end, words))
        return len(written) > 4 or bearer in (Bearer.EMPLOYEE, Bearer.BRANCH)
    everyday = everyday_words(words.language)
    if bearer in (Bearer.PRODUCT, Bearer.BRANCH):
        return any(text.original[token.start].isupper() for token in span[1:])
    capital = any(text.original[token.start].isupper() for token in span)
    return capital and any(token.text not in everyday for token in span)


def _capitalised(
    whole: PlainText, text: PlainText, parts: Sequence[Mention], words: Lexicon, said: str
) -> Iterator[Stranger]:
    """Words with a capital that no everyday word has, one after the other; beside a part of a name they make it
    another name."""
    for run in _runs(text, words):
        written = re.sub(r"['’]s$", "", text.original[run[0].start() : run[-1].end()])
        beside = [part for part in parts if _adjoins(whole.original, part, run)]
        if beside:
            start, end = min(beside[0].start, run[0].start()), max(beside[0].end, run[-1].end())
            if not is_said(whole.original[start:end], said):
                yield Stranger(start, end, whole.original[start:end], None)
            continue
        if is_said(written, said) or (words.language != "zh" and _sounds_said(written, said)):
            continue
        at_start = not re.sub(r"[\W\d_]+", "", whole.original[: run[0].start()])
        place = words.place_lead.search(whole.plain[: run[0].start()]) is not None
        if len(run) == 1 and (at_start or place):
            continue
        yield Stranger(run[0].start(), run[-1].end(), written, None)


def _adjoins(text: str, part: Mention, run: Sequence[re.Match[str]]) -> bool:
    begin, end = run[0].start(), run[-1].end()
    between = text[part.end : begin] if part.end <= begin else text[end : part.start]
    return between in (" ", "-")


def _runs(text: PlainText, words: Lexicon) -> Iterator[list[re.Match[str]]]:
    everyday, run = everyday_latin(), list[re.Match[str]]()
    for match in _WORD.finditer(text.original):
        bare = re.sub(r"['’]s$", "", text.plain[match.start() : match.end()])
        unusual = (
            match[0][0].isupper()
            and not HAN.match(match[0])
            and bare not in everyday
            and bare not in words.capitals
            and bare not in words.months
            and bare not in words.weekdays
            and not (match[0].isupper() and len(match[0]) <= 5)
        )
        joined = bool(run) and not text.original[run[-1].end() : match.start()].strip(" -")
        if unusual and joined:
            run.append(match)
        elif unusual:
            if run:
                yield run
            run = [match]
        elif run and not (joined and bare in _LINKS):
            yield run
            run = []
    if run:
        yield run


def _sounds_said(written: str, said: str) -> bool:
    """Whether it is the Latin spelling of Chinese words of the ledger: Huaxin of 华信."""
    told = [word for word in fold(written).split() if word not in ("bank", "banco", "co", "ltd")]
    return len("".join(told)) > 4 and all(word in _sounds(said) for word in told)


@lru_cache(maxsize=8)
def _sounds(said: str) -> frozenset[str]:
    """The Latin spelling of every two to four Chinese characters that stand side by side, and of their first."""
    from pypinyin import lazy_pinyin

    runs = [lazy_pinyin(run) for run in set(_HAN_RUN.findall(said))]
    return frozenset("".join(run[i : i + n]) for run in runs for n in range(1, 5) for i in range(len(run) - n + 1))


def _misspelt(text: PlainText, names: Collection[str], said: str) -> Iterator[Stranger]:
    """Chinese names that differ from one on the ledger in one character."""
    for name in names:
        if not HAN.match(name) or len(name) < 3:
            continue
        for match in re.finditer(f"(?=({'|'.join(_one_off(name))}))", text.plain):
            written = text.plain[match.start(1) : match.end(1)]
            if written not in names and all(map(HAN.match, written)) and not is_said(written, said):
                yield Stranger(match.start(1), match.end(1), text.original[match.start(1) : match.end(1)], None)


def _one_off(name: str) -> list[str]:
    """Patterns for the name with one character changed; a person's surname is one's own."""
    first = 1 if len(name) <= 4 else 0
    return [name[:i] + "." + name[i + 1 :] for i in range(first, len(name))]


def _han_shaped(text: PlainText, words: Lexicon, said: str) -> Iterator[Stranger]:
    """A surname with a given name where a person would be named, which no everyday word explains."""
    plain = text.plain
    for start, character in enumerate(plain):
        if character not in _surnames():
            continue
        longest = 4 if plain[start : start + 2] in COMPOUND_SURNAMES else 3
        for end in range(start + longest, start + 1, -1):
            written = plain[start:end]
            if len(written) == end - start and all(map(HAN.match, written)) and _stands_alone(plain, start, end, words):
                if not is_said(written, said):
                    yield Stranger(start, end, text.original[start:end], None)
                break


_DATED = re.compile(r"\d[年月日号]$")


def _stands_alone(plain: str, start: int, end: int, words: Lexicon) -> bool:
    """Whether a Chinese name stands there by itself: no everyday word in it, and none that runs across its ends."""
    pairs, beside = everyday_words("zh"), _beside_names()
    inside = any(plain[i : i + 2] in pairs for i in range(start, end - 1))
    before, after = plain[max(start - 1, 0) : start], plain[end : end + 1]
    cued = words.name_cues.search(plain[:start]) is not None
    begins = not HAN.match(before) or before in beside or plain[max(start - 2, 0) : start] in pairs or cued
    begins = begins or _DATED.search(plain[:start]) is not None
    ends = not HAN.match(after) or after in beside or plain[end : end + 2] in pairs
    across = (before not in beside and plain[start - 1 : start + 1] in pairs) or (
        after not in beside and plain[end - 1 : end + 1] in pairs
    )
    return not inside and begins and ends and not across and plain[end - 1] not in beside


@cache
def _surnames() -> frozenset[str]:
    return frozenset(cues("zh")["surnames"])


@cache
def _beside_names() -> frozenset[str]:
    return frozenset(cues("zh")["beside_names"])
