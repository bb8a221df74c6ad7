"""Values that no single column holds: ages, balances, sums of a customer's accounts, measures.

Each is read as of the day of the query. Values of customers are looked up customer by customer.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, case, cast, extract, func, or_, select, type_coerce

from knowledge.crm.codes import DEBT_KINDS, DEPOSIT_KINDS, INVESTMENT_KINDS, AccountState, ProductKind
from knowledge.crm.holdings import newest_balance
from knowledge.crm.insights import Insight
from knowledge.crm.money import Amount
from knowledge.crm.tables import Account, Balance, Contact, Customer, Product, Transaction
from knowledge.errors import QueryError
from knowledge.query.exchange import Expression
from knowledge.query.ground import Ground

DIRECTIONS = ("in", "out")
BANDS = (18, 30, 45, 60, 75)
"""The ages at which a new band begins."""
STANDING = {"deposits": "deposits", "investments": "investments", "debts": "loans"}
"""Sums of a customer's accounts, with the measures that keep them."""
ENDED = (AccountState.CLOSED, AccountState.REPAID)
_DAY = 86_400
_EPOCH = date(1970, 1, 1)


def age(ground: Ground) -> Expression:
    """Full years; who was born on 29 February grows older on 1 March."""
    today = ground.today
    birthday = extract("month", Customer.birth_date) * 100 + extract("day", Customer.birth_date)
    to_come = case((birthday > today.month * 100 + today.day, 1), else_=0)
    return type_coerce(today.year - extract("year", Customer.birth_date) - to_come, Integer)


def age_band(ground: Ground) -> Expression:
    """The age at which the band of a customer begins; NULL where the age is not known."""
    own = age(ground)
    bands = [(own >= begin, begin) for begin in reversed(BANDS)]
    return type_coerce(case((own.is_(None), None), *bands, else_=0), Integer)


def days_since_contact(ground: Ground) -> Expression:
    """Days since the last contact; NULL for who was never contacted."""
    last = (
        select(func.max(_day_number(Contact.at)))
        .where(Contact.customer_id == Customer.id, Contact.at < _after(ground.today))
        .correlate(Customer)
        .scalar_subquery()
    )
    return type_coerce((ground.today - _EPOCH).days - last, Integer)


def income(ground: Ground) -> Expression:
    return ground.exchange.own(Customer.income, Customer.currency)


def deposits(ground: Ground) -> Expression:
    """What lies on a customer's deposit accounts."""
    return _standing(ground, STANDING["deposits"], DEPOSIT_KINDS)


def investments(ground: Ground) -> Expression:
    return _standing(ground, STANDING["investments"], INVESTMENT_KINDS)


def debts(ground: Ground) -> Expression:
    """What a customer owes on loans and cards."""
    return _standing(ground, STANDING["debts"], DEBT_KINDS)


def _standing(ground: Ground, metric: str, kinds: tuple[ProductKind, ...]) -> Expression:
    """The balances of a customer's accounts of these kinds: as measured, or else added up; 0 without any. NULL where
    a row has no customer whom the asker sees."""
    if ground.measured_in_own_currency:
        total: Expression = type_coerce(measured(metric)(ground), BigInteger) // 100
    else:
        summed = (
            select(func.sum(balance(ground)))
            .where(Account.customer_id == Customer.id, Account.kind.in_(kinds), held(ground.today))
            .correlate(Customer)
            .scalar_subquery()
        )
        total = type_coerce(summed, BigInteger)
    return type_coerce(case((Customer.id.is_not(None), func.coalesce(total, 0)), else_=None), Amount())


def measured(metric: str) -> Callable[[Ground], Expression]:
    """A measure of the customer. Raises QueryError where none has been computed."""

    def read(ground: Ground) -> Expression:
        if ground.measures is None:
            raise QueryError(reason="not_measured", field=metric)
        return (
            select(Insight.value)
            .where(
                Insight.customer_id == Customer.id, Insight.metric == metric, ground.measures.holding_of_each()
            )
            .correlate(Customer)
            .scalar_subquery()
        )  # fmt: skip

    return read


def held(today: date) -> ColumnElement[bool]:
    """Accounts that are held on that day: opened by then, neither closed nor repaid."""
    return and_(
        Account.opened_on <= today,
        or_(Account.closed_on > today, and_(Account.closed_on.is_(None), Account.state.not_in(ENDED))),
    )


def balance(ground: Ground) -> Expression:
    """The last known month-end balance of an account."""
    return ground.exchange.own(newest_balance(Balance.end, ground.today), Account.currency)


def amount(ground: Ground) -> Expression:
    """What a loan was granted for, or the limit of a card."""
    return ground.exchange.own(Account.credit_limit, Account.currency)


def instalment(ground: Ground) -> Expression:
    return ground.exchange.own(Account.instalment, Account.currency)


def product_risk(ground: Ground) -> Expression:
    return select(Product.risk).where(Product.id == Account.product_id).correlate(Account).scalar_subquery()


def booking_amount(ground: Ground) -> Expression:
    """How much was booked, whichever way."""
    signed = type_coerce(Transaction.amount, BigInteger)
    return ground.exchange.own(case((signed < 0, -signed), else_=signed), Transaction.currency)


def direction(ground: Ground) -> Expression:
    return case((Transaction.amount < 0, "out"), else_="in")


def _day_number(moment: Expression) -> Expression:
    """Days since 1970."""
    return cast(extract("epoch", moment), BigInteger) // _DAY


def _after(today: date) -> datetime:
    return datetime.combine(today + timedelta(days=1), time.min)
