"""Names that no customer in scope bears: recognised as names, so that nobody is taken for somebody else."""

import re
from collections.abc import Iterator, Sequence

from assistant.understanding.cues import all_cues
from assistant.understanding.reading import CustomerMention
from assistant.understanding.text import PlainText
from knowledge.crm.directory import customers_by_keys, customers_spelt_like
from knowledge.crm.names import COMPOUND_SURNAMES, HAN, fold
from knowledge.crm.store import Reader

SUGGESTED = 3
"""At most this many customers are offered for a name that nobody bears."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SEPARATED = re.compile(r"[^\s\-'’]")


def longer_name(text: PlainText, mention: CustomerMention, common: frozenset[str]) -> tuple[int, int] | None:
    """The stretch of a longer name that a mention is only a part of: 张丽 in 张丽华, "Emma" in "Emma Quill"."""
    if HAN.match(text.plain[mention.start]):
        return _longer_han(text.plain, mention, common)
    return _longer_latin(text, mention, common)


def _longer_han(plain: str, mention: CustomerMention, common: frozenset[str]) -> tuple[int, int] | None:
    start, end = mention.start, mention.end
    if end - start > 3 or any(plain.startswith(title, end - len(title)) for title in _titles_after()):
        return None
    if end - start == 2 or plain[start : start + 2] in COMPOUND_SURNAMES:
        after = plain[end : end + 1]
        if HAN.match(after) and not _goes_on(plain, end, common):
            return start, end + 1
    before = plain[start - 1 : start]
    if before in _surnames() and not (plain[start] in _surnames() and end - start > 2):
        known = before in _beside_names() or plain[max(start - 2, 0) : start] in common
        if not known and plain[start : start + 1] not in _surnames():
            return start - 1, end
    return None


def _goes_on(plain: str, at: int, common: frozenset[str]) -> bool:
    """Whether an everyday word, a title or nothing stands at that place, and so no name goes on there."""
    character = plain[at : at + 1]
    if not HAN.match(character):
        return True
    titled = any(plain.startswith(title, at) for title in _titles_after())
    return titled or character in _beside_names() or plain[at : at + 2] in common


def _longer_latin(text: PlainText, mention: CustomerMention, common: frozenset[str]) -> tuple[int, int] | None:
    """The mention with the unusual capitalised words beside it; where it is in lower case, with any unusual word."""
    lower = text.original[mention.start : mention.end].islower()
    start, end = mention.start, mention.end
    words = list(_WORD.finditer(text.plain))
    for word in reversed([w for w in words if w.end() <= start]):
        if not _belongs(text, word, (word.end(), start), lower, common):
            break
        start = word.start()
    for word in (w for w in words if w.start() >= end):
        if not _belongs(text, word, (end, word.start()), lower, common):
            break
        end = word.end()
    return (start, end) if (start, end) != (mention.start, mention.end) else None


def _belongs(
    text: PlainText, word: re.Match[str], between: tuple[int, int], lower: bool, common: frozenset[str]
) -> bool:
    written = text.original[word.start() : word.end()]
    bare = re.sub(r"['’]s$", "", word[0])
    shortest = 3 if lower else 2
    if _SEPARATED.search(text.plain[between[0] : between[1]]) or len(bare) < shortest or HAN.search(bare):
        return False
    everyday = bare in common or bare in _months() or bare in _titles_before()
    return not everyday and not _acronym(written) and (lower or written[0].isupper())


async def stranger(reader: Reader, text: PlainText, place: tuple[int, int], near: Sequence[str]) -> CustomerMention:
    """A name that nobody bears, with those who are spelt or sound nearly like it, or else `near`; with no
    ids where there is nobody to suggest."""
    start, end = place
    written = re.sub(r"['’]s$", "", text.original[start:end])
    alike = await spelt_alike(reader, written) or (near if len(near) <= SUGGESTED else ())
    return CustomerMention(start, start + len(written), written, tuple(alike), spelt_alike=True)


async def spelt_alike(reader: Reader, written: str) -> list[str]:
    """Customers whose full name is spelt nearly like this one, or sounds the same in Chinese."""
    folded = fold(written)
    if not HAN.search(folded):
        return await customers_spelt_like(reader, folded, SUGGESTED)
    from pypinyin import lazy_pinyin

    surname = 2 if folded[:2] in COMPOUND_SURNAMES else 1
    sounds = lazy_pinyin(folded)
    key = f"{''.join(sounds[:surname])} {''.join(sounds[surname:])}"
    named = await customers_by_keys(reader, [key])
    return list(named[key].full)[:SUGGESTED] if key in named else []


def names_in(masked: str, common: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Places of what looks like a name in a question whose known mentions are masked."""
    yield from _han_companies(masked, common)
    yield from _latin_names(masked, common)
    yield from _han_names(masked, common)


