"""Which customers a question names: by name in any script and order, title, number, phone or account."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.understanding.cues import all_cues
from assistant.understanding.reading import CustomerMention
from assistant.understanding.text import PlainText, Token, key_of
from knowledge.crm.directory import (
    NameMatch,
    accounts_by_numbers,
    customers_by_keys,
    customers_by_numbers,
    customers_spelt_like,
)
from knowledge.crm.names import HAN, phone_key
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer

LATIN_WORDS = 8
HAN_CHARACTERS = 24
TOKENS_READ = 300
"""Names are looked for in this many words or characters; what follows in a longer text is not asked about."""

_NUMBER = re.compile(r"(?<![\w])([a-z]{0,8}-?\d[\w-]{0,30})(?![\w])")
_PHONE = re.compile(r"\+?\d[\d\s()-]{7,18}\d")


@dataclass(frozen=True)
class FoundCustomers:
    """The customers a text names, and the account it names if any."""

    mentions: tuple[CustomerMention, ...]
    account: str | None


async def find_customers(reader: Reader, text: PlainText, common: frozenset[str]) -> FoundCustomers:
    """The customers named. `common` are words of everyday questions, which by themselves name nobody."""
    account = await _account(reader, text)
    if account is not None:
        return account
    mentions = [*await _by_number(reader, text), *await _by_name(reader, text, common)]
    return FoundCustomers(tuple(_without_overlaps(mentions)), None)


async def _account(reader: Reader, text: PlainText) -> FoundCustomers | None:
    """An account, loan or card named by a cue word and its number; or by a number long enough to be one."""
    candidates = {m[1]: m for m in _NUMBER.finditer(text.plain) if _cued(text.plain, m, "account") or len(m[1]) >= 8}
    found = await accounts_by_numbers(reader, set(candidates)) if candidates else {}
    for number, accounts in found.items():
        match = candidates[number]
        owners = tuple(dict.fromkeys(account.customer_id for account in accounts))
        mention = CustomerMention(match.start(1), match.end(1), text.original[match.start(1) : match.end(1)], owners)
        return FoundCustomers((mention,), accounts[0].id if len(accounts) == 1 else None)
    return None


def _cued(plain: str, match: re.Match[str], kind: str) -> bool:
    before = plain[: match.start()].rstrip(" .:#nº°")
    return any(
        before.endswith(cue)
        for cues in all_cues()
        for cue in (cues.account_cues if kind == "account" else cues.customer_cues)
    )


async def _by_number(reader: Reader, text: PlainText) -> list[CustomerMention]:
    numbers = {
        match[1]: match
        for match in _NUMBER.finditer(text.plain)
        if _cued(text.plain, match, "customer") or len(match[1]) >= 6 or match[1][0].isalpha()
    }
    mentions = []
    for number, ids in (await customers_by_numbers(reader, set(numbers)) if numbers else {}).items():
        match = numbers[number]
        mentions.append(CustomerMention(match.start(1), match.end(1), match[1], ids))
    phones = {key: match for match in _PHONE.finditer(text.plain) if (key := phone_key(match[0]))}
    for key, named in (await customers_by_keys(reader, set(phones)) if phones else {}).items():
        match = phones[key]
        mentions.append(CustomerMention(match.start(), match.end(), match[0].strip(), named.full))
    return mentions


async def _by_name(reader: Reader, text: PlainText, common: frozenset[str]) -> list[CustomerMention]:
    tokens = text.tokens()[:TOKENS_READ]
    spans = {key_of(span): [] for span in _spans(tokens)}  # type: dict[str, list[list[Token]]]
    for span in _spans(tokens):
        spans[key_of(span)].append(span)
    matches = await customers_by_keys(reader, [key for key in spans if not (key in common and len(key) < 3)])
    full = [
        _mention(text, span, matches[key].full)
        for key in matches
        if matches[key].full and not _everyday(key, spans[key][0], text, common)
        for span in spans[key]
    ]
    kept = _without_overlaps(full)
    parts = await _by_parts(reader, text, tokens, matches, spans, common)
    return kept + [p for p in parts if all(p.end <= k.start or p.start >= k.end for k in kept)]


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
    tokens: Sequence[Token],
    matches: dict[str, NameMatch],
    spans: dict[str, list[list[Token]]],
    common: frozenset[str],
) -> list[CustomerMention]:
    """Surnames with a title, given names, words of a company's name; neighbours narrow each other down."""
    mentions: list[CustomerMention] = []
    for key, match in sorted(matches.items(), key=lambda item: -len(item[0])):
        for span in spans[key] if match.part else []:
            titles = _titles(text.plain, span)
            single = len(key) == 1 or (len(span) == 1 and not HAN.match(key) and key in common)
            if single and titles is None and not _capital(text, span[0]):
                continue
            if len(key) == 1 and titles is None:
                continue
            sex, start, end = titles or (None, span[0].start, span[-1].end)
            ids = await _of_sex(reader, match.part, sex) if sex else match.part
            mentions.append(CustomerMention(start, end, text.original[start:end], ids))
    return _joined(_without_overlaps(mentions), text)


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


