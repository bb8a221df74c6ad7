"""A small random bank: a few customers of two branches with everything that a query may ask for."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from knowledge.crm.codes import (
    AccountState,
    Channel,
    FeedbackCause,
    FeedbackKind,
    FeedbackState,
    Mood,
    ProductKind,
    Severity,
    Tier,
    TransactionKind,
)
from knowledge.crm.insights import Insight, InsightRun
from knowledge.crm.tables import (
    Account,
    Balance,
    Base,
    Contact,
    Customer,
    Employee,
    Feedback,
    Product,
    Transaction,
    Unit,
)

TODAY = date(2026, 2, 28)
BRANCHES = ("north", "south")
MANAGERS = {"north-1": "north", "north-2": "north", "south-1": "south"}
CURRENCIES = ("CNY", "CNY", "USD", "EUR", "XXX")
"""The last has no exchange rate."""
CITIES = ("Wuhan", "Brno", "Cádiz", None)
METRICS = {"churn_risk": "score", "profit_contribution": "money", "product_kinds": "count"}


class SmallBank:
    """Rows drawn with a seed. `rows` come in an order in which they can be stored."""

    def __init__(self, seed: int, customers: int = 14) -> None:
        self._random = Random(seed)
        self.rows: list[Base] = list(self._make(customers))

    def of(self, model: type[Base]) -> list[Base]:
        return [row for row in self.rows if isinstance(row, model)]

    def _make(self, customers: int) -> Iterator[Base]:
        yield Unit(id="hq", kind="head_office", name="hq")
        yield from (Unit(id=id, parent_id="hq", kind="branch", name=id) for id in BRANCHES)
        yield Employee(id="head", unit_id="hq", role="head_office", name="head")
        yield Employee(id="desk", unit_id="north", role="service_desk", name="desk")
        for branch in BRANCHES:
            yield Employee(id=branch, unit_id=branch, role="branch", name=branch)
        yield from (Employee(id=id, unit_id=unit, role="manager", name=id) for id, unit in MANAGERS.items())
        for kind in ProductKind:
            risk = self._one((None, "R1", "R4"))
            yield Product(id=f"p-{kind}", kind=kind, name=kind, currency=self._one(("CNY", "USD")), risk=risk)
        yield InsightRun(
            id=1, as_of=TODAY, run_at=datetime(2026, 2, 28), currency="EUR", parameters_version="1", definitions={},
            customers=customers,
        )  # fmt: skip
        for number in range(customers):
            yield from self._customer(f"c{number:02}")
        yield from (self._feedback(f"stray{n}", None) for n in range(2))

    def _customer(self, id: str) -> Iterator[Base]:
        draw, manager = self._random, self._one((*MANAGERS, None))
        yield Customer(
            id=id, kind=self._one(("person", "company")), name=id, sex=self._one(("F", "M", None)),
            birth_date=self._one((None, date(2004, 2, 29), date(1960, 3, 1), date(1996, 2, 28), self._day(20_000))),
            city=self._one(CITIES), currency=self._one(CURRENCIES), income=self._one((None, self._money())),
            manager_id=manager, branch_id=MANAGERS[manager] if manager else self._one(BRANCHES),
            tier=self._one((*Tier, None)), tolerance=self._one(("C1", "C5", None)),
            occupation=self._one(("teacher", "miner", None)), consents=draw.sample(["phone", "sms", "email"], 2),
            interests=draw.sample(["golf", "tea", "caña"], 1), customer_since=self._day(4_000),
            closed_on=self._one((None, None, None, self._day(50))),
        )  # fmt: skip
        for metric, unit in METRICS.items():
            if draw.random() < 0.8:
                yield Insight(
                    customer_id=id, metric=metric, as_of=TODAY, value=Decimal(draw.randint(-500_000, 900_000)) / 100,
                    unit=unit, reasons=[], definition_version="1",
                )  # fmt: skip
        for number in range(draw.randint(0, 4)):
            yield from self._account(f"{id}-{number}", id)
        for number in range(draw.randint(0, 3)):
            at = datetime.combine(self._day(200), datetime.min.time()) + timedelta(minutes=draw.randint(0, 1439))
            yield Contact(
                id=f"{id}-k{number}", customer_id=id, employee_id=self._one((*MANAGERS, None)), at=at,
                channel=self._one((Channel.PHONE, Channel.VISIT, Channel.EMAIL)), mood=self._one((*Mood, None)),
            )  # fmt: skip
        yield from (self._feedback(f"{id}-f{n}", id) for n in range(draw.randint(0, 2)))

    def _account(self, id: str, customer: str) -> Iterator[Base]:
        draw, kind = self._random, self._one(tuple(ProductKind))
        lent = kind in ("loan", "card")
        opened = self._day(1_500)
        yield Account(
            id=id, customer_id=customer, product_id=self._one((f"p-{kind}", None)), kind=kind, number=id,
            currency=self._one(CURRENCIES), opened_on=opened, state=self._one(tuple(AccountState)),
            matures_on=self._one((None, self._day(400), TODAY + timedelta(days=draw.randint(1, 90)))),
            closed_on=self._one((None, None, None, self._day(60), TODAY + timedelta(days=5))),
            rate=self._one((None, Decimal(draw.randint(0, 90_000)) / 10_000)),
            credit_limit=self._money() if lent else None, instalment=self._money() if lent else None,
        )  # fmt: skip
        for back in draw.sample(range(-1, 4), draw.randint(0, 3)):
            month = TODAY - timedelta(days=30 * back)
            yield Balance(account_id=id, month=month, end=self._money(), average=self._money())
        for number in range(draw.randint(0, 3)):
            yield Transaction(
                id=f"{id}-t{number}", account_id=id, booked_on=self._day(120), amount=self._money(),
                currency=self._one(CURRENCIES), kind=self._one((TransactionKind.SALARY, TransactionKind.CASH_OUT)),
                channel=self._one((Channel.APP, None)), counterparty=self._one((None, "Café 100%_Sol", "Acme")),
            )  # fmt: skip

    def _feedback(self, id: str, customer: str | None) -> Feedback:
        at = datetime.combine(self._day(200), datetime.min.time()) + timedelta(minutes=self._random.randint(0, 1439))
        return Feedback(
            id=id, customer_id=customer, unit_id=self._one((*BRANCHES, None)), owner_id=self._one((*MANAGERS, None)),
            received_at=at, channel=self._one((Channel.APP, Channel.WEB)), kind=self._one(tuple(FeedbackKind)),
            cause=self._one((*FeedbackCause, None)), severity=self._one((*Severity, None)), text="?",
            state=self._one(tuple(FeedbackState)), due_on=self._one((None, self._day(30))),
        )  # fmt: skip

    def _day(self, back: int) -> date:
        """A day of the last so many, now and then one to come."""
        return TODAY - timedelta(days=self._random.randint(-3, back))

    def _money(self) -> Decimal:
        return Decimal(self._random.randint(-900_000_05, 900_000_05)) / 100

    def _one(self, choices: tuple[object, ...]) -> object:
        return self._random.choice(choices)
