"""Which products a question names, and which kinds, tiers and risk classes."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby

from rapidfuzz import fuzz

from assistant.understanding.cues import all_cues
from assistant.understanding.reading import ProductMention
from assistant.understanding.text import PlainText, Token
from knowledge.crm.codes import ProductKind, Tier
from knowledge.crm.names import HAN, fold
from knowledge.crm.tables import Product
from prompts import LANGUAGES, word

ALIKE = 90
SHORTEST = 8
"""Letters of a name from which a slip in it can be told from another word."""
MOST = 0.6
BEGINNING = 4
"""Letters from which the begin of a word stands for it."""
WORDS_SAID, HAN_SAID = 2, 4
"""A shortened name holds this share of the full one's words, and so many of them: words, or Chinese characters."""
_RISK = re.compile(r"(?<![a-z0-9])r([1-5])(?![a-z0-9])")


def find_products(text: PlainText, products: Sequence[Product]) -> list[ProductMention]:
    """The products named by id or by name in any language; the longest names first, overlaps dropped."""
    mentions: list[ProductMention] = []
    for name, ids in sorted(_by_name(products).items(), key=lambda item: -len(item[0])):
        for match in _occurrences(name, text.plain):
            if all(match.end() <= m.start or match.start() >= m.end for m in mentions):
                written = text.original[match.start() : match.end()]
                mentions.append(ProductMention(match.start(), match.end(), written, ids))
    found = sorted(mentions, key=lambda m: m.start) or _spelt_alike(text, products) or _shortened(text, products)
    found = found or _pointed_at(text, products)
    return _with_other_numbers(text, found, products)


def nicknamed(text: PlainText, products: Sequence[Product]) -> list[ProductMention]:
    """The products that people call otherwise: a mortgage is a home loan. None where the bank has no such one."""
    for cues in all_cues():
        for said, name in cues.nicknames:
            match = said.search(text.plain)
            ids = {id for own, ids in _by_name(products).items() if name.search(own) for id in ids} if match else ()
            if match and ids:
                return [ProductMention(match.start(), match.end(), match[0], tuple(sorted(ids)))]
    return []


def _pointed_at(text: PlainText, products: Sequence[Product]) -> list[ProductMention]:
    """The one product that a single word of its name tells, where it is pointed at so: "the balanced one". "The
    platinum one" is a customer of that tier."""
    names = _by_name(products)
    for cues in all_cues():
        for match in cues.asides.points_at_product.finditer(text.plain):
            start, end = match.span("word")
            said = _stem(text.plain[start:end])
            if find_code(said, "tier", list(Tier)):
                continue
            ids = {ids for name, ids in names.items() if _tells(said, name)}
            if len(ids) == 1:
                return [ProductMention(start, end, text.original[start:end], next(iter(ids)))]
    return []


def _tells(said: str, name: str) -> bool:
    """Whether a word is of that name, and no word for a kind of products."""
    if HAN.search(said):
        return said in name and said not in _kind_words()
    return said not in _kind_words() and said not in _units() and _is_of(said, _stems(name))


def _spelt_alike(text: PlainText, products: Sequence[Product]) -> list[ProductMention]:
    """A product whose name stands in the text with a slip; only one that is clearly the nearest."""
    folded = fold(text.original)
    scored = sorted(
        (
            (fuzz.partial_ratio(name, folded), name, ids)
            for name, ids in _by_name(products).items()
            if SHORTEST <= len(name) <= len(folded) + 1
        ),
        reverse=True,
    )
    if not scored or scored[0][0] < ALIKE or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return []
    return [ProductMention(0, 0, scored[0][1], scored[0][2])]