def _latin_names(masked: str, common: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words, or of words in lower case, that everyday questions do not have."""
    runs: list[list[re.Match[str]]] = []
    last_end = -1
    for word in re.finditer(r"\{\w+\}|" + _WORD.pattern, masked):
        bare = PlainText.of(re.sub(r"['’]s$", "", word[0])).plain
        if word[0][0] == "{" or HAN.search(bare) or len(bare) < 2 or bare in common or _acronym(word[0]):
            continue
        joins = runs and last_end >= 0 and not masked[last_end : word.start()].strip(" ")
        if joins and runs[-1][-1][0][0].isupper() == word[0][0].isupper():
            runs[-1].append(word)
        else:
            runs.append([word])
        last_end = word.end()
    runs.sort(key=lambda run: (not run[0][0][0].isupper(), -len(run)))
    everyday = frozenset().union(*(cues.everyday for cues in all_cues()))
    for run in runs:
        if all(PlainText.of(word[0]).plain in everyday for word in run):
            continue
        yield run[0].start(), run[-1].start() + len(re.sub(r"['’]s$", "", run[-1][0]))


def is_name(masked: str, place: tuple[int, int]) -> bool:
    """Whether it is surely meant as a name: Chinese, or in capitals that the begin of a sentence does not ask for."""
    start, end = place
    written = masked[start:end]
    if HAN.match(written):
        return True
    at_the_start = not masked[:start].strip(" ¿¡\"'")
    capitals = [word for word in written.split() if word[0].isupper()]
    return len(capitals) > 1 or (bool(capitals) and not at_the_start)


def _han_names(masked: str, common: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Stretches that start with a surname, hold no everyday word and stand where a name would."""
    plain = PlainText.of(masked).plain
    for start, character in enumerate(plain):
        if character not in _surnames() or plain[max(start - 1, 0) : start + 1] in common:
            continue
        longest = 4 if plain[start : start + 2] in COMPOUND_SURNAMES else 3
        for end in range(start + longest, start + 1, -1):
            name = plain[start:end]
            if len(name) == end - start and _may_be_name(name, common) and _goes_on(plain, end, common):
                yield start, end
                break


def _han_companies(masked: str, common: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Stretches that end as a Chinese company's name does, from behind the everyday words before it."""
    plain = PlainText.of(masked).plain
    ends = [end for cues in all_cues() for end in cues.company_ends]
    for match in re.finditer(rf"[㐀-鿿（）()]{{2,}}?(?:{'|'.join(ends)})", plain):
        start = match.start()
        while start < match.end() and (plain[start] in _beside_names() or plain[start : start + 2] in common):
            start += 2 if plain[start : start + 2] in common else 1
        if match.end() - start > max(map(len, ends)):
            yield start, match.end()


def _may_be_name(name: str, common: frozenset[str]) -> bool:
    pairs = any(name[i : i + 2] in common for i in range(len(name) - 1))
    return all(map(HAN.match, name)) and not pairs and name[-1] not in _beside_names()


def _acronym(written: str) -> bool:
    return written.isupper() and 1 < len(written) <= 5


def _surnames() -> frozenset[str]:
    return next(cues.surnames for cues in all_cues() if cues.surnames)


def _beside_names() -> frozenset[str]:
    return next(cues.beside_names for cues in all_cues() if cues.beside_names)


def _titles_after() -> list[str]:
    return _titles(after=True)


def _titles_before() -> list[str]:
    return _titles(after=False)


def _titles(after: bool) -> list[str]:
    spoken = [cues.titles.values() for cues in all_cues() if cues.title_after_name is after]
    return [title for sexes in spoken for titles in sexes for title in titles]


def _months() -> set[str]:
    return {month for cues in all_cues() for month in cues.months}
