"""Whom to call today, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from assistant.care.contact_limits import Admission, Hold, contact_limits
from assistant.care.daily_brief import DayPlan, HeldBack, PlannedCall, plan_day
from assistant.care.signals.finding import find_signals
from assistant.care.signals.ground import survey
from assistant.care.signals.rules import signal_rules
from assistant.care.signals.signal import Evidence, Signal
from assistant.care.working_days import working_days
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk
from knowledge.crm.codes import Channel, Role
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer, Employee, Product
from knowledge.insight.parameters import read_parameters

SHOWN = 10
MOST_SHOWN = 50
HELD_SHOWN = 5


@dataclass(frozen=True)
class ReasonLine:
    """One reason to speak: what it is, and what of it is known."""

    what: Figure
    detail: Figure | None
    amount: Figure | None
    day: Figure | None
    days: Figure | None
    limit: Figure | None


@dataclass(frozen=True)
class CallLine:
    """`colleague` plans a contact with the customer too, on the day `colleague_on`."""

    name: Figure
    tier: Figure | None
    channel: Figure
    phone: Figure | None
    reasons: list[ReasonLine]
    colleague: Figure | None
    colleague_on: Figure | None


@dataclass(frozen=True)
class HeldLine:
    """`who` and `on` are set where a colleague spoke to the customer, `offers` where the limit of offers is reached."""

    name: Figure
    why: Figure
    who: Figure | None
    on: Figure | None
    offers: Figure | None
    reasons: list[ReasonLine]


@dataclass(frozen=True)
class DailyBrief:
    """`key_customers_only` says that head office sees the highest tiers alone."""

    day: Figure
    lines: list[CallLine]
    count: Figure
    more: bool
    held: list[HeldLine]
    held_count: Figure
    held_more: bool
    key_customers_only: bool


@dataclass(frozen=True)
class Rows:
    """What the lines are written from."""

    customers: Mapping[str, Customer]
    products: Mapping[str, Product]
    employees: Mapping[str, Employee]


async def daily_brief(desk: Desk, limit: int | None = None) -> DailyBrief:
    """Whom the asker should call or contact today, and why: the most urgent and valuable first, every customer once,
    each with the reasons (complaint near its limit, maturity, birthday, salary stopped ...); and who must be left in
    peace today because of a colleague's contact, the limits or a missing consent."""
    number = min(limit or SHOWN, MOST_SHOWN)
    plan, rows = await desk.reader.together(lambda lookups: _look(lookups, desk, number))
    return DailyBrief(
        day=desk.ledger.day("period", "today", desk.today, "period"),
        lines=[_call(desk, call, rows) for call in plan.calls[:number]],
        count=desk.ledger.number("customers", "to_call", len(plan.calls), "count", "customer?signals&allowed"),
        more=len(plan.calls) > number,
        held=[_held(desk, held, rows) for held in plan.held[:HELD_SHOWN]],
        held_count=desk.ledger.number("customers", "held_back", len(plan.held), "count", "customer?signals&held"),
        held_more=len(plan.held) > HELD_SHOWN,
        key_customers_only=desk.scope.role is Role.HEAD_OFFICE,
    )


def _look(lookups: Lookups, desk: Desk, number: int) -> tuple[DayPlan, Rows]:
    ground = survey(lookups, desk.scope, desk.today, signal_rules(), working_days(), read_parameters())
    plan = plan_day(ground, find_signals(ground), Admission(ground, contact_limits()))
    shown: list[PlannedCall | HeldBack] = [*plan.calls[:number], *plan.held[:HELD_SHOWN]]
    return plan, _rows(lookups, shown)


def _rows(lookups: Lookups, shown: Sequence[PlannedCall | HeldBack]) -> Rows:
    ids = [one.person.id for one in shown]
    products = {e.value for one in shown for s in one.signals for e in s.evidence if e.unit == "product"}
    employees = {one.hold.note.employee for one in shown if isinstance(one, HeldBack) and one.hold.note}
    employees |= {one.beside.employee for one in shown if isinstance(one, PlannedCall) and one.beside}
    return Rows(
        {c.id: c for c in lookups.scalars(select(Customer).where(Customer.id.in_(ids)))},
        {p.id: p for p in lookups.scalars(select(Product).where(Product.id.in_(products)))} if products else {},
        {
            e.id: e
            for e in lookups.scalars(select(Employee).where(Employee.id.in_(employees)))
        } if employees else {},
    )  # fmt: skip


