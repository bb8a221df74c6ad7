"""Which customers a question names: by name in any script and order, title, number, phone or account."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from assistant.understanding.cues import all_cues
from assistant.understanding.reading import CustomerMention
from assistant.understanding.strangers import longer_name, stranger
from assistant.understanding.text import PlainText, Token, key_of
from knowledge.crm.codes import DEBT_KINDS, DEPOSIT_KINDS, CustomerKind, ProductKind
from knowledge.crm.directory import NameMatch, accounts_by_numbers, customers_by_keys, customers_by_numbers
from knowledge.crm.names import HAN, phone_key
from knowledge.crm.store import Reader
from knowledge.crm.tables import Account, Customer

LATIN_WORDS = 8
HAN_CHARACTERS = 24
TOKENS_READ = 300
"""Names are looked for in this many words or characters; what follows in a longer text is not asked about."""

LONG_NUMBER = 8
"""Digits and letters from which a number may be an account's without a word that says so."""

CUED_KINDS: dict[str, tuple[ProductKind, ...]] = {
    "account": tuple(kind for kind in ProductKind if kind not in DEBT_KINDS),
    "deposit": DEPOSIT_KINDS,
    "loan": (ProductKind.LOAN,),
    "card": (ProductKind.CARD,),
}

_NUMBER = re.compile(r"(?<![a-z0-9_])([a-z]{0,8}-?\d[a-z0-9_-]{0,30})(?![a-z0-9_])")
_NUMBER_SIGN = re.compile(r"[\s.:#]*(?:\bn(?:\.?\s?[oº°]|r|um)?\.?)?[\s.:#]*$")
_PHONE = re.compile(r"\+?\d[\d\s()-]{7,18}\d")


@dataclass(frozen=True)
class FoundCustomers:
    """The customers a text names, and the account it names if any."""

    mentions: tuple[CustomerMention, ...]
    account: str | None


async def find_customers(
    reader: Reader, text: PlainText, common: frozenset[str], taken: Sequence[tuple[int, int]] = ()
) -> FoundCustomers:
    """The customers named. `common` are words of everyday questions, which by themselves name nobody;
    `taken` are places of the text where a part of a name is none: days and amounts."""
    account = await _account(reader, text)
    if account is not None:
        return account
    mentions = [*await _by_number(reader, text), *await _by_name(reader, text, common, taken)]
    return FoundCustomers(tuple(_without_overlaps(mentions)), None)


async def _account(reader: Reader, text: PlainText) -> FoundCustomers | None:
    """An account, loan or card named by a cue word and its number; or by a number long enough to be one."""
    candidates = {
        m[1]: m for m in _NUMBER.finditer(text.plain) if _account_cue(text.plain, m) or len(m[1]) >= LONG_NUMBER
    }
    found = await accounts_by_numbers(reader, set(candidates)) if candidates else {}
    for number, match in candidates.items():
        accounts = _of_kind(found.get(number, []), _account_cue(text.plain, match))
        if not accounts:
            continue
        owners = tuple(dict.fromkeys(account.customer_id for account in accounts))
        written = text.original[match.start(1) : match.end(1)]
        mention = CustomerMention(match.start(1), match.end(1), written, owners, kind="account")
        return FoundCustomers((mention,), accounts[0].id if len(accounts) == 1 else None)
    return None


def _of_kind(accounts: Sequence[Account], cue: str | None) -> Sequence[Account]:
    """The accounts of the kind that the cue word names: numbers of accounts, loans and cards may be equal."""
    return [account for account in accounts if account.kind in CUED_KINDS.get(cue or "", ())] or accounts


def _account_cue(plain: str, match: re.Match[str]) -> str | None:
    """What the word before a number says that it numbers: account, deposit, loan or card."""
    before = _before(plain, match)
    kinds = ((kind, cue) for cues in all_cues() for kind, written in cues.account_cues.items() for cue in written)
    return max(((len(cue), kind) for kind, cue in kinds if before.endswith(cue)), default=(0, None))[1]


