"""A customer's circumstances as the rules of suitability see them, read from the store for one customer or many.

All reads are within the scope of the reader: who is out of it has no circumstances. Amounts are in the bank's own
currency, at the bank's own rates.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import func, or_, select

from assistant.recommend.rule_pack import Risk, RulePack, Tolerance
from assistant.recommend.suitability import CENT, Offered, Portfolio, Position, Suitable, is_quick
from assistant.recommend.tolerance import Answers
from knowledge.crm.codes import (
    DEPOSIT_KINDS,
    INVESTMENT_KINDS,
    AccountState,
    ConflictState,
    CustomerKind,
    InvestorClass,
    ProductKind,
)
from knowledge.crm.holdings import newest_balance
from knowledge.crm.insights import InsightEvent
from knowledge.crm.lineage import Conflict
from knowledge.crm.risk_assessment import RiskAssessment
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Balance, Customer, Product, Transaction
from knowledge.insight.parameters import Parameters, read_parameters

MONTH_DAYS = 30
INCOME_STOPPED = "salary_stopped"


@dataclass(frozen=True)
class Held:
    """An open account of the customer's own. `value` is its balance in the bank's own currency, 0 if unknown; `balance`
    the same in the account's currency, as of `balance_on`."""

    account: Account
    product: Product | None
    value: Decimal
    balance: Decimal = Decimal(0)
    balance_on: date | None = None


@dataclass(frozen=True)
class Circumstances:
    """One customer. `stopped` is the event behind `suitable.income_stopped_on`."""

    customer: Customer
    suitable: Suitable
    holdings: Portfolio
    held: tuple[Held, ...]
    stopped: InsightEvent | None


@dataclass(frozen=True)
class _Rows:
    """What was read, by customer."""

    held: Mapping[str, list[Held]]
    spending: Mapping[str, Decimal]
    assessments: Mapping[str, list[RiskAssessment]]
    contested: frozenset[str]
    stopped: Mapping[str, InsightEvent]


def read_circumstances(
    lookups: Lookups, rules: RulePack, today: date, customers: Collection[str]
) -> dict[str, Circumstances]:
    """The circumstances of those of these customers who are within the scope. Six statements, however many."""
    found = lookups.scalars(select(Customer).where(Customer.id.in_(customers)))
    ids, prices = [row.id for row in found], read_parameters()
    rows = _Rows(
        _held(lookups, ids, today, prices),
        _spending(lookups, ids, today, rules, prices),
        _assessments(lookups, ids, today),
        frozenset(
            lookups.scalars(
                select(Conflict.customer_id).where(
                    Conflict.customer_id.in_(ids), Conflict.field == "tolerance", Conflict.state == ConflictState.OPEN
                )
            )
        ),
        _stopped(lookups, ids, today),
    )
    return {row.id: _circumstances(row, rows, rules, prices, today) for row in found}


def offered_of(product: Product) -> Offered:
    """A row of the catalogue as the rules see it."""
    return Offered(
        id=product.id,
        kind=ProductKind(product.kind),
        currency=product.currency,
        risk=_risk(product.risk),
        issuer_risk=_risk(product.issuer_risk),
        benchmark=product.rate is not None,
        minimum=product.minimum,
        term_months=product.term_months,
        customer_kinds=frozenset(map(CustomerKind, product.customer_kinds)),
        on_sale_from=product.on_sale_from,
        on_sale_until=product.on_sale_until,
        investor_class=InvestorClass(product.investor_class) if product.investor_class else None,
    )


def _held(lookups: Lookups, ids: Sequence[str], today: date, prices: Parameters) -> dict[str, list[Held]]:
    rows = lookups.rows(
        select(Account, Product, newest_balance(Balance.end, today), newest_balance(Balance.month, today))
        .outerjoin(Product, Product.id == Account.product_id)
        .where(
            Account.customer_id.in_(ids),
            Account.opened_on <= today,
            or_(Account.closed_on > today, Account.closed_on.is_(None)),
            or_(Account.closed_on > today, Account.state != AccountState.CLOSED),
        )
        .order_by(Account.id)
    )
    held: dict[str, list[Held]] = defaultdict(list)
    for account, product, balance, month in rows:
        value = (balance or Decimal(0)) * prices.exchange.get(account.currency, Decimal(0))
        held[account.customer_id].append(Held(account, product, value.quantize(CENT), balance or Decimal(0), month))
    return held


def _spending(
    lookups: Lookups, ids: Sequence[str], today: date, rules: RulePack, prices: Parameters
) -> dict[str, Decimal]:
    """A usual month of each customer with bookings; what is usual is the pack's to say."""
    rule = rules.spending
    rows = lookups.rows(
        select(Account.customer_id, Transaction.currency, func.sum(Transaction.amount))
        .join(Transaction, Transaction.account_id == Account.id)
        .where(
            Account.customer_id.in_(ids),
            Transaction.booked_on > today - timedelta(days=rule.days),
            Transaction.booked_on <= today,
            Transaction.kind.in_(rule.kinds),
            Transaction.amount < 0,
            Transaction.amount > -rule.below,
        )
        .group_by(Account.customer_id, Transaction.currency)
    )
    months: dict[str, Decimal] = defaultdict(Decimal)
    for customer, currency, amount in rows:
        rate = prices.exchange.get(currency, Decimal(0))
        months[customer] -= (amount * rate * MONTH_DAYS / rule.days).quantize(CENT)
    return dict(months)