def _joined(parts: list[CustomerMention], text: PlainText) -> list[CustomerMention]:
    """Neighbouring parts ("García" "López") as one mention of those who bear both."""
    joined: list[CustomerMention] = []
    for part in sorted(parts, key=lambda m: m.start):
        if joined and not text.plain[joined[-1].end : part.start].strip(" -"):
            both = tuple(id for id in joined[-1].ids if id in set(part.ids))
            if both:
                last = joined.pop()
                part = CustomerMention(last.start, part.end, text.original[last.start : part.end], both)
        joined.append(part)
    return joined


def _mention(text: PlainText, span: Sequence[Token], ids: tuple[str, ...]) -> CustomerMention:
    start, end = span[0].start, span[-1].end
    return CustomerMention(start, end, text.original[start:end], ids)


def _without_overlaps(mentions: Iterable[CustomerMention]) -> list[CustomerMention]:
    """The longest mentions, in the order of the text."""
    kept: list[CustomerMention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start, len(m.ids))):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


async def find_unknown_name(
    reader: Reader, text: PlainText, masked: str, common: frozenset[str]
) -> CustomerMention | str | None:
    """A name in the text that no customer in scope bears: those spelt nearly like it, or the name itself."""
    for written in (*_latin_names(masked, common), *_han_names(masked, common)):
        alike = await customers_spelt_like(reader, PlainText.of(written).plain)
        at = max(text.original.find(written), 0)
        if alike:
            return CustomerMention(at, at + len(written), written, tuple(alike), spelt_alike=True)
        if written[0].isupper() or HAN.match(written):
            return written
    return None


def _latin_names(masked: str, common: frozenset[str]) -> Iterator[str]:
    """Runs of words that everyday questions do not have."""
    run: list[str] = []
    for word in [*re.findall(r"\{\w+\}|[^\W\d_]+(?:['’][^\W\d_]+)?|[.,;?!]", masked), "."]:
        bare = re.sub(r"['’]s$", "", word)
        if bare[0].isalpha() and not HAN.search(bare) and len(bare) > 1 and PlainText.of(bare).plain not in common:
            run.append(bare)
        elif run:
            yield " ".join(run)
            run = []


def _han_names(masked: str, common: frozenset[str]) -> Iterator[str]:
    """Two or three characters that start with a surname and stand where a name would."""
    surnames = next(cues.surnames for cues in all_cues() if cues.surnames)
    plain = PlainText.of(masked).plain
    for match in re.finditer(r"([\u3400-\u9fff]{2,3}?)(?=的|有|女士|先生|上|最|近|这|现|持|$|[，,？?])", plain):
        name = match[1]
        if name[0] in surnames and not any(name[i : i + 2] in common for i in range(len(name) - 1)):
            yield masked[match.start() : match.end()]
