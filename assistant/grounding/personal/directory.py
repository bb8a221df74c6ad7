"""Who and what the store knows, looked up by index in a text: customers, colleagues, contact persons, numbers."""

import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.grounding.personal.found import Found
from assistant.grounding.placeholders import Personal
from assistant.grounding.written.vocabulary import everyday_latin, everyday_words
from assistant.understanding.text import PlainText, Token, key_of
from knowledge.crm.codes import CustomerKind
from knowledge.crm.names import HAN, NameForm, fold
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Account, Customer, CustomerIdentifier, CustomerName, Employee, Product, Unit
from prompts import cues

KEYS_A_QUERY = 500
SHORT = 60
"""Words up to which a text is read as somebody types: names in it may be in lower case."""
LATIN_WORDS, HAN_PERSON, HAN_COMPANY, TRADE_NAME = 6, 4, 24, 4
FRESH = 600.0
"""Seconds for which the names of colleagues, products and branches are taken as known."""
_NUMBER = re.compile(
    r"(?<![\w.,@-])[A-Za-z][A-Za-z-]{0,24}\d[\w-]{0,30}(?!\w)|(?<![\w.,@-])\d[\dA-Za-z-]{3,30}(?![\w@]|[.,]\d)",
    re.ASCII,
)
_PLAIN_NUMBER = re.compile(r"\d{4,6}$")
_COMPANY_END = re.compile(
    r"公司|集团|商行|工厂|学校|大学|中学|小学|医院|中心|协会|合作社|委员会|管理局|财政局|教育局|事务所|研究院|俱乐部|店|厂|局|院|社|行"
)
_BREAK = re.compile(r"[.;:!?|\n\"()\[\]{}<>=\t]")


@dataclass
class _Kept:
    """Names that are few enough to be held. `at` is when they were read."""

    at: float = -FRESH
    colleagues: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    words: frozenset[str] = field(default_factory=frozenset)


class Directory:
    """Finds known persons, companies and numbers, past every scope: what is found is hidden, never told."""

    def __init__(self, store: CrmStore) -> None:
        self._store = store
        self._kept = _Kept()

    async def found_in(self, plain: PlainText) -> list[Found]:
        """Where a text names a customer, a colleague or a contact person, or holds a number of one of them."""
        text = plain.original
        spans: dict[str, list[list[Token]]] = {}
        for span in _spans(plain):
            spans.setdefault(key_of(span), []).append(span)
        numbers = {match[0] for match in _NUMBER.finditer(text) if _may_be_number(text, match)}
        async with self._store.auditing() as session:
            await self._refresh(session)
            found = list(await self._by_name(session, text, plain, spans))
            found += [
                Found(match.start(), match.end(), Personal.NUMBER)
                for numbered in [await _known_numbers(session, numbers)]
                for match in _NUMBER.finditer(text)
                if match[0].lower() in numbered and _may_be_number(text, match)
            ]
        return found

    async def names_nobody(self) -> frozenset[str]:
        """The folded names of products and branches, and every word of them: no person is meant."""
        async with self._store.auditing() as session:
            await self._refresh(session)
        return self._kept.others | self._kept.words

    async def _by_name(
        self, session: AsyncSession, text: str, plain: PlainText, spans: dict[str, list[list[Token]]]
    ) -> Iterable[Found]:
        keys = [key for key in spans if key not in self._kept.others]
        found = [
            Found(span[0].start, span[-1].end, Personal.PERSON)
            for key in self._kept.colleagues.intersection(keys)
            for span in spans[key]
        ]
        for key, kind in (await _bearers(session, keys)).items():
            found += [Found(span[0].start, span[-1].end, kind) for span in spans[key] if _is_name(plain, span, kind)]
        written = {text[span[0].start : span[-1].end] for each in spans.values() for span in each if 1 < len(span) < 5}
        for name in await _contact_persons(session, written):
            found += [Found(m.start(), m.end(), Personal.PERSON) for m in re.finditer(re.escape(name), text)]
        return found

    async def _refresh(self, session: AsyncSession) -> None:
        if time.monotonic() - self._kept.at < FRESH:
            return
        colleagues = frozenset(fold(name) for name in await session.scalars(select(Employee.name)))
        others = set()
        for model in (Product, Unit):
            for name, names in await session.execute(select(model.name, model.names)):
                others |= {fold(written) for written in (name, *names.values())}
        words = frozenset(word for name in others for word in name.split())
        self._kept = _Kept(time.monotonic(), colleagues, frozenset(others), words)


