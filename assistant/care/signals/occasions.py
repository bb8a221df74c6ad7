"""Days that are known beforehand: a deposit matures, a birthday comes, a contact is due by the tier's rhythm."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from sqlalchemy import or_, select

from assistant.care.lunar import lunar_birthday_in
from assistant.care.rhythm import contact_rhythm
from assistant.care.signals.ground import CALLED, Ground, Person
from assistant.care.signals.rules import Rule, SignalKind
from assistant.care.signals.signal import Evidence, Signal
from assistant.care.working_days import WorkingDays
from knowledge.crm.codes import DEPOSIT_KINDS, INVESTMENT_KINDS, AccountState, CustomerKind
from knowledge.crm.holdings import newest_balance
from knowledge.crm.tables import Account, Balance, Contact
from prompts import LANGUAGES, note_words

LONGEST_HOLIDAY = 15
"""Days by which a day off can bring a call forward, at most."""


def maturities(ground: Ground) -> Iterator[Signal]:
    """Deposits and investments that fall due, raised on each of the rule's days before (clause 4.2)."""
    rule, today = ground.rule(SignalKind.MATURITY), ground.today
    furthest = today + timedelta(days=max(rule.before) + LONGEST_HOLIDAY)
    rows = ground.lookups.rows(
        select(
            Account.id, Account.customer_id, Account.matures_on, Account.currency, Account.product_id, Account.kind,
            newest_balance(Balance.end, today), newest_balance(Balance.month, today),
        ).where(
            Account.matures_on >= today - timedelta(days=rule.window or 0),
            Account.matures_on <= furthest,
            Account.kind.in_((*DEPOSIT_KINDS, *INVESTMENT_KINDS)),
            Account.opened_on <= today,
            Account.state != AccountState.CLOSED,
            or_(Account.closed_on.is_(None), Account.closed_on > today),
            ground.seen(Account.customer_id),
        )
    )  # fmt: skip
    for account, customer, matures_on, currency, product, kind, balance, month in rows:
        if customer not in ground.people or matures_on is None:
            continue
        source = f"account/{account}"
        evidence = [Evidence("day", "matures_on", matures_on, "date", source)]
        if product:
            evidence.append(Evidence("detail", "name", product, "product", f"product/{product}"))
        else:
            evidence.append(Evidence("detail", "kind", kind, "text", source, vocabulary="product_kind"))
        stake = None
        if balance is not None:
            evidence.append(Evidence("amount", "balance", balance, currency, f"balance/{account}/{month}", month))
            stake = ground.in_own_currency(balance, currency)
        for raised_on, until in call_days(rule, ground.calendar, matures_on):
            yield Signal(
                SignalKind.MATURITY, customer, matures_on, raised_on, until, source, tuple(evidence), matures_on, stake
            )


def call_days(rule: Rule, calendar: WorkingDays, matures_on: date) -> Iterator[tuple[date, date]]:
    """The days on which to call before a maturity, each with the last day on which that call is still to be made."""
    days = sorted({calendar.on_or_before(matures_on - timedelta(days=before)) for before in rule.before})
    for raised_on, following in zip(days, [*days[1:], None], strict=True):
        last = rule.until(raised_on)
        yield raised_on, min(last, following - timedelta(days=1)) if following else last


def birthdays(ground: Ground) -> Iterator[Signal]:
    """Birthdays of persons, by the Chinese calendar for those of whom a note says so.

    A call on a day off is made on the working day before; a message goes out on the day itself (clause 5.2).
    """
    rule, today = ground.rule(SignalKind.BIRTHDAY), ground.today
    until = today + timedelta(days=max(rule.before) + LONGEST_HOLIDAY)
    lunar = _of_the_lunar_calendar(ground)
    for person in ground.people.values():
        if person.kind is not CustomerKind.PERSON or person.born is None:
            continue
        day = (lunar_birthday_in if person.id in lunar else birthday_in)(person.born, today, until)
        if day is None:
            continue
        source = f"customer/{person.id}"
        evidence = [Evidence("day", "lunar_birthday" if person.id in lunar else "birthday", day, "date", source)]
        if person.id in lunar:
            evidence.append(Evidence("detail", "quote", *lunar[person.id]))
        for before in rule.before:
            aimed = day - timedelta(days=before)
            raised_on = ground.calendar.on_or_before(aimed) if person.tier in CALLED else aimed
            yield Signal(SignalKind.BIRTHDAY, person.id, day, raised_on, day, source, tuple(evidence), day)


def birthday_in(born: date, start: date, end: date) -> date | None:
    """The first birthday from `start` to `end`, both included; 29 February becomes 28 in common years."""
    for year in range(max(start.year, born.year + 1), end.year + 1):
        try:
            day = born.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if start <= day <= end:
            return day
    return None


def _of_the_lunar_calendar(ground: Ground) -> dict[str, tuple[str, str, str]]:
    """Whose notes say that they keep the birthday of the Chinese calendar: the note's words, its unit and its row."""
    traces = [trace for language in LANGUAGES for trace in note_words(language)["lunar_traces"]]
    rows = ground.lookups.rows(
        select(Contact.id, Contact.customer_id, Contact.content)
        .where(or_(*(Contact.content.contains(trace) for trace in traces)), ground.seen(Contact.customer_id))
        .order_by(Contact.at, Contact.id)
    )
    return {
        customer: (found, "text", f"contact/{id}")
        for id, customer, content in rows
        if (found := noted("lunar_birthday", content or ""))
    }


def neglected(ground: Ground) -> Iterator[Signal]:
    """Customers who were not contacted within the days of their tier, from the day after on (clauses 2.1 and 2.2)."""
    rhythm = contact_rhythm()
    for person in ground.people.values():
        known = ground.contacted_on(person.id) or person.since
        if known is None or not person.has_tier:
            continue
        allowed = rhythm.days[person.tier]
        raised_on = known + timedelta(days=allowed + 1)
        yield Signal(
            SignalKind.NEGLECTED, person.id, known, raised_on, date.max, f"contact?customer={person.id}&latest",
            (*_waited(ground, person), Evidence("limit", "contact_rhythm", allowed, "days",
                                                f"contact_rhythm/{rhythm.version}/{person.tier}")),
        )  # fmt: skip


def _waited(ground: Ground, person: Person) -> Iterator[Evidence]:
    last = ground.contacted_on(person.id)
    if last:
        source = f"contact?customer={person.id}&latest"
        yield Evidence("days", "days_since_contact", (ground.today - last).days, "days", source)


def noted(name: str, text: str) -> str | None:
    """The sentence of a note that says what the patterns of that name look for, as it was written."""
    for pattern in _patterns(name):
        found = pattern.search(text)
        if found:
            start = max(text.rfind(end, 0, found.start()) for end in "。；;!！?？\n") + 1
            ends = [place for end in "。；;!！?？\n" if (place := text.find(end, found.end())) >= 0]
            return text[start : min(ends, default=len(text))].strip()[:200].strip()
    return None


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name])