def _shortened(text: PlainText, products: Sequence[Product]) -> list[ProductMention]:
    """A product called by most words of its name side by side, its kind among them: "the 12-month term deposit".
    Words that fit several products ("term deposit") name a kind and none of them."""
    tokens = [token for token in text.tokens() if _telling(token.text)]
    names = _sharing_words(tokens, products)
    found: list[tuple[float, ProductMention]] = []
    for name, ids in names.items():
        words = _stems(name)
        for run in _runs(tokens, words):
            place = (run[0].start, run[-1].end)
            said = {_stem(token.text) for token in run}
            enough = len(said) >= (HAN_SAID if HAN.search(name) else WORDS_SAID) and len(said) >= MOST * len(words)
            if enough and _kind_words() & {*said, text.plain[run[-1].end - 2 : run[-1].end]}:
                written = text.original[place[0] : place[1]]
                found.append((len(said) / len(words), ProductMention(*place, written, ids)))
    nearest = [mention for share, mention in found if share == max(share for share, _ in found)]
    meant = {id for mention in nearest for id in mention.ids}
    return nearest[:1] if len(meant) == 1 else _by_what_tells(text, tokens, names, products)


def _sharing_words(tokens: Sequence[Token], products: Sequence[Product]) -> Mapping[str, tuple[str, ...]]:
    """The names, with their products, that share a word with these tokens."""
    said = {_stem(token.text) for token in tokens}
    return {name: ids for name, ids in _by_name(products).items() if not said.isdisjoint(_stems(name))}


def _by_what_tells(
    text: PlainText, tokens: Sequence[Token], names: Mapping[str, tuple[str, ...]], products: Sequence[Product]
) -> list[ProductMention]:
    """The one product that has these few words of its name side by side: its kind and what tells it ("the tech fund"),
    or its proper word and its number ("Steady 90")."""
    kinds = {product.id: product.kind for product in products}
    tokens = [token for token in tokens if _stem(token.text) not in _units() or HAN.match(token.text)]
    found: list[tuple[int, ProductMention]] = []
    for name, ids in names.items():
        for run in _runs(tokens, _stems(name)):
            place = (run[0].start, run[-1].end)
            said = {_stem(token.text) for token in run}
            kind = find_code(text.plain[slice(*place)], "product_kind", list(ProductKind))
            of_kind = len(said) >= (HAN_SAID if HAN.search(name) else WORDS_SAID) and kind in {kinds[id] for id in ids}
            if of_kind or _numbered(said):
                found.append((len(said), ProductMention(*place, text.original[slice(*place)], ids)))
    longest = [mention for words, mention in found if words == max(words for words, _ in found)]
    at: dict[tuple[int, int], dict[str, ProductMention]] = {}
    for mention in longest:
        at.setdefault((mention.start, mention.end), {}).update(dict.fromkeys(mention.ids, mention))
    unclear = any(len(ids) > 1 for ids in at.values())
    return [] if unclear else [mention for ids in at.values() for mention in ids.values()]


def _numbered(said: Collection[str]) -> bool:
    """Whether it is a number with a proper word; 24 months are a time."""
    proper = sum(1 if HAN.match(word) else 2 for word in said if _is_proper(word))
    return any(word.isdigit() for word in said) and proper >= 2


def _is_proper(word: str) -> bool:
    if word.isdigit() or word in _units() or word in _kind_words():
        return False
    return bool(HAN.match(word)) or len(word) >= BEGINNING


@cache
def _units() -> frozenset[str]:
    return frozenset(_stem(unit) for cues in all_cues() for unit in cues.units)


