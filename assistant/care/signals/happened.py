"""What has happened: events that the measures found, tiers earned, what a note says of another bank."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from assistant.care.signals.ground import Ground
from assistant.care.signals.occasions import noted
from assistant.care.signals.rules import Rule, SignalKind
from assistant.care.signals.signal import Evidence, Signal
from knowledge.crm.insights import Insight, InsightEvent

KIND_OF = {
    "salary_stopped": SignalKind.SALARY_STOPPED,
    "large_withdrawal": SignalKind.LARGE_WITHDRAWAL,
    "key_person_changed": SignalKind.KEY_PERSON_CHANGED,
    "money_to_other_bank": SignalKind.COMPETITOR,
    "idle_balance": SignalKind.IDLE_FUNDS,
}
"""Which signal an event of the measures gives."""
CENT = Decimal("0.01")


def events(ground: Ground) -> Iterator[Signal]:
    """Salary stopped, large withdrawal, key person changed, money to another bank, idle funds."""
    if ground.measures is None:
        return
    rules = {kind: ground.rule(signal) for kind, signal in KIND_OF.items()}
    reach = max(rule.after + (rule.window or 0) + max(rule.again, 1) for rule in rules.values())
    rows = ground.lookups.rows(
        select(
            InsightEvent.customer_id, InsightEvent.kind, InsightEvent.day, InsightEvent.source, InsightEvent.amount,
            InsightEvent.detail,
        )
        .where(
            InsightEvent.kind.in_(KIND_OF),
            InsightEvent.day > ground.today - timedelta(days=reach),
            InsightEvent.day <= ground.today,
            InsightEvent.as_of <= ground.measures.run.as_of,
            ground.seen(InsightEvent.customer_id),
        )
        .order_by(InsightEvent.day, InsightEvent.source)
    )  # fmt: skip
    known: dict[tuple[str, str, str], date] = {}
    for customer, kind, day, row, amount, detail in rows:
        rule = rules[kind]
        matter = (customer, kind, row if kind == "idle_balance" else "")
        before = known.get(matter)
        known[matter] = day
        is_old = before is not None and (day - before).days <= rule.again
        if is_old or customer not in ground.people or (amount or 0) < rule.least:
            continue
        yield _event(ground, rule, InsightEvent(customer_id=customer, kind=kind, day=day, source=row, amount=amount,
                                                detail=detail))  # fmt: skip


def _event(ground: Ground, rule: Rule, event: InsightEvent) -> Signal:
    source = f"insight_event/{event.customer_id}/{event.kind}/{event.day}/{event.source}"
    evidence = [Evidence("day", f"{event.kind}_on", event.day, "date", source)]
    if event.amount is not None:
        amount = event.amount.quantize(CENT)
        currency = ground.parameters.currency
        if ground.measures:
            currency = ground.measures.run.currency
        evidence.append(Evidence("amount", f"{event.kind}_amount", amount, currency, source, event.day))
    if event.detail:
        evidence.append(Evidence("detail", "detail", event.detail, "text", source))
    raised_on = ground.calendar.on_or_after(event.day + timedelta(days=rule.after))
    return Signal(
        KIND_OF[event.kind], event.customer_id, event.day, raised_on, rule.until(raised_on), source, tuple(evidence),
        stake=event.amount,
    )  # fmt: skip


def offers_of_others(ground: Ground) -> Iterator[Signal]:
    """Notes of contacts that tell what another bank offers; told again within the rule's days it is no news."""
    rule = ground.rule(SignalKind.COMPETITOR)
    told: dict[str, date] = {}
    for note in ground.notes:
        words = noted("competitor", note.content)
        if words is None or note.customer not in ground.people:
            continue
        day = note.at.date()
        before, told[note.customer] = told.get(note.customer), day
        if before is not None and (day - before).days <= rule.again:
            continue
        source = f"contact/{note.id}"
        raised_on = ground.calendar.on_or_after(day + timedelta(days=rule.after))
        evidence = (Evidence("day", "at", day, "date", source), Evidence("detail", "quote", words, "text", source, day))
        yield Signal(SignalKind.COMPETITOR, note.customer, day, raised_on, rule.until(raised_on), source, evidence)


def upgrades(ground: Ground) -> Iterator[Signal]:
    """Customers whose assets have come to earn a higher tier than they have."""
    if ground.measures is None:
        return
    rule = ground.rule(SignalKind.UPGRADE)
    rows = ground.lookups.rows(
        select(Insight.customer_id, Insight.as_of, Insight.label, Insight.reasons).where(
            Insight.metric == "earned_tier", Insight.as_of > ground.today - timedelta(days=(rule.window or 0) + 30),
            ground.measures.holding_of_each(), ground.seen(Insight.customer_id),
        )
    )  # fmt: skip
    for customer, since, label, reasons in rows:
        person = ground.people.get(customer)
        if person is None or "upgrade" not in reasons or not label:
            continue
        raised_on = ground.calendar.on_or_after(since + timedelta(days=rule.after))
        source = f"insight/{customer}/earned_tier"
        evidence = [Evidence("detail", "earned_tier_label", label, "text", source, vocabulary="tier")]
        if person.assets is not None:
            assets = person.assets.quantize(CENT)
            currency = ground.measures.run.currency
            evidence.append(Evidence("amount", "tier_assets", assets, currency, f"insight/{customer}/tier_assets"))
        yield Signal(
            SignalKind.UPGRADE, customer, since, raised_on, rule.until(raised_on), source, tuple(evidence),
            stake=person.assets,
        )  # fmt: skip
