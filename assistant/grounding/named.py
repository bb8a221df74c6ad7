"""Who and what on the ledger a sentence names: customers, employees, products and branches, in every form."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from assistant.grounding.fact import Fact
from assistant.grounding.written.lexicon import Lexicon
from assistant.grounding.written.vocabulary import everyday_words
from assistant.understanding.text import PlainText, Token, key_of
from knowledge.crm.codes import ProductKind
from knowledge.crm.names import HAN, NameForm, fold, name_keys
from prompts import LANGUAGES, word

LONGEST = 24
_TERM = re.compile(r"(年|个月)(?=定期|大额)")
_IN_BRACKETS = re.compile(r"(.+?) \((.+)\)")


@dataclass(frozen=True)
class Mention:
    """A place where something on the ledger is named. `ids` are all that may be meant, `mark` the fact of one name;
    `is_whole` says that it is no part of a name."""

    start: int
    end: int
    kind: str
    ids: frozenset[str]
    mark: str
    is_whole: bool = True


@dataclass(frozen=True)
class _Bearer:
    kind: str
    id: str
    mark: str
    form: NameForm


class LedgerNames:
    """The names on a ledger, by the forms in which they may be written."""

    def __init__(self) -> None:
        self._bearers: dict[str, list[_Bearer]] = {}
        self._begin: dict[str, int] = {}
        self._products: list[tuple[frozenset[str], _Bearer]] = []
        self._other_words: set[str] = set()
        self.whole: dict[str, str] = {}

    def take(self, fact: Fact) -> None:
        """Takes in a fact of words: a name, or words that name nobody."""
        kind = re.split(r"[/?]", fact.source)[0]
        if fact.measure != "name" or kind == "unit":
            self._other_words |= {fold(fact.text), *fold(fact.text).split()} if len(fact.text) < 40 else set()
        for written in _forms(fact) if fact.measure == "name" else ():
            self.whole[fold(written)] = kind
            keys = name_keys(written, None) if kind in ("customer", "employee") else _product_keys(written)
            for key, form in keys.items():
                self._add(key, _Bearer(kind, fact.subject, fact.id, form))
            if kind == "product" and not HAN.search(written):
                words = frozenset(_stem(token.text) for token in PlainText.of(written).tokens() if _telling(token.text))
                if len(words) > 1:
                    self._products.append((words, _Bearer(kind, fact.subject, fact.id, NameForm.FULL)))

    def find(self, text: PlainText, words: Lexicon) -> list[Mention]:
        """Who and what a text names, the longest names first where they overlap."""
        tokens = text.tokens()
        found = [*self._by_key(text, tokens, words), *self._reworded(text, tokens)]
        found.sort(key=lambda mention: (mention.start - mention.end, mention.start))
        named = any(mention.kind == "product" and not self._is_kind(mention, text) for mention in found)
        found = [m for m in found if not (named and m.kind == "product" and self._is_kind(m, text))]
        kept: list[Mention] = []
        for mention in found:
            if all(mention.end <= other.start or mention.start >= other.end for other in kept):
                kept.append(mention)
        return sorted(kept, key=lambda mention: mention.start)

    def _is_part(self, text: PlainText, span: list[Token], words: Lexicon) -> bool:
        """Whether a part of a name stands for its bearer: with a capital and no everyday word, or with a title. A word
        of the ledger's own, a city, does not."""
        start, end = span[0].start, span[-1].end
        if HAN.match(span[0].text):
            titled = any(text.plain.startswith(title, end) for title in words.titles)
            return titled if end - start == 1 else titled or not _everyday_han(text.plain[start:end])
        if not text.original[start].isupper() or key_of(span) in self._other_words:
            return False
        return len(span) > 1 or span[0].text not in everyday_words(words.language)

    def _is_kind(self, mention: Mention, text: PlainText) -> bool:
        """Whether a product's name is what its kind is called as well: "demand deposit"."""
        return text.plain[mention.start : mention.end] in _kind_words()

    def _add(self, key: str, bearer: _Bearer) -> None:
        self._bearers.setdefault(key, []).append(bearer)
        tokens = PlainText.of(key).tokens()
        if tokens:
            self._begin[tokens[0].text] = max(self._begin.get(tokens[0].text, 0), len(tokens))

    def _by_key(self, text: PlainText, tokens: list[Token], words: Lexicon) -> Iterator[Mention]:
        for first, token in enumerate(tokens):
            for count in range(1, min(self._begin.get(token.text, 0), LONGEST, len(tokens) - first) + 1):
                span = tokens[first : first + count]
                bearers = self._bearers.get(key_of(span), ())
                for form in NameForm:
                    borne = [bearer for bearer in bearers if bearer.form == form]
                    if borne and (form is NameForm.FULL or self._is_part(text, span, words)):
                        ids = frozenset(bearer.id for bearer in borne if bearer.kind == borne[0].kind)
                        yield Mention(
                            span[0].start, span[-1].end, borne[0].kind, ids, borne[0].mark, form is NameForm.FULL
                        )
                        break

    def _reworded(self, text: PlainText, tokens: list[Token]) -> Iterator[Mention]:
        """Products whose words stand side by side in another order: "12-month term deposit"."""
        for wanted, bearer in self._products:
            run: list[Token] = []
            for token in [*tokens, Token(len(text.plain), len(text.plain), "", True)]:
                parted = bool(run) and text.plain[run[-1].end : token.start] not in ("", " ", "-")
                if not parted and (_stem(token.text) in wanted or (run and token.text in ("a", "de", "of"))):
                    run.append(token)
                    continue
                if wanted <= {_stem(one.text) for one in run} and len(run) <= len(wanted) + 2:
                    yield Mention(run[0].start, run[-1].end, bearer.kind, frozenset({bearer.id}), bearer.mark)
                run = [token] if parted and _stem(token.text) in wanted else []


def _forms(fact: Fact) -> Iterator[str]:
    """The name as stored, and what it prints as: "Wang Jianguo (王建国)" is two."""
    yield str(fact.value)
    if fact.text != fact.value:
        match = _IN_BRACKETS.fullmatch(fact.text)
        yield match[1] if match and match[2] == fact.value else fact.text


def _product_keys(written: str) -> dict[str, NameForm]:
    keys = {fold(written): NameForm.FULL, fold(re.sub(r"\s*[(（].*?[)）]", "", written)): NameForm.FULL}
    if HAN.search(written):
        keys[fold(_TERM.sub(r"\1期", written))] = NameForm.FULL
    return keys


def _everyday_han(written: str) -> bool:
    pairs = everyday_words("zh")
    return all(written[i : i + 2] in pairs for i in range(len(written) - 1))


@cache
def _kind_words() -> frozenset[str]:
    return frozenset(
        PlainText.of(word("product_kind", kind, language)).plain for kind in ProductKind for language in LANGUAGES
    )


def _telling(word: str) -> bool:
    return len(word) > 2 or word.isdigit()


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def places_of(mentions: Iterable[Mention]) -> list[tuple[int, int]]:
    return [(mention.start, mention.end) for mention in mentions]