def _joined(text: PlainText, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether nothing but "and the", "or", "days" stands between two places."""
    (_, end), (start, _) = sorted((one, other))
    between = text.plain[end:start]
    words = {token.text for token in PlainText.of(between).tokens()}
    joined = any(cues.asides.joins_products.search(between) for cues in all_cues())
    return start >= end and joined and all(_stem(word) in _units() or _is_joint(word) for word in words)


@lru_cache(maxsize=1_000)
def _is_joint(word: str) -> bool:
    return any(cues.asides.joins_products.fullmatch(word) for cues in all_cues())


def _with_other_numbers(
    text: PlainText, found: list[ProductMention], products: Sequence[Product]
) -> list[ProductMention]:
    """The products found, and beside a single one those that differ from it in a number which stands in the text too:
    "the Steady 90 and the 180"."""
    if len(found) != 1 or len(found[0].ids) != 1:
        return found
    one, numbers = found[0], [token for token in text.tokens() if token.text.isdigit()]
    beside = [token for token in numbers if _joined(text, (one.start, one.end), (token.start, token.end))]
    if not beside:
        return found
    by_stems = {_stems(name): ids for name, ids in _by_name(products).items()}
    others: list[ProductMention] = []
    for name in (name for name, ids in _by_name(products).items() if ids == one.ids):
        own = {word for word in _stems(name) if word.isdigit()}
        for token in beside if len(own) == 1 else ():
            alike = by_stems.get(frozenset({*_stems(name) - own, token.text}), ())
            if alike and alike != one.ids and all(other.ids != alike for other in others):
                others.append(ProductMention(token.start, token.end, token.text, alike))
    return sorted([one, *others], key=lambda mention: mention.start)


def _runs(tokens: Sequence[Token], words: frozenset[str]) -> list[list[Token]]:
    """The stretches of tokens that are all among the words, or begin one: tech, technology."""
    among = groupby(tokens, key=lambda token: _is_of(_stem(token.text), words))
    return [list(run) for inside, run in among if inside]


@lru_cache(maxsize=100_000)
def _is_of(said: str, words: frozenset[str]) -> bool:
    return said in words or (len(said) >= BEGINNING and any(word.startswith(said) for word in words))


@cache
def _kind_words() -> frozenset[str]:
    said = [PlainText.of(word("product_kind", kind, language)).plain for kind in ProductKind for language in LANGUAGES]
    pairs = [words[i : i + 2] for words in said for i in range(len(words) - 1) if HAN.match(words[i])]
    return frozenset([*pairs, *(_stem(part) for words in said for part in words.split())])


def _telling(word: str) -> bool:
    return len(word) > 2 or word.isdigit() or HAN.match(word) is not None


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _by_name(products: Sequence[Product]) -> Mapping[str, tuple[str, ...]]:
    return _folded(tuple((product.id, product.name, *product.names.values()) for product in products))


@lru_cache(maxsize=8)
def _folded(named: tuple[tuple[str, ...], ...]) -> Mapping[str, tuple[str, ...]]:
    """Products by each folded name; of each its id and then its names are given."""
    names: dict[str, list[str]] = {}
    for id, *written in named:
        for name in {id.lower(), *map(fold, written)}:
            names.setdefault(name, []).append(id)
    return {name: tuple(ids) for name, ids in names.items()}


def _occurrences(name: str, plain: str) -> list[re.Match[str]]:
    return list(_pattern(name).finditer(plain))


@lru_cache(maxsize=10_000)
def _pattern(name: str) -> re.Pattern[str]:
    pattern = r"[^\w]+".join(map(re.escape, re.split(r"[\W_]+", name)))
    return re.compile(pattern if HAN.search(name) else rf"(?<![a-z0-9]){pattern}(?![a-z0-9])")


@lru_cache(maxsize=10_000)
def _stems(name: str) -> frozenset[str]:
    """The telling words of a product's name."""
    return frozenset(_stem(token.text) for token in PlainText.of(name).tokens() if _telling(token.text))


def find_risk(plain: str) -> str | None:
    match = _RISK.search(plain)
    return f"R{match[1]}" if match else None


def find_code(plain: str, vocabulary: str, codes: Sequence[str]) -> str | None:
    """The stored code whose word stands in the text; the longest word wins."""
    for pattern, code in _words(vocabulary, tuple(codes)):
        if pattern.search(plain):
            return code
    return None


@cache
def _words(vocabulary: str, codes: tuple[str, ...]) -> list[tuple[re.Pattern[str], str]]:
    """The words of codes, the longest first."""
    words = {PlainText.of(word(vocabulary, code, language)).plain: code for code in codes for language in LANGUAGES}
    words |= {code.replace("_", " "): code for code in codes}
    for cues in all_cues():
        words |= {more: code for code, said in cues.codes.get(vocabulary, {}).items() for more in said}
    longest_first = sorted(words.items(), key=lambda item: -len(item[0]))
    return [(_said_as(written), code) for written, code in longest_first]


def _said_as(written: str) -> re.Pattern[str]:
    return re.compile(re.escape(written) if HAN.search(written) else rf"\b{re.escape(written)}(?:s|es)?\b")
