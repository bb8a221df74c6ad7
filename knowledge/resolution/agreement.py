"""Whether two systems say the same of a field, however each of them writes it."""

from collections.abc import Sequence
from functools import lru_cache

from knowledge.crm.codes import CustomerKind
from knowledge.crm.names import HAN, phone_key
from knowledge.resolution.comparable_address import address_tokens, place_key
from knowledge.resolution.comparable_name import comparable_company, comparable_person
from knowledge.resolution.plain_text import plain

_NAMES = ("name", "key_contact", "owning_group")


def contradict(field: str, values: Sequence[str], kind: str, latin: Sequence[str | None] = ()) -> bool:
    """Whether values of one field, as text, cannot all be the same one written in several ways.

    `kind` is the customer's kind; `latin` holds the Latin forms that go with the values of a name.
    """
    if len(set(values)) < 2:
        return False
    if field in _NAMES:
        company = field == "owning_group" or (field == "name" and kind != CustomerKind.PERSON)
        return _names_contradict(values, list(latin) or [None] * len(values), company)
    if field == "address":
        return _addresses_contradict(values)
    return len({_comparable(field, value) for value in values}) > 1


def _comparable(field: str, value: str) -> str:
    match field:
        case "phone":
            return phone_key(value) or plain(value)
        case "email":
            return value.strip().casefold()
        case "city" | "region":
            return place_key(value) or plain(value)
    return plain(value) or value


def _names_contradict(names: Sequence[str], latin: Sequence[str | None], company: bool) -> bool:
    """In characters names have to be equal; a Latin form has to be a reading of each of the others."""
    characters = {"".join(plain(name).split()) for name in names if HAN.search(name)}
    if len(characters) > 1 and not (company and len({_trade_name(name) for name in characters}) == 1):
        return True
    readings = [_readings(name, form, company) for name, form in zip(names, latin, strict=True)]
    return any(not one & other for number, one in enumerate(readings) for other in readings[:number])


def _trade_name(name: str) -> str | None:
    return comparable_company(name, None, frozenset()).key


@lru_cache(maxsize=100_000)
def _readings(name: str, latin: str | None, company: bool) -> frozenset[str]:
    comparable = comparable_company(name, latin, frozenset()) if company else comparable_person(name, latin)
    return frozenset(key for key in (comparable.key, comparable.latin_key) if key) or frozenset([plain(name)])


def _addresses_contradict(addresses: Sequence[str]) -> bool:
    """One address may leave out what another says (the town, the flat), but not say something else."""
    said = [_tokens(address) for address in addresses]
    return any(not (one <= other or other <= one) for number, one in enumerate(said) for other in said[:number])


@lru_cache(maxsize=100_000)
def _tokens(address: str) -> frozenset[str]:
    return frozenset(address_tokens(address)) or frozenset([plain(address)])