def _assessments(lookups: Lookups, ids: Sequence[str], today: date) -> dict[str, list[RiskAssessment]]:
    tomorrow = datetime.combine(today + timedelta(days=1), time.min)
    made: dict[str, list[RiskAssessment]] = defaultdict(list)
    for row in lookups.scalars(
        select(RiskAssessment)
        .where(RiskAssessment.customer_id.in_(ids), RiskAssessment.at < tomorrow)
        .order_by(RiskAssessment.at, RiskAssessment.id)
    ):
        made[row.customer_id].append(row)
    return made


def _stopped(lookups: Lookups, ids: Sequence[str], today: date) -> dict[str, InsightEvent]:
    rows = lookups.scalars(
        select(InsightEvent)
        .where(
            InsightEvent.customer_id.in_(ids),
            InsightEvent.kind == INCOME_STOPPED,
            InsightEvent.day <= today,
            InsightEvent.as_of <= today,
        )
        .order_by(InsightEvent.day)
    )
    return {row.customer_id: row for row in rows}


def _circumstances(customer: Customer, rows: _Rows, rules: RulePack, prices: Parameters, today: date) -> Circumstances:
    held = tuple(rows.held.get(customer.id, ()))
    made = rows.assessments.get(customer.id, [])
    stopped = rows.stopped.get(customer.id)
    suitable = Suitable(
        kind=CustomerKind(customer.kind),
        age=_age(customer.birth_date, today),
        assessments=_answers(customer, made, prices, today),
        contested=customer.id in rows.contested or _disagree(customer, made),
        ended=customer.closed_on is not None and customer.closed_on <= today,
        income_stopped_on=stopped.day if stopped else None,
        currencies=frozenset({customer.currency, *(one.account.currency for one in held if one.value > 0)}),
        spending=rows.spending.get(customer.id),
    )
    return Circumstances(customer, suitable, _portfolio(held, rules, prices, today), held, stopped)


def _portfolio(held: Sequence[Held], rules: RulePack, prices: Parameters, today: date) -> Portfolio:
    soon = today + timedelta(days=rules.maturing_days)

    def total(of: list[Held]) -> Decimal:
        return sum((one.value for one in of), Decimal(0))

    deposits = [one for one in held if one.account.kind in DEPOSIT_KINDS]
    return Portfolio(
        currency=prices.currency,
        rates=prices.exchange,
        deposits=total(deposits),
        on_demand=total([one for one in deposits if one.account.kind == ProductKind.DEPOSIT]),
        maturing=total(
            [
                one
                for one in deposits
                if one.account.kind != ProductKind.DEPOSIT and one.account.matures_on and one.account.matures_on <= soon
            ]
        ),
        positions=tuple(_position(one) for one in held if one.account.kind in INVESTMENT_KINDS),
        in_arrears=any(one.account.state in (AccountState.IN_ARREARS, AccountState.DEFAULTED) for one in held),
    )


def _position(held: Held) -> Position:
    if held.product is None:
        return Position(held.account.id, None, held.value)
    offered = offered_of(held.product)
    return Position(offered.id, offered.rating, held.value, is_quick(offered))


def _answers(
    customer: Customer, made: Sequence[RiskAssessment], prices: Parameters, today: date
) -> tuple[Answers, ...]:
    """The assessments one by one; what the file says of one that is not among them counts as one too."""
    answers = [
        Answers(
            id=f"risk_assessment/{row.id}",
            at=row.at,
            tolerance=Tolerance(row.tolerance),
            horizon_months=row.horizon_months,
            liquidity_need=_need(row, customer, prices),
            knows=frozenset(map(ProductKind, row.knows)),
            investor_class=InvestorClass(row.investor_class) if row.investor_class else None,
        )
        for row in made
    ]
    on = customer.tolerance_assessed_on
    if customer.tolerance and on and on <= today and all(row.at.date() != on for row in made):
        at = datetime.combine(on, time.min)
        answers.append(Answers(f"customer/{customer.id}", at, Tolerance(customer.tolerance)))
    return tuple(answers)


def _need(row: RiskAssessment, customer: Customer, prices: Parameters) -> Decimal | None:
    if row.liquidity_need is None:
        return None
    return (row.liquidity_need * prices.exchange.get(row.currency or customer.currency, Decimal(1))).quantize(CENT)


def _disagree(customer: Customer, made: Sequence[RiskAssessment]) -> bool:
    """Whether the file holds another result for a day than every assessment of that day."""
    on_day = {row.tolerance for row in made if row.at.date() == customer.tolerance_assessed_on}
    return bool(on_day) and customer.tolerance is not None and customer.tolerance not in on_day


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _risk(written: str | None) -> Risk | None:
    return Risk(written) if written and written in Risk.__members__ else None
