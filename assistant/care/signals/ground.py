"""What signals are looked for on: the customers in view, their contacts, today, and the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select, true

from assistant.care.signals.rules import Rule, SignalKind, SignalRules
from assistant.care.working_days import WorkingDays
from knowledge.crm.codes import CustomerKind, Role, Tier
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Measures
from knowledge.crm.scope import Reference, Scope
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Contact, Customer
from knowledge.insight.parameters import Parameters

NOTES_DAYS = 60
"""How far back notes of contacts are read."""
KEY_TIERS = (Tier.PLATINUM, Tier.PRIVATE)
"""Whom head office looks after (key customer care, clause 1.2); branches and managers look after all of theirs."""
CALLED = frozenset({Tier.GOLD, Tier.PLATINUM, Tier.PRIVATE})
"""Tiers whose customers are called on their birthday; others get a message (contact limits, clause 5.2)."""


@dataclass(frozen=True)
class Person:
    """A customer in view. `assets` are those by which the tier is set, in the bank's own currency."""

    id: str
    kind: CustomerKind
    tier: Tier
    has_tier: bool
    born: date | None
    since: date | None
    language: str
    consents: frozenset[str]
    manager: str | None
    assets: Decimal | None


@dataclass(frozen=True)
class Note:
    """A contact of the last weeks."""

    id: str
    customer: str
    employee: str | None
    at: datetime
    purpose: str | None
    content: str
    next_step: str | None
    next_on: date | None


@dataclass(frozen=True)
class Ground:
    """One look at the customers in view. `last` is each one's newest contact; `notes` are oldest first."""

    lookups: Lookups
    scope: Scope
    today: date
    rules: SignalRules
    calendar: WorkingDays
    parameters: Parameters
    measures: Measures | None
    people: Mapping[str, Person]
    last: Mapping[str, datetime]
    notes: Sequence[Note]

    def rule(self, kind: SignalKind) -> Rule:
        return self.rules.rules[kind]

    def seen(self, column: Reference) -> ColumnElement[bool]:
        """The condition that a row belongs to one of `people`, where the scope alone does not say so."""
        return _looked_after(self.scope, column)

    def in_own_currency(self, amount: Decimal, currency: str) -> Decimal | None:
        rate = self.parameters.exchange.get(currency)
        return (amount * rate).quantize(Decimal("0.01")) if rate else None

    def contacted_on(self, customer: str) -> date | None:
        last = self.last.get(customer)
        return last.date() if last else None


def survey(
    lookups: Lookups, scope: Scope, today: date, rules: SignalRules, calendar: WorkingDays, parameters: Parameters
) -> Ground:
    """Reads what all rules look at. Everything is within the scope of `lookups`."""
    measures = Measures.on(lookups, scope, today)
    tomorrow = datetime.combine(today + timedelta(days=1), time.min)
    people = _people(lookups, scope, measures)
    last = lookups.rows(
        select(Contact.customer_id, func.max(Contact.at))
        .where(Contact.at < tomorrow, _looked_after(scope, Contact.customer_id))
        .group_by(Contact.customer_id)
    )
    notes = lookups.rows(
        select(
            Contact.id, Contact.customer_id, Contact.employee_id, Contact.at, Contact.purpose, Contact.content,
            Contact.next_step, Contact.next_on,
        )
        .where(
            Contact.at < tomorrow, Contact.at >= tomorrow - timedelta(days=NOTES_DAYS),
            _looked_after(scope, Contact.customer_id),
        )
        .order_by(Contact.at, Contact.id)
    )  # fmt: skip
    return Ground(
        lookups=lookups,
        scope=scope,
        today=today,
        rules=rules,
        calendar=calendar,
        parameters=parameters,
        measures=measures,
        people=people,
        last=dict(last),
        notes=[
            Note(id, customer, who, at, why, what or "", then, on)
            for id, customer, who, at, why, what, then, on in notes
        ],
    )


def _looked_after(scope: Scope, column: Reference) -> ColumnElement[bool]:
    if scope.role is not Role.HEAD_OFFICE:
        return true()
    return column.in_(select(Customer.id).where(Customer.tier.in_(KEY_TIERS)))


def _people(lookups: Lookups, scope: Scope, measures: Measures | None) -> dict[str, Person]:
    rows = lookups.rows(
        select(
            Customer.id, Customer.kind, Customer.tier, Customer.birth_date, Customer.customer_since, Customer.language,
            Customer.consents, Customer.manager_id,
        ).where(Customer.closed_on.is_(None), _looked_after(scope, Customer.id))
    )  # fmt: skip
    assets = _assets(lookups, scope, measures) if measures else {}
    return {
        id: Person(
            id, CustomerKind(kind), Tier(tier or Tier.STANDARD), tier is not None, born, since, language or "",
            frozenset(consents), manager, assets.get(id),
        )
        for id, kind, tier, born, since, language, consents, manager in rows
    }  # fmt: skip


def _assets(lookups: Lookups, scope: Scope, measures: Measures) -> dict[str, Decimal]:
    rows = lookups.rows(
        select(Insight.customer_id, Insight.value).where(
            Insight.metric == "tier_assets", Insight.value.is_not(None), measures.holding_of_each(),
            _looked_after(scope, Insight.customer_id),
        )
    )  # fmt: skip
    return {customer: value for customer, value in rows if value is not None}