def _customer_cue(plain: str, match: re.Match[str]) -> int | None:
    """Where the word begins that says that a number is a customer's."""
    before = _before(plain, match)
    starts = [len(before) - len(cue) for cues in all_cues() for cue in cues.customer_cues if before.endswith(cue)]
    return min(starts, default=None)


def _before(plain: str, match: re.Match[str]) -> str:
    return _NUMBER_SIGN.sub("", plain[: match.start()])


async def _by_number(reader: Reader, text: PlainText) -> list[CustomerMention]:
    """Customers named by a number. One that a cue word announces and nobody has is a mention of nobody."""
    numbers: dict[str, tuple[re.Match[str], int | None]] = {}
    for match in _NUMBER.finditer(text.plain):
        cue = _customer_cue(text.plain, match)
        if cue is not None or len(match[1]) >= 6 or match[1][0].isalpha():
            numbers[match[1]] = match, cue
    found = await customers_by_numbers(reader, set(numbers)) if numbers else {}
    mentions = []
    for number, (match, cue) in numbers.items():
        start, kind = (match.start(1), "number") if cue is None else (cue, "customer")
        if cue is not None or number in found:
            written = text.original[start : match.end(1)]
            mentions.append(CustomerMention(start, match.end(1), written, found.get(number, ()), kind=kind))
    phones = {key: match for match in _PHONE.finditer(text.plain) if (key := phone_key(match[0]))}
    for key, named in (await customers_by_keys(reader, set(phones)) if phones else {}).items():
        match = phones[key]
        mentions.append(CustomerMention(match.start(), match.end(), match[0].strip(), named.full, kind="number"))
    return mentions


async def _by_name(
    reader: Reader, text: PlainText, common: frozenset[str], taken: Sequence[tuple[int, int]]
) -> list[CustomerMention]:
    everyday = common.union(*(cues.everyday for cues in all_cues()))
    tokens = text.tokens()[:TOKENS_READ]
    spans: dict[str, list[list[Token]]] = {}
    for span in _spans(tokens):
        spans.setdefault(key_of(span), []).append(span)
    keys = [key for key in spans if len(key) > 2 or key not in common or _titles(text.plain, spans[key][0])]
    matches = await customers_by_keys(reader, keys)
    full = _without_overlaps(
        _mention(text, span, matches[key].full)
        for key in matches
        if matches[key].full
        for span in spans[key]
        if not _everyday(key, span, text, everyday)
    )
    parts = await _by_parts(reader, text, matches, spans, everyday)
    kept = [p for p in parts if all(p.end <= start or p.start >= end for start, end in taken)]
    named = full + [p for p in kept if all(p.end <= k.start or p.start >= k.end for k in full)]
    return await _but_strangers(reader, text.without(taken), named, common)


async def _but_strangers(
    reader: Reader, text: PlainText, mentions: Sequence[CustomerMention], common: frozenset[str]
) -> list[CustomerMention]:
    """The mentions, but for those that are only a part of a longer name, which nobody bears."""
    places = [(m.start, m.end) for m in mentions]
    kept: list[CustomerMention] = []
    for mention in mentions:
        longer = None if _titled(text, mention) else longer_name(text, mention, common)
        others = [p for p in places if p != (mention.start, mention.end)]
        if longer is None or any(start < longer[1] and end > longer[0] for start, end in others):
            kept.append(mention)
        else:
            kept.append(await stranger(reader, text, longer, mention.ids))
    return kept


def _titled(text: PlainText, mention: CustomerMention) -> bool:
    first = text.plain[mention.start : mention.end].split(" ")[0].rstrip(".")
    return any(first in titles for cues in all_cues() for titles in cues.titles.values())


