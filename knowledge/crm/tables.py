"""The tables of the CRM store, as SQLAlchemy models.

Ids are strings, because every bank has its own. Amounts are `Amount` (exact hundredths) with the
currency in a column of the same row. Codes (kinds, channels, states) are the StrEnums of
`knowledge.crm.codes`; the database keeps their values, so SQL written by an analyst reads plainly.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from knowledge.crm.case_fields import CaseFields
from knowledge.crm.money import Amount, Rate

Names = dict[str, str]


class Base(DeclarativeBase):
    """Common parent of all tables; constraint names are fixed so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: String(200),
        Decimal: Amount,
        Names: JSON,
        list[str]: JSON,
    }


Id = String(64)
Code = String(32)
Currency = String(3)


class Unit(Base):
    """Head office or a branch. `profile` holds what is known of its surroundings (population, wages)."""

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    names: Mapped[Names] = mapped_column(default=dict)
    profile: Mapped[Names] = mapped_column(default=dict)


class Employee(Base):
    """Someone who may ask. `role` decides the level of their scope; who has left may ask nothing."""

    __tablename__ = "employee"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    role: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    email: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(Code)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]


class CustomerFields:
    """What is known of a customer, in the customer's file and in what each system says.

    `name` is written as the customer writes it; `name_latin` is its pinyin or Latin form.
    `tolerance` is the assessed risk tolerance C1..C5, valid one year from `tolerance_assessed_on`.
    `income` is a year's, in `currency`.
    """

    kind: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    name_latin: Mapped[str | None]
    sex: Mapped[str | None] = mapped_column(String(1))
    birth_date: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None]
    address: Mapped[str | None]
    city: Mapped[str | None]
    region: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(Code)
    occupation: Mapped[str | None]
    education: Mapped[str | None]
    income: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(Currency)
    industry: Mapped[str | None]
    economic_nature: Mapped[str | None]
    owning_group: Mapped[str | None]
    credit_rating: Mapped[str | None] = mapped_column(Code)
    qualification_grade: Mapped[str | None] = mapped_column(Code)
    key_contact: Mapped[str | None]
    manager_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    branch_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    tier: Mapped[str | None] = mapped_column(Code)
    tolerance: Mapped[str | None] = mapped_column(String(2))
    tolerance_assessed_on: Mapped[date | None]
    interests: Mapped[list[str]] = mapped_column(default=list)
    consents: Mapped[list[str]] = mapped_column(default=list)
    customer_since: Mapped[date | None]
    closed_on: Mapped[date | None]


class Customer(CustomerFields, Base):
    """One real customer: a person, a company or a public body."""

    __tablename__ = "customer"
    id: Mapped[str] = mapped_column(Id, primary_key=True, sort_order=-1)
    __table_args__ = (
        Index(None, "manager_id"),
        # Whom a branch and its managers had on a day is counted in it alone.
        Index("ix_customer_had", "branch_id", "manager_id", "customer_since", "closed_on"),
        Index(None, "tier"),
        Index(None, "key_contact"),
    )


class CustomerName(Base):
    """Every form under which a customer may be mentioned, folded for look-up (`knowledge.crm.names`)."""

    __tablename__ = "customer_name"
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(Code)
    __table_args__ = (Index(None, "key"),)


class CustomerIdentifier(Base):
    """A number under which a source system knows the customer (customer number, identity card)."""

    __tablename__ = "customer_identifier"
    system: Mapped[str] = mapped_column(Code, primary_key=True)
    number: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    __table_args__ = (Index(None, "number"),)


class Product(Base):
    """Something the bank sells. `rate` is a year's, in percent.

    `risk` R1..R5, for what can lose value, is the bank's own rating, `issuer_risk` the issuer's. `investor_class` is
    the least that a buyer has to be classed as (`InvestorClass`); None is everybody.

    For deposits and loans `rate` is the contract rate; for funds and wealth products it is the
    published performance benchmark, which is no promise.
    """

    __tablename__ = "product"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code, index=True)
    name: Mapped[str]
    names: Mapped[Names] = mapped_column(default=dict)
    risk: Mapped[str | None] = mapped_column(String(2))
    issuer_risk: Mapped[str | None] = mapped_column(String(2))
    investor_class: Mapped[str | None] = mapped_column(Code)
    issuer: Mapped[str | None]
    currency: Mapped[str] = mapped_column(Currency)
    rate: Mapped[Decimal | None] = mapped_column(Rate)
    term_months: Mapped[int | None]
    minimum: Mapped[Decimal | None]
    fee: Mapped[Decimal | None] = mapped_column(Rate)
    customer_kinds: Mapped[list[str]] = mapped_column(default=list)
    on_sale_from: Mapped[date | None]
    on_sale_until: Mapped[date | None]
    descriptions: Mapped[Names] = mapped_column(default=dict)


