"""Assessments of risk tolerance: the one that counts today, and those of the years before."""

from datetime import date, datetime, time
from random import Random

from knowledge.crm.codes import INVESTMENT_KINDS, Channel, InvestorClass, Tier
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.period import YEAR_DAYS, add_months
from knowledge.crm.demo.sheets import money
from knowledge.crm.risk_assessment import RiskAssessment

_HORIZONS = {"C1": (6, 12), "C2": (12, 12, 24), "C3": (12, 24, 36), "C4": (36, 60), "C5": (36, 60, 120)}
_TEN_THOUSAND = 1_000_000


def write_assessments(making: Making, client: Client) -> None:
    """Nothing for a customer who was never assessed."""
    if client.tolerance is None or client.tolerance_assessed_on is None:
        return
    rng = making.rng(f"assessments/{client.id}")
    day, tolerance = client.tolerance_assessed_on, client.tolerance
    answers = {
        "horizon_months": rng.choice(_HORIZONS[client.tolerance]),
        "liquidity_need": _need(client, rng),
        "currency": "CNY",
        "knows": [kind.value for kind in INVESTMENT_KINDS if kind in client.product_kinds],
        "investor_class": (InvestorClass.QUALIFIED if client.tier == Tier.PRIVATE else InvestorClass.RETAIL).value,
    }
    first = max(client.since, making.period.start)
    while day >= first:
        _write(making, client, day, tolerance, rng, answers)
        day = add_months(day, -12)
        tolerance = f"C{max(1, int(tolerance[1]) - rng.choice((0, 0, 0, 1)))}"


def _need(client: Client, rng: Random) -> object:
    """One in three says how much has to stay within reach: some months of what they earn."""
    if client.income is None or rng.random() > 0.33:
        return None
    return money(max(_TEN_THOUSAND, int(client.income * rng.uniform(0.1, 0.4)) // _TEN_THOUSAND * _TEN_THOUSAND))


def _write(making: Making, client: Client, day: date, tolerance: str, rng: Random, answers: dict[str, object]) -> None:
    first = (day - client.since).days < YEAR_DAYS
    channel = Channel.BRANCH if first else rng.choice((Channel.APP, Channel.APP, Channel.BRANCH))
    making.sheets.add(
        RiskAssessment, id=making.sheets.number("RA", 6), customer_id=client.id,
        at=datetime.combine(day, time(rng.randint(1, 9), rng.randint(0, 59))), tolerance=tolerance,
        channel=channel.value, **answers,
    )  # fmt: skip