def _spans(plain: PlainText) -> Iterator[list[Token]]:
    """The stretches of a text that may be a name."""
    tokens = plain.tokens()
    typed = len(tokens) <= SHORT
    for first, token in enumerate(tokens):
        if HAN.match(token.text):
            yield from _han_spans(plain, tokens, first)
        elif not token.text[0].isdigit() and (typed or plain.original[token.start].isupper()):
            for end in range(first + 1, min(first + LATIN_WORDS, len(tokens)) + 1):
                last = tokens[end - 1]
                if end - 1 > first and _BREAK.search(plain.original[tokens[end - 2].end : last.start]):
                    break
                if len(token.text) > 1 or end - first > 1:
                    yield tokens[first:end]


def _han_spans(plain: PlainText, tokens: Sequence[Token], first: int) -> Iterator[list[Token]]:
    """Persons' names begin with a surname, companies' end as companies do; trade names are their first characters."""
    run = first + 1
    while run < len(tokens) and run - first < HAN_COMPANY and not tokens[run].gap and HAN.match(tokens[run].text):
        run += 1
    surname = tokens[first].text in _surnames()
    for end in range(first + 2, run + 1):
        length = end - first
        if (
            (length <= HAN_PERSON and surname)
            or TRADE_NAME <= length <= TRADE_NAME + 3
            or _COMPANY_END.search(plain.plain, tokens[end - 1].start - 3, tokens[end - 1].end)
        ):
            yield list(tokens[first:end])


def _is_name(plain: PlainText, span: Sequence[Token], kind: Personal) -> bool:
    """Whether a name that somebody bears is no everyday word here."""
    if HAN.match(span[0].text):
        pairs = everyday_words("zh")
        written = plain.plain[span[0].start : span[-1].end]
        return len(written) > HAN_PERSON or not all(written[i : i + 2] in pairs for i in range(len(written) - 1))
    if all(token.text in everyday_latin() for token in span):
        return len(span) > 1 and all(plain.original[token.start].isupper() for token in span)
    return len(span) > 1 or plain.original[span[0].start].isupper()


def _may_be_number(text: str, match: re.Match[str]) -> bool:
    """A short plain number is a customer's or an account's only where a word before it says so."""
    if not _PLAIN_NUMBER.match(match[0]):
        return True
    before = PlainText.of(text[max(0, match.start() - 24) : match.start()]).plain
    return re.search(rf"(?:{_number_cues()})[^\w]{{0,6}}(?:n\w{{0,5}}[^\w]{{0,3}})?$", before) is not None


def _number_cues() -> str:
    words = [cue for language in ("en", "zh", "es") for cue in cues(language)["customer_cues"]]
    words += [
        cue for language in ("en", "zh", "es") for each in cues(language)["account_cues"].values() for cue in each
    ]
    return "|".join(map(re.escape, [*words, "id", "number"]))


def _surnames() -> frozenset[str]:
    return frozenset(cues("zh")["surnames"])


async def _bearers(session: AsyncSession, keys: Sequence[str]) -> dict[str, Personal]:
    """What bears these names: whole names of anybody, and trade names of companies."""
    found: dict[str, Personal] = {}
    for some in _batches(sorted(keys)):
        rows = await session.execute(
            select(CustomerName.key, CustomerName.form, Customer.kind)
            .join(Customer, Customer.id == CustomerName.customer_id)
            .where(CustomerName.key.in_(some))
        )
        for key, form, kind in rows:
            person = kind == CustomerKind.PERSON
            trade_name = kind == CustomerKind.COMPANY and HAN.match(key) and len(key) >= TRADE_NAME
            if form == NameForm.FULL or trade_name:
                found[key] = Personal.PERSON if person else Personal.COMPANY
    return found


async def _contact_persons(session: AsyncSession, names: Collection[str]) -> set[str]:
    """Those of these names that a company's contact person bears."""
    found: set[str] = set()
    for some in _batches(sorted(names)):
        found |= {
            n for n in await session.scalars(select(Customer.key_contact).where(Customer.key_contact.in_(some))) if n
        }
    return found


async def _known_numbers(session: AsyncSession, numbers: Collection[str]) -> set[str]:
    """Those of these numbers, in lower case, that are a customer's or an account's."""
    found: set[str] = set()
    for some in _batches(sorted({n.upper() for n in numbers} | {n.lower() for n in numbers})):
        statements: tuple[Select[str], ...] = (
            select(Customer.id).where(Customer.id.in_(some)),
            select(CustomerIdentifier.number).where(CustomerIdentifier.number.in_(some)),
            select(Account.number).where(Account.number.in_(some)),
            select(Account.id).where(Account.id.in_(some)),
        )
        for statement in statements:
            found |= {number.lower() for number in await session.scalars(statement)}
    return found


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), KEYS_A_QUERY):
        yield keys[start : start + KEYS_A_QUERY]
