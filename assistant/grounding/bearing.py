"""Which fact of the ledger bears a written figure or day out, by value, rounding and unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.grounding.evidence import Evidence
from assistant.grounding.known import HOLDS_ON, WINDOW, Known, KnownDay
from assistant.grounding.measures import counts_items, day_families_of, may_count
from assistant.grounding.written.days import Day
from assistant.grounding.written.numerals import Reading
from assistant.grounding.written.quantities import Hedge, Quantity, Unit

AT_MOST = Decimal("0.05")
UNHEDGED = Decimal("0.025")
"""How far a rounded figure may be from the value it stands for: with a word like "about", and without."""
SHARE_WORDS = Decimal("1.5")
"""Points of a percent by which a share in words ("a third") may miss."""
MONTH = Decimal("30.44")
CONTACT = {"at": frozenset({"contact"})}
SINCE = ("customer_since", "birth_date", "opened_on", "granted_on")
"""Days from which years are counted."""


@dataclass(frozen=True)
class Interval:
    """The values that a written figure may stand for, both ends included."""

    low: Decimal
    high: Decimal

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def intervals(quantity: Quantity) -> list[Interval]:
    """The values, without their sign, that a figure may stand for as it is written."""
    return [_interval(quantity, reading) for reading in quantity.readings]


def _interval(quantity: Quantity, reading: Reading) -> Interval:
    value, step = reading.value, reading.step
    if quantity.unit is Unit.PERCENT and quantity.in_words and value % 10 and quantity.rounded:
        return Interval(value - SHARE_WORDS, value + SHARE_WORDS)
    if quantity.open_by is not None:
        return Interval(value, value + quantity.open_by)
    leading = Decimal(1).scaleb(value.adjusted()) if value else Decimal(1)
    match quantity.hedge:
        case Hedge.OVER:
            return Interval(value, value + leading)
        case Hedge.UNDER:
            return Interval(value - leading, value)
        case Hedge.NEARLY:
            return Interval(max(value - _last_digit(value), value * (1 - AT_MOST)), value)
        case Hedge.ABOUT:
            slack = min(max(step, _last_digit(value)) / 2, value * AT_MOST)
            return Interval(value - slack, value + slack)
    if quantity.rounded:
        slack = min(step / 2, value * UNHEDGED)
        return Interval(value - slack, value + slack)
    if quantity.unit in (Unit.MONEY, Unit.PERCENT, Unit.POINTS) or step < 1:
        slack = min(step / 2, value * UNHEDGED)
        return Interval(value - slack, value + slack)
    return Interval(value, value)


def _last_digit(value: Decimal) -> Decimal:
    """The place of the last digit that is not nought."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def figures_for(quantity: Quantity, evidence: Evidence) -> list[Known]:
    """The figures of the ledger that a written one may stand for, by value and unit alone."""
    spans = intervals(quantity)
    if quantity.unit in (Unit.DAYS, Unit.MONTHS, Unit.YEARS):
        spans = [Interval(span.low * quantity.factor, span.high * quantity.factor) for span in spans]
    return [
        known
        for known in evidence.figures
        if _same_unit(quantity, known) and any(span.holds(_in_unit(quantity, known)) for span in spans)
    ]


def _in_unit(quantity: Quantity, known: Known) -> Decimal:
    """How much a figure is in the unit that is written: 24 months are two years."""
    return abs(known.value) / (12 if (quantity.unit, known.unit) == (Unit.YEARS, Unit.MONTHS) else 1)


def _same_unit(quantity: Quantity, known: Known) -> bool:
    match quantity.unit:
        case Unit.MONEY:
            return known.unit is Unit.MONEY and (known.currency in quantity.currencies or known.currency is None)
        case Unit.COUNT:
            return known.unit in (Unit.COUNT, Unit.BARE) and _same_thing(quantity, known)
        case Unit.BARE:
            if known.measure == WINDOW:
                return False
            if known.unit is Unit.COUNT and known.noun and quantity.in_words:
                return True
            wordy = quantity.in_words and (
                known.unit not in (Unit.COUNT, Unit.BARE, Unit.YEARS) or known.measure == "rank"
            )
            small = known.unit is Unit.MONEY and quantity.readings[0].value < 100
            return not wordy and not small
        case Unit.YEARS if known.unit is Unit.MONTHS:
            return known.value == quantity.readings[0].value * 12
        case Unit.MONTHS if known.unit is Unit.YEARS:
            return False
        case _:
            return known.unit is quantity.unit


def _same_thing(quantity: Quantity, known: Known) -> bool:
    if quantity.noun is None:
        return True
    if known.worded:
        return known.noun == quantity.noun
    return may_count(quantity.noun, known.measure, known.subject)


