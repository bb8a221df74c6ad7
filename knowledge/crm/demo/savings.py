"""What customers do with money they do not need at once: term deposits, funds, wealth products, insurance, gold."""

from datetime import date, timedelta
from random import Random

from knowledge.crm.codes import CustomerKind
from knowledge.crm.demo.accounts import holding, term_deposit
from knowledge.crm.demo.catalogue import ProductWords, catalogue
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.period import add_months

_THOUSAND = 100_000
_TERM_WEIGHTS = {"P-TD3": 1, "P-TD6": 2, "P-TD12": 6, "P-TD24": 2, "P-TD36": 2}
_INVESTMENTS = {
    "C1": ("P-F-MONEY", "P-W-DAILY"),
    "C2": ("P-F-MONEY", "P-F-SHORT", "P-W-90", "P-W-180", "P-W-SPRING", "P-I-ANNUITY"),
    "C3": ("P-F-BOND", "P-F-MIX", "P-W-180", "P-W-365", "P-M-ACCUM", "P-I-ANNUITY", "P-M-BAR"),
    "C4": ("P-F-INDEX", "P-F-MIX", "P-W-365", "P-F-GROWTH", "P-W-EQUITY", "P-M-BAR"),
    "C5": ("P-F-INDEX", "P-F-GROWTH", "P-F-GLOBAL", "P-W-COMMODITY", "P-W-EQUITY"),
}
_PRIVATE_WORTH = 8_000_000_00


def _round(cents: float, step: int = _THOUSAND) -> int:
    return int(cents) // step * step


def save(making: Making, client: Client) -> int:
    """Opens the customer's savings and investments. Returns their recent worth in cents."""
    rng = client.rng
    termed = client.wealth * rng.uniform(0.25, 0.7) if rng.random() < 0.72 else 0
    worth = 0
    for part in _split(rng, termed):
        worth += term_deposits(making, client, part, _first_term_day(making, client))
    if client.tolerance and client.wealth > 3_000_000:
        for part in _split(rng, client.wealth * rng.uniform(0.0, 0.6)):
            worth += _invest(making, client, part)
    return worth


def _split(rng: Random, cents: float) -> list[int]:
    """Nothing, one or several parts of about ten thousand yuan."""
    count = 0 if cents < 10 * _THOUSAND else 1 if cents < 150 * _THOUSAND else rng.choice((1, 2, 2, 3))
    return [part for _ in range(count) if (part := _round(cents / count * rng.uniform(0.8, 1.2)))]


def _first_term_day(making: Making, client: Client) -> date:
    earliest = max(client.since, add_months(making.period.start, -30))
    return making.period.day_in(client.rng, earliest, making.period.ago(3))


def term_deposits(making: Making, client: Client, cents: int, first: date) -> int:
    """One term deposit after the other, most of them renewed a few days after they matured."""
    rng, worth, opened_on = client.rng, 0, first
    organisation = client.kind is not CustomerKind.PERSON
    while opened_on <= making.period.as_of:
        product_id = rng.choices(list(_TERM_WEIGHTS), list(_TERM_WEIGHTS.values()))[0]
        if organisation:
            product_id = "P-TD12-CO"
        elif cents >= 400 * _THOUSAND and opened_on >= making.period.ago(390) and rng.random() < 0.4:
            product_id = "P-CD36"
        opened_on, worth = term_deposit(making, client, product_id, opened_on, cents)
        if opened_on >= making.period.start and rng.random() < 0.25:
            break
        opened_on += timedelta(days=rng.randint(0, 6))
    return worth


def _invest(making: Making, client: Client, cents: int) -> int:
    rng, period = client.rng, making.period
    product = catalogue()[_choose(client, cents)]
    if product.id == "P-I-ANNUITY":
        cents = max(1_000_000, _round(cents / 10))
    if product.minimum and cents < int(product.minimum * 100):
        return 0
    first, last = max(client.since, period.ago(800)), period.ago(5)
    if product.start > -1500:
        first, last = max(first, period.ahead(product.start)), min(last, period.ahead(product.until or 0))
    if first > last:
        return 0
    opened_on = period.day_in(rng, first, last)
    redeem_on = _redemption(making, client, product, opened_on)
    return holding(making, client, product.id, opened_on, cents, redeem_on)


def _choose(client: Client, cents: int) -> str:
    """Something the customer's tolerance allows; gold for those who like it."""
    rng = client.rng
    if client.kind is not CustomerKind.PERSON:
        return rng.choice(("P-W-DAILY", "P-F-MONEY", "P-W-180"))
    if "precious_metals" in client.interests and client.tolerance in ("C3", "C4", "C5"):
        return rng.choice(("P-M-BAR", "P-M-ACCUM"))
    if client.wealth > _PRIVATE_WORTH and client.tolerance in ("C4", "C5") and cents > 1_000 * _THOUSAND:
        return "P-W-PRIVATE"
    return rng.choice(_INVESTMENTS[client.tolerance or "C1"])


def _redemption(making: Making, client: Client, product: ProductWords, opened_on: date) -> date | None:
    """One in five gives up a holding without a term after some months."""
    if product.term or client.rng.random() > 0.2:
        return None
    day = opened_on + timedelta(days=client.rng.randint(60, 500))
    return day if day < making.period.as_of else None