def _spans(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    for start in range(len(tokens)):
        longest = HAN_CHARACTERS if HAN.match(tokens[start].text) else LATIN_WORDS
        for end in range(start + 1, min(start + longest, len(tokens)) + 1):
            if HAN.match(tokens[start].text) and tokens[end - 1].gap and end - 1 > start:
                break
            yield list(tokens[start:end])


def _everyday(key: str, span: Sequence[Token], text: PlainText, common: frozenset[str]) -> bool:
    """A single word of everyday questions is no name unless it is written with a capital mid-sentence."""
    if len(span) > 1 or HAN.match(key):
        return False
    return key in common and not _capital(text, span[0])


def _capital(text: PlainText, token: Token) -> bool:
    return text.original[token.start].isupper() and bool(text.plain[: token.start].strip(" ¿¡\"'"))


async def _by_parts(
    reader: Reader,
    text: PlainText,
    matches: dict[str, NameMatch],
    spans: dict[str, list[list[Token]]],
    common: frozenset[str],
) -> list[CustomerMention]:
    """Surnames with a title, given names, words of a company's name; neighbours narrow each other down."""
    mentions: list[CustomerMention] = []
    for key, match in sorted(matches.items(), key=lambda item: -len(item[0])):
        for span in spans[key] if match.part else []:
            titles = _titles(text.plain, span)
            if titles is None and (len(key) == 1 or _everyday(key, span, text, common)):
                continue
            sex, start, end = titles or (None, span[0].start, span[-1].end)
            ids = await _of_sex(reader, match.part, sex) if sex else match.part
            mentions.append(CustomerMention(start, end, text.original[start:end], ids))
    joined = await _joined(reader, _without_overlaps(mentions), text)
    return [m for m in [await _of_persons(reader, m) for m in joined] if m.ids or m.spelt_alike]


async def _of_persons(reader: Reader, mention: CustomerMention) -> CustomerMention:
    """A single word in lower case may be a person's name; of a company's ("hotels", "trading") it is just a word."""
    if HAN.search(mention.written) or not mention.written.islower() or " " in mention.written:
        return mention
    rows = await reader.scalars(
        select(Customer.id).where(Customer.id.in_(mention.ids), Customer.kind == CustomerKind.PERSON)
    )
    return replace(mention, ids=tuple(sorted(rows)))


def _titles(plain: str, span: Sequence[Token]) -> tuple[str | None, int, int] | None:
    """The title beside a name: its sex ("" for none), and the stretch of title and name together."""
    start, end = span[0].start, span[-1].end
    for cues in all_cues():
        for sex, titles in cues.titles.items():
            for title in titles:
                if cues.title_after_name and plain.startswith(title, end):
                    return sex or None, start, end + len(title)
                before = re.search(rf"\b{title}\.?\s$", plain[:start]) if not cues.title_after_name else None
                if before:
                    return sex or None, before.start(), end
    return None


async def _of_sex(reader: Reader, ids: Sequence[str], sex: str) -> tuple[str, ...]:
    rows = await reader.scalars(select(Customer.id).where(Customer.id.in_(ids), Customer.sex == sex))
    return tuple(sorted(rows)) or tuple(ids)


async def _joined(reader: Reader, parts: list[CustomerMention], text: PlainText) -> list[CustomerMention]:
    """Neighbouring parts ("García" "López") as one mention of those who bear both; nobody bears both: a stranger."""
    joined: list[CustomerMention] = []
    for part in sorted(parts, key=lambda m: m.start):
        if joined and part.start > joined[-1].end and not text.plain[joined[-1].end : part.start].strip(" -"):
            last = joined.pop()
            both = tuple(id for id in last.ids if id in set(part.ids))
            if both:
                part = CustomerMention(last.start, part.end, text.original[last.start : part.end], both)
            else:
                part = await stranger(reader, text, (last.start, part.end), ())
        joined.append(part)
    return joined


def _mention(text: PlainText, span: Sequence[Token], ids: tuple[str, ...]) -> CustomerMention:
    start, end = span[0].start, span[-1].end
    return CustomerMention(start, end, text.original[start:end], ids)


def _without_overlaps(mentions: Iterable[CustomerMention]) -> list[CustomerMention]:
    """The longest mentions, in the order of the text."""
    kept: list[CustomerMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start, not m.ids, len(m.ids))):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)