class Account(Base):
    """A deposit, loan, card, wealth or other holding. `credit_limit` is the loan's principal or the
    card's limit; `rate` is this account's own yearly percentage. `state` is a code of `AccountState`."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    product_id: Mapped[str | None] = mapped_column(ForeignKey("product.id"), index=True)
    branch_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(Code)
    number: Mapped[str] = mapped_column(Id, index=True)
    currency: Mapped[str] = mapped_column(Currency)
    opened_on: Mapped[date]
    matures_on: Mapped[date | None] = mapped_column(index=True)
    closed_on: Mapped[date | None]
    rate: Mapped[Decimal | None] = mapped_column(Rate)
    credit_limit: Mapped[Decimal | None]
    instalment: Mapped[Decimal | None]
    state: Mapped[str] = mapped_column(Code)
    linked_account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))


class AccountParty(Base):
    """Someone besides the owner who may use an account; its money counts for the owner alone."""

    __tablename__ = "account_party"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Code)


class StandingOrder(Base):
    """A payment that an account makes every month."""

    __tablename__ = "standing_order"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(Currency)
    purpose: Mapped[str | None]
    counterparty: Mapped[str | None]
    counterparty_bank: Mapped[str | None]


class Balance(Base):
    """An account's balance at the end of a month and its average over that month's days.

    `month` is the month's last day; the running month carries the as-of date. Owed money (loans,
    cards) is positive: the kind of the account tells that it is owed.
    """

    __tablename__ = "balance"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    end: Mapped[Decimal]
    average: Mapped[Decimal]


class Transaction(Base):
    """A booking. `amount` is signed: money in is positive, money out is negative."""

    __tablename__ = "transaction"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    booked_on: Mapped[date]
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(Currency)
    kind: Mapped[str] = mapped_column(Code)
    channel: Mapped[str | None] = mapped_column(Code)
    counterparty: Mapped[str | None]
    counterparty_bank: Mapped[str | None]
    purpose: Mapped[str | None]
    balance_after: Mapped[Decimal | None]
    __table_args__ = (Index(None, "account_id", "booked_on"),)


class Contact(Base):
    """A contact with a customer in the one standard form: when, how, why, what, result, mood, next."""

    __tablename__ = "contact"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    employee_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Code)
    purpose: Mapped[str | None]
    content: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None]
    mood: Mapped[str | None] = mapped_column(Code)
    next_step: Mapped[str | None]
    next_on: Mapped[date | None]
    __table_args__ = (Index(None, "customer_id", "at"),)


class Task(Base):
    """Something an employee has to do, usually for a customer."""

    __tablename__ = "task"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    employee_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"), index=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    title: Mapped[str]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(Code)


class Feedback(CaseFields, Base):
    """A complaint, suggestion, praise, question or request, from any channel."""

    __tablename__ = "feedback"
    id: Mapped[str] = mapped_column(Id, primary_key=True, sort_order=-1)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"), index=True)
    product_id: Mapped[str | None] = mapped_column(ForeignKey("product.id"))
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    cause: Mapped[str | None] = mapped_column(Code)
    severity: Mapped[str | None] = mapped_column(Code)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code, index=True)
    due_on: Mapped[date | None]
    resolution: Mapped[str | None] = mapped_column(Text)
    resolved_on: Mapped[date | None]


class Offer(Base):
    """A product offered to a customer, and what came of it: on `decided_on`, for `amount` where it was accepted."""

    __tablename__ = "offer"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id"), index=True)
    employee_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"))
    offered_on: Mapped[date]
    state: Mapped[str] = mapped_column(Code)
    reason: Mapped[str | None]
    decided_on: Mapped[date | None]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None] = mapped_column(Currency)


class Conversation(Base):
    """What a conversation was last about, so that "and her loans?" is understood; owned by its asker.

    `client_id` and `title` are there where its turns are kept to be read again (`knowledge.crm.exchange`).
    """

    __tablename__ = "conversation"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    employee_id: Mapped[str] = mapped_column(ForeignKey("employee.id"), index=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    client_id: Mapped[str | None] = mapped_column(String(128))
    title: Mapped[str | None]


class Proposal(Base):
    """A write that waits for a person's yes. It is executed exactly as it was confirmed, once.

    `kind` names what will be done and `arguments` with what; `result` is what came of it. `state` is a code of
    `ProposalState`.
    """

    __tablename__ = "proposal"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    employee_id: Mapped[str] = mapped_column(ForeignKey("employee.id"), index=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"), index=True)
    turn_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Code)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    summary: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Code)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(Id)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
