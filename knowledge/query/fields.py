"""The field catalogue: every field that a question may filter, group, order or measure by.

One entry says it all: what a field is about, how its values are written, where they are read. Words for fields and
codes stand in `prompts/`. A field that is added here can be asked for by a model at once, and by a person once
`prompts/understanding/selection.<language>.yaml` says what people call it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from knowledge.crm.codes import (
    AccountState,
    Channel,
    Consent,
    CustomerKind,
    FeedbackCause,
    FeedbackKind,
    FeedbackState,
    Mood,
    ProductKind,
    Severity,
    Tier,
    TransactionKind,
)
from knowledge.crm.tables import Account, Contact, Customer, Feedback, Transaction
from knowledge.query import figures
from knowledge.query.exchange import Expression
from knowledge.query.ground import Ground

Read = Callable[[Ground], Expression]


class Subject(StrEnum):
    """What a query counts, lists or adds up. Each row is one of these."""

    CUSTOMERS = "customers"
    ACCOUNTS = "accounts"
    TRANSACTIONS = "transactions"
    CONTACTS = "contacts"
    FEEDBACK = "feedback"


class Kind(StrEnum):
    """How values are written, and so how they compare.

    CODE is one of a closed list, NAME a value as the bank's data have it, REFERENCE the id of a branch, an employee
    or a product, LIST several codes in one row, TEXT words to look into.
    """

    CODE = "code"
    NAME = "name"
    REFERENCE = "reference"
    LIST = "list"
    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"


MEASURABLE = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT)
GROUPED = (Kind.CODE, Kind.NAME, Kind.REFERENCE, Kind.DAY)


@dataclass(frozen=True)
class Field:
    """`vocabulary` holds the words for its codes, `unit` says what is counted. `currency` is the column beside an
    amount; without one, money is in the bank's own currency. `metric` is the measure that it is read from.
    `moment` says that the store keeps the time with the day."""

    name: str
    about: Subject
    kind: Kind
    read: Read
    codes: tuple[str, ...] = ()
    vocabulary: str | None = None
    unit: str = ""
    currency: Expression | None = None
    metric: str | None = None
    moment: bool = False

    @property
    def grouped(self) -> bool:
        """Whether rows can be grouped by it. Ages are grouped in bands."""
        return self.kind in GROUPED or self.name == "age"

    @property
    def measurable(self) -> bool:
        return self.kind in MEASURABLE


def _column(column: InstrumentedAttribute[Any]) -> Read:
    return lambda ground: column


def _code(name: str, about: Subject, column: InstrumentedAttribute[Any], codes: type[StrEnum], words: str) -> Field:
    return Field(name, about, Kind.CODE, _column(column), tuple(code.value for code in codes), words)


def _name(name: str, column: InstrumentedAttribute[Any], words: str | None = None) -> Field:
    return Field(name, Subject.CUSTOMERS, Kind.NAME, _column(column), vocabulary=words)


def _day(name: str, about: Subject, column: InstrumentedAttribute[Any], *, moment: bool = False) -> Field:
    return Field(name, about, Kind.DAY, _column(column), moment=moment)


def _measure(name: str, kind: Kind, metric: str, unit: str = "") -> Field:
    return Field(name, Subject.CUSTOMERS, kind, figures.measured(metric), unit=unit, metric=metric)


TOLERANCES = ("C1", "C2", "C3", "C4", "C5")
RISKS = ("R1", "R2", "R3", "R4", "R5")
_C, _A, _T, _K, _F = Subject

_ALL = (
    # Customers: who they are
    _code("customer_kind", _C, Customer.kind, CustomerKind, "customer_kind"),
    Field("sex", _C, Kind.CODE, _column(Customer.sex), ("F", "M"), "sex"),
    Field("age", _C, Kind.NUMBER, figures.age, unit="years"),
    _day("birth_date", _C, Customer.birth_date),
    _name("city", Customer.city),
    _name("region", Customer.region),
    _name("language", Customer.language, "language"),
    _name("occupation", Customer.occupation, "occupation"),
    _name("education", Customer.education, "education"),
    _name("industry", Customer.industry, "industry"),
    _name("economic_nature", Customer.economic_nature, "economic_nature"),
    _name("owning_group", Customer.owning_group),
    _name("credit_rating", Customer.credit_rating),
    _name("qualification_grade", Customer.qualification_grade, "qualification_grade"),
    Field("interest", _C, Kind.LIST, _column(Customer.interests), vocabulary="interest"),
    Field("consent", _C, Kind.LIST, _column(Customer.consents), tuple(Consent), "consent"),
    # Customers: their place in the bank
    Field("branch", _C, Kind.REFERENCE, _column(Customer.branch_id), vocabulary="unit"),
    Field("manager", _C, Kind.REFERENCE, _column(Customer.manager_id), vocabulary="employee"),
    _code("tier", _C, Customer.tier, Tier, "tier"),
    Field("tolerance", _C, Kind.CODE, _column(Customer.tolerance), TOLERANCES, "tolerance"),
    _day("tolerance_assessed_on", _C, Customer.tolerance_assessed_on),
    _day("customer_since", _C, Customer.customer_since),
    Field("days_since_contact", _C, Kind.NUMBER, figures.days_since_contact, unit="days"),
    # Customers: figures
    Field("income", _C, Kind.MONEY, figures.income, currency=Customer.currency),
    Field("deposits", _C, Kind.MONEY, figures.deposits),
    Field("investments", _C, Kind.MONEY, figures.investments),
    Field("debts", _C, Kind.MONEY, figures.debts),
    _measure("average_deposits", Kind.MONEY, "average_deposits"),
    _measure("contribution", Kind.MONEY, "profit_contribution"),
    _measure("churn_risk", Kind.NUMBER, "churn_risk", "score"),
    _measure("loyalty", Kind.NUMBER, "loyalty", "score"),
    _measure("credit_risk", Kind.NUMBER, "risk", "score"),
    _measure("product_kinds", Kind.NUMBER, "product_kinds", "count"),
    # Accounts: deposits, loans, cards, funds and the like
    _code("product_kind", _A, Account.kind, ProductKind, "product_kind"),
    Field("product", _A, Kind.REFERENCE, _column(Account.product_id), vocabulary="product"),
    Field("product_risk", _A, Kind.CODE, figures.product_risk, RISKS, "risk"),
    _code("account_state", _A, Account.state, AccountState, "account_state"),
    Field("currency", _A, Kind.NAME, _column(Account.currency)),
    Field("balance", _A, Kind.MONEY, figures.balance, currency=Account.currency),
    Field("amount", _A, Kind.MONEY, figures.amount, currency=Account.currency),
    Field("instalment", _A, Kind.MONEY, figures.instalment, currency=Account.currency),
    Field("rate", _A, Kind.PERCENT, _column(Account.rate)),
    _day("opened_on", _A, Account.opened_on),
    _day("matures_on", _A, Account.matures_on),
    # Transactions: bookings on accounts
    _day("booked_on", _T, Transaction.booked_on),
    Field("booking_amount", _T, Kind.MONEY, figures.booking_amount, currency=Transaction.currency),
    Field("direction", _T, Kind.CODE, figures.direction, figures.DIRECTIONS, "direction"),
    _code("transaction_kind", _T, Transaction.kind, TransactionKind, "transaction_kind"),
    _code("booking_channel", _T, Transaction.channel, Channel, "channel"),
    Field("counterparty", _T, Kind.TEXT, _column(Transaction.counterparty)),
    Field("counterparty_bank", _T, Kind.TEXT, _column(Transaction.counterparty_bank)),
    Field("booking_purpose", _T, Kind.TEXT, _column(Transaction.purpose)),
    # Contacts: calls, visits, messages
    _day("contacted_on", _K, Contact.at, moment=True),
    _code("contact_channel", _K, Contact.channel, Channel, "channel"),
    _code("mood", _K, Contact.mood, Mood, "mood"),
    Field("contacted_by", _K, Kind.REFERENCE, _column(Contact.employee_id), vocabulary="employee"),
    # Feedback: complaints, suggestions, praise
    _day("received_on", _F, Feedback.received_at, moment=True),
    _code("feedback_kind", _F, Feedback.kind, FeedbackKind, "feedback_kind"),
    _code("cause", _F, Feedback.cause, FeedbackCause, "feedback_cause"),
    _code("severity", _F, Feedback.severity, Severity, "severity"),
    _code("feedback_state", _F, Feedback.state, FeedbackState, "feedback_state"),
    _code("feedback_channel", _F, Feedback.channel, Channel, "channel"),
    Field("handling_branch", _F, Kind.REFERENCE, _column(Feedback.unit_id), vocabulary="unit"),
    _day("due_on", _F, Feedback.due_on),
    _day("resolved_on", _F, Feedback.resolved_on),
)

FIELDS: dict[str, Field] = {field.name: field for field in _ALL}


def fields_of(subject: Subject) -> tuple[Field, ...]:
    """The fields that a row of that subject itself has."""
    return tuple(field for field in _ALL if field.about is subject)


def reached_from(subject: Subject) -> frozenset[Subject]:
    """Whose fields a row of that subject has one value of: its own, its account's and its customer's."""
    reached = {subject, Subject.CUSTOMERS}
    return frozenset(reached | {Subject.ACCOUNTS} if subject is Subject.TRANSACTIONS else reached)


def catalogue() -> str:
    """All fields by subject with what their values are, for whoever writes a query."""
    return "\n".join(f"{subject}: {', '.join(map(_described, fields_of(subject)))}" for subject in Subject)


def _described(field: Field) -> str:
    values = "|".join(field.codes) or (field.unit or field.kind.value)
    return f"{field.name} ({values})"


MAIN_DAY = {
    Subject.CUSTOMERS: "customer_since", Subject.ACCOUNTS: "opened_on", Subject.TRANSACTIONS: "booked_on",
    Subject.CONTACTS: "contacted_on", Subject.FEEDBACK: "received_on",
}  # fmt: skip
"""The day that a row is meant to be of where nothing else is said."""