def _call(desk: Desk, call: PlannedCall, rows: Rows) -> CallLine:
    customer, ledger = rows.customers[call.person.id], desk.ledger
    source = f"customer/{customer.id}"
    if call.channel is Channel.APP:
        channel = ledger.code(customer.id, "channel", "channel", call.channel, f"customer?id={customer.id}&no_consent")
    else:
        channel = ledger.code(customer.id, "consent", "channel", call.channel, source)
    beside = call.beside
    colleague = rows.employees.get(beside.employee) if beside else None
    by_phone = call.channel is Channel.PHONE and customer.phone
    return CallLine(
        name=ledger.customer(customer),
        tier=ledger.code(customer.id, "tier", "tier", customer.tier, source) if customer.tier else None,
        channel=channel,
        phone=ledger.words(customer.id, "phone", customer.phone, source) if by_phone and customer.phone else None,
        reasons=[reason_line(desk, signal, rows.products) for signal in call.signals],
        colleague=ledger.employee(colleague) if colleague else None,
        colleague_on=ledger.day(beside.task, "due_on", beside.on, f"task/{beside.task}") if beside else None,
    )


def _held(desk: Desk, held: HeldBack, rows: Rows) -> HeldLine:
    customer, ledger, hold = rows.customers[held.person.id], desk.ledger, held.hold
    colleague = rows.employees.get(hold.note.employee or "") if hold.note else None
    return HeldLine(
        name=ledger.customer(customer),
        why=ledger.code(
            customer.id, "hold", "hold", hold.reason, f"contact_limits/{contact_limits().version}/{hold.reason}"
        ),
        who=ledger.employee(colleague) if colleague else None,
        on=ledger.day(customer.id, "at", hold.note.at.date(), f"contact/{hold.note.id}") if hold.note else None,
        offers=_offers(desk, customer, hold),
        reasons=[reason_line(desk, signal, rows.products) for signal in held.signals],
    )


def _offers(desk: Desk, customer: Customer, hold: Hold) -> Figure | None:
    if not hold.offered:
        return None
    source = f"offer?customer={customer.id}&offered_on={hold.since}..{desk.today}"
    return desk.ledger.number(customer.id, "offer_days", hold.offered, "count", source)


def reason_line(desk: Desk, signal: Signal, products: Mapping[str, Product]) -> ReasonLine:
    """A signal with its evidence as figures."""
    rule = f"signal_rules/{signal_rules().version}/{signal.kind}"
    parts = {evidence.part: _figure(desk, signal.customer, evidence, products) for evidence in signal.evidence}
    return ReasonLine(
        what=desk.ledger.code(signal.customer, "signal", "signal", signal.kind, rule),
        detail=parts.get("detail"),
        amount=parts.get("amount"),
        day=parts.get("day"),
        days=parts.get("days"),
        limit=parts.get("limit"),
    )


def _figure(desk: Desk, customer: str, evidence: Evidence, products: Mapping[str, Product]) -> Figure:
    ledger, value, source = desk.ledger, evidence.value, evidence.source
    match evidence.unit:
        case "product" if str(value) in products:
            return ledger.product(products[str(value)])
        case "text" if evidence.vocabulary:
            return ledger.code(customer, evidence.measure, evidence.vocabulary, str(value), source)
        case "days" if isinstance(value, int):
            return ledger.number(customer, evidence.measure, value, "days", source)
    if isinstance(value, date):
        return ledger.day(customer, evidence.measure, value, source)
    if isinstance(value, Decimal):
        return ledger.money(customer, evidence.measure, value, evidence.unit, source, evidence.as_of)
    return ledger.words(customer, evidence.measure, str(value), source, evidence.as_of)