def derived(quantity: Quantity, evidence: Evidence, today: date, told: frozenset[str] = frozenset()) -> Iterator[Known]:
    """What follows from the ledger by one safe step: the length of a list, the sum of a list's column, the days to or
    since a day. `told` is what is said to happen on that day."""
    spans = intervals(quantity)
    if quantity.unit in (Unit.COUNT, Unit.BARE):
        for name, length, row in evidence.lists:
            same = quantity.noun is None or counts_items(quantity.noun, name)
            if length and same and quantity.readings[0].value == length and row.facts:
                yield Known(row.facts[0], Decimal(length), Unit.COUNT, None, name, "", worded=True)
    if quantity.unit is Unit.MONEY:
        for total in evidence.sums:
            if total.currency in quantity.currencies and any(span.holds(total.value) for span in spans):
                yield total
    if quantity.unit in (Unit.DAYS, Unit.MONTHS, Unit.YEARS):
        for known in evidence.days:
            if told and not told & (day_families_of(known.measure) or CONTACT.get(known.measure, frozenset())):
                continue
            if known.day and known.measure != HOLDS_ON and _apart(quantity, known, today):
                yield Known(known.mark, Decimal(0), quantity.unit, None, known.measure, known.subject)


def _apart(quantity: Quantity, known: KnownDay, today: date) -> bool:
    """Whether that long lies between a day and today."""
    assert known.day is not None
    days = Decimal(abs((today - known.day).days))
    value = quantity.readings[0].value * quantity.factor
    if not value:
        return False
    match quantity.unit:
        case Unit.DAYS:
            slack = value * AT_MOST if quantity.hedge is not Hedge.NONE else 0
            return abs(days - value) <= max(slack, Decimal(quantity.factor // 2))
        case Unit.MONTHS:
            if quantity.hedge is Hedge.NONE:
                return known.day.day == today.day and abs(days / MONTH - value) <= Decimal("0.1")
            return abs(days / MONTH - value) <= Decimal("0.5")
        case _:
            return known.measure in SINCE and int(days / Decimal("365.25")) == value


def computed(quantity: Quantity, others: Sequence[Known]) -> Known | None:
    """The figure of two in the same sentence of which a third is the difference, the sum or the share; of two shares it
    is the difference, in points."""
    spans = intervals(quantity)
    for index, one in enumerate(others):
        for other in others[index + 1 :]:
            if one.unit is not other.unit or one.currency != other.currency:
                continue
            if (one.unit is Unit.PERCENT) != (quantity.unit is Unit.POINTS):
                continue
            if quantity.currencies and one.currency not in quantity.currencies:
                continue
            if quantity.unit is Unit.PERCENT:
                results = _ratios(one.value, other.value)
            elif quantity.unit is Unit.POINTS:
                results = [abs(one.value - other.value)]
            elif quantity.unit in (one.unit, Unit.BARE) and one.unit is Unit.MONEY:
                results = [abs(one.value - other.value), abs(one.value + other.value)]
            else:
                continue
            if any(span.holds(result) for span in spans for result in results):
                return one
    return None


def _ratios(one: Decimal, other: Decimal) -> list[Decimal]:
    small, large = sorted((abs(one), abs(other)))
    if not small:
        return []
    return [small / large * 100, (large - small) / large * 100, (large - small) / small * 100]


def days_for(ways: Sequence[Day], evidence: Evidence, today: date) -> list[KnownDay]:
    """The days of the ledger that a written one may stand for."""
    found = []
    for known in evidence.days:
        if known.day is not None:
            if any(way.fits(known.day, today) or _every_year(way, known) for way in ways):
                found.append(known)
        elif any(_alike(way, told) for way in ways for told in known.worded):
            found.append(known)
    return found


def _every_year(way: Day, known: KnownDay) -> bool:
    """A birthday is told without its year."""
    assert known.day is not None
    if known.measure != "birth_date" or way.year is not None or way.month is None:
        return False
    return (way.month, way.day or known.day.day) == (known.day.month, known.day.day)


def _alike(way: Day, told: Day) -> bool:
    if way.span or told.span or way.weekday is not None:
        return way.span == told.span and way.weekday == told.weekday
    years = {year for year in (way.year, told.year) if year}
    return (way.month, way.day) == (told.month, told.day) and len(years) < 2


def weekday_fits(weekday: Day, day: Day, today: date) -> bool:
    """Whether a weekday is that of the day written beside it; without a year, of the one nearest to today."""
    years = (day.year,) if day.year else (today.year - 1, today.year, today.year + 1)
    dates = [when for year in years if (when := _date(year, day.month, day.day))]
    nearest = min(dates, key=lambda when: abs((when - today).days), default=None)
    return nearest is not None and nearest.weekday() == weekday.weekday


def _date(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None
