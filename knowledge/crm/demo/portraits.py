"""What is known of customers: occupations and incomes, places, and what makes a tier."""

from functools import cache

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import Tier
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.wordlist import STRICT, read_words

_THOUSAND_YUAN = 100_000


@dataclass(frozen=True, config=STRICT)
class Portraits:
    """The content of `portraits.yaml`; money in thousands of yuan."""

    occupations: dict[str, tuple[int, int]]
    own_business: list[str]
    educations: dict[str, int]
    interests: list[str]
    cities: dict[str, dict[str, str]]
    streets: dict[str, list[str]]
    languages: dict[str, dict[str, int]]
    persons: dict[str, int]
    companies: dict[str, int]
    public_bodies: dict[str, int]
    tiers: dict[Tier, int]
    contact_days: dict[Tier, int]


@cache
def portraits() -> Portraits:
    return read_words("portraits.yaml", Portraits)


def tier_of(client: Client) -> Tier:
    """The highest tier whose least worth the customer reaches."""
    reached = [tier for tier, least in portraits().tiers.items() if client.worth >= least * _THOUSAND_YUAN]
    return reached[-1] if reached else Tier.STANDARD
