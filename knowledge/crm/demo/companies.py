"""Companies and public bodies as customers: names, industries, key contacts, and their gaps."""

from functools import cache
from random import Random

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import Consent, CustomerKind
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.names import NameMaker
from knowledge.crm.demo.people import manager_for, since_date
from knowledge.crm.demo.portraits import portraits
from knowledge.crm.demo.wordlist import STRICT, read_words


@dataclass(frozen=True, config=STRICT)
class Industry:
    """`size` scales the yearly sales; `season` is each month's share of them in percent, January first."""

    code: str
    zh: str
    latin: str
    en: str
    es: str
    size: float
    season: list[int]


@dataclass(frozen=True, config=STRICT)
class Brands:
    zh: dict[str, str]
    es: list[str]
    en: list[str]


@dataclass(frozen=True, config=STRICT)
class LegalForms:
    zh: list[tuple[str, str]]
    es: list[str]
    en: list[str]


@dataclass(frozen=True, config=STRICT)
class Place:
    zh: str
    latin: str
    districts: dict[str, str]


@dataclass(frozen=True, config=STRICT)
class CompanyWords:
    """The content of `companies.yaml`."""

    industries: list[Industry]
    brands: Brands
    legal: LegalForms
    places: dict[str, Place]
    public_bodies: dict[str, str]
    economic_natures: dict[str, int]
    credit_ratings: list[str]
    groups: list[str]


@cache
def company_words() -> CompanyWords:
    return read_words("companies.yaml", CompanyWords)


def industry(code: str | None) -> Industry:
    """The industry of that code; trade for a company whose industry is not known."""
    known = {each.code: each for each in company_words().industries}
    return known.get(code or "", known["wholesale"])


def make_companies(making: Making, branch_id: str, names: NameMaker, count: int) -> list[Client]:
    taken: set[str] = set()
    return [_company(making, branch_id, names, taken) for _ in range(count)]


def _company(making: Making, branch_id: str, names: NameMaker, taken: set[str]) -> Client:
    client_id = making.sheets.number("C", 6)
    rng = making.rng(client_id)
    shares = portraits().languages[branch_id]
    language = rng.choices(list(shares), list(shares.values()))[0]
    trade = rng.choice(company_words().industries)
    name, latin = _company_name(rng, branch_id, language, trade, taken)
    client = Client(
        client_id, CustomerKind.COMPANY, name, latin, language, branch_id, manager_for(rng, branch_id, language),
        since=since_date(making, rng), rng=rng, industry=trade.code,
    )  # fmt: skip
    client.income = int(trade.size * 2_600_000 * rng.lognormvariate(0, 0.8)) // 10_000 * 1_000_000
    client.wealth = int(client.income * rng.lognormvariate(-1.7, 0.6))
    draw_organisation(client, names)
    return client


def _company_name(
    rng: Random, branch_id: str, language: str, trade: Industry, taken: set[str]
) -> tuple[str, str | None]:
    """A name not yet taken in the branch: place, brand, trade and legal form in the language's order."""
    words, place = company_words(), company_words().places[branch_id]
    while True:
        latin: str | None = None
        if language == "zh":
            brand, (form, form_latin) = rng.choice(list(words.brands.zh)), rng.choice(words.legal.zh)
            name = f"{place.zh}{brand}{trade.zh}{form}"
            latin = f"{place.latin} {words.brands.zh[brand]} {trade.latin} {form_latin}"
        elif language == "es":
            name = f"{trade.es} {rng.choice(words.brands.es)}, {rng.choice(words.legal.es)}"
        else:
            name = f"{rng.choice(words.brands.en)} {trade.en} {rng.choice(words.legal.en)}"
        stem = name.rsplit(" ", 1)[0].rstrip(",") if language != "zh" else name[:9]
        if stem not in taken:
            taken.add(stem)
            return name, latin


def make_public_bodies(making: Making, branch_id: str, names: NameMaker, count: int) -> list[Client]:
    place = company_words().places[branch_id]
    offices = [
        (f"{place.zh}{district}{office}", f"{place.latin} {district_latin} District {office_latin}")
        for office, office_latin in company_words().public_bodies.items()
        for district, district_latin in place.districts.items()
    ]
    return [_public_body(making, branch_id, names, *office) for office in offices[:count]]


def _public_body(making: Making, branch_id: str, names: NameMaker, name: str, latin: str) -> Client:
    client_id = making.sheets.number("C", 6)
    rng = making.rng(client_id)
    client = Client(
        client_id, CustomerKind.PUBLIC_BODY, name, latin, "zh", branch_id, manager_for(rng, branch_id, "zh"),
        since=making.period.ago(rng.randint(1500, 8000)), rng=rng, industry="public_administration",
    )  # fmt: skip
    client.income = rng.randint(8, 120) * 100_000_000
    client.wealth = int(client.income * rng.uniform(0.1, 0.5))
    draw_organisation(client, names)
    client.economic_nature, client.owning_group, client.qualification_grade = "public", None, None
    return client


def draw_organisation(client: Client, names: NameMaker) -> None:
    """Contact data and the corporate fields, many of which real banks do not know."""
    rng, words = client.rng, company_words()
    place = portraits().cities[client.branch_id]
    number = int(client.id[1:])
    client.city, client.region = place["city"], place["region"]
    client.address = f"{rng.choice(portraits().streets[client.branch_id])}{rng.randint(1, 399)}号"
    client.phone = f"4009{number:06d}" if rng.random() < 0.95 else None
    client.email = f"office{number:06d}@mail.example" if rng.random() < 0.7 else None
    client.key_contact = names.person(client.language).written if rng.random() < 0.85 else None
    natures = words.economic_natures
    nature = rng.choices(list(natures), list(natures.values()))[0]
    client.economic_nature = nature if rng.random() < 0.75 else None
    client.owning_group = rng.choice(words.groups) if rng.random() < 0.12 else None
    client.credit_rating = rng.choice(words.credit_ratings) if rng.random() < 0.7 else None
    client.qualification_grade = rng.choice(("first", "second", "third")) if rng.random() < 0.3 else None
    client.consents = [consent.value for consent in Consent if rng.random() < 0.8]
    if rng.random() < 0.15 and client.kind is CustomerKind.COMPANY:
        client.industry = None
