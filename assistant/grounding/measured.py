"""Measures as figures: values, averages, reasons and events, each with the row of the run behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.grounding.ledger import Figure, Ledger
from assistant.grounding.small_groups import rounded
from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult, InsightRun

EXACTLY = Decimal(0)
HUNDREDTH, TENTH = Decimal("0.01"), Decimal("0.1")
LABELS = {"value_group": "value_group", "earned_tier": "tier"}
"""Measures whose label is a code, and where its words stand."""
SOURCES = {
    "salary_stopped": "transaction", "large_withdrawal": "transaction", "new_payee": "transaction",
    "idle_balance": "account", "money_to_other_bank": "transaction", "key_person_changed": "source_value",
}  # fmt: skip
"""Which table holds the row behind an event."""


@dataclass(frozen=True)
class Happening:
    """Something that happened to a customer. `detail` is a purpose, a payee or a person; `source` the row behind it."""

    kind: Figure
    day: Figure
    amount: Figure | None
    detail: Figure | None
    source: Figure


class MeasureFigures:
    """Puts what one run found on a ledger."""

    def __init__(self, ledger: Ledger, run: InsightRun) -> None:
        self._ledger, self.run = ledger, run

    def as_of(self) -> Figure:
        """The day for which the measures were computed."""
        return self._ledger.day("measures", "as_of", self.run.as_of, f"insight_run/{self.run.id}")

    def value(self, row: Insight | None) -> Figure | None:
        """The value of a customer's measure; None where there is none."""
        if row is None or row.value is None:
            return None
        source = f"insight/{row.customer_id}/{row.metric}"
        return self._figure(row.customer_id, row.metric, row.value, row.unit, source)

    def earlier(self, row: Insight | None) -> Figure | None:
        """The value of a measure as it stood before."""
        if row is None or row.value is None:
            return None
        source = f"insight/{row.customer_id}/{row.metric}/{row.as_of}"
        return self._figure(row.customer_id, f"{row.metric}_before", row.value, row.unit, source)

    def label(self, row: Insight) -> Figure:
        """The code that a value stands for, as people say it."""
        source = f"insight/{row.customer_id}/{row.metric}"
        return self._ledger.code(row.customer_id, f"{row.metric}_label", LABELS[row.metric], row.label or "", source)

    def reasons(self, row: Insight | None) -> list[Figure]:
        """Why a measure is as it is."""
        if row is None:
            return []
        source = f"insight/{row.customer_id}/{row.metric}"
        subject, measure = row.customer_id, f"{row.metric}_reason"
        return [self._ledger.code(subject, measure, "reason", reason, source) for reason in row.reasons]

    def average(self, row: InsightAverage, unit: str, step: Decimal = EXACTLY) -> Figure:
        """The mean of a measure over a group: to the hundredth, or to the nearest `step` where that is coarser."""
        source = f"insight_average/{row.metric}/{row.grouping}/{row.of}"
        if step:
            source = f"{source}?rounded_to={step:f}"
        measure = f"{row.metric}_average_{row.grouping}"
        return self._figure(row.of or "bank", measure, rounded(row.average, step), unit, source)

    def result(self, row: InsightResult | None) -> Figure | None:
        """What was found of a unit, an employee or a product."""
        if row is None or row.value is None:
            return None
        return self._figure(row.subject_id, row.metric, row.value, row.unit, _result_source(row))

    def result_customers(self, row: InsightResult | None) -> Figure | None:
        """Over how many customers a result was found."""
        if row is None or row.customers is None:
            return None
        measure = f"{row.metric}_customers"
        return self._ledger.number(row.subject_id, measure, row.customers, "count", _result_source(row), self.run.as_of)

    def total(self, subject: str, measure: str, value: Decimal, unit: str, source: str) -> Figure:
        """A sum or share over rows that `source` describes."""
        return self._figure(subject, measure, value, unit, source)

    def happening(self, row: InsightEvent) -> Happening:
        """An event with its amount in the bank's own currency and the row behind it."""
        ledger, customer = self._ledger, row.customer_id
        source = f"insight_event/{customer}/{row.kind}/{row.day}/{row.source}"
        return Happening(
            kind=ledger.code(customer, "event", "event", row.kind, source),
            day=ledger.day(customer, f"{row.kind}_on", row.day, source),
            amount=None
            if row.amount is None
            else ledger.money(customer, f"{row.kind}_amount", _cents(row.amount), self.run.currency, source, row.day),
            detail=ledger.words(customer, "detail", row.detail, source) if row.detail else None,
            source=ledger.words(customer, "id", row.source, f"{SOURCES[row.kind]}/{row.source}", row.day),
        )

    def happenings(self, rows: Sequence[InsightEvent]) -> list[Happening]:
        return [self.happening(row) for row in rows]

    def _figure(self, subject: str, measure: str, value: Decimal, unit: str, source: str) -> Figure:
        on = self.run.as_of
        match unit:
            case "money":
                return self._ledger.money(subject, measure, _cents(value), self.run.currency, source, on)
            case "percent":
                return self._ledger.percent(subject, measure, value.quantize(TENTH), source, on)
            case _:
                whole = value == value.to_integral_value()
                return self._ledger.number(
                    subject, measure, int(value) if whole else _cents(value).normalize(), unit, source, on
                )


def _cents(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH)


def _result_source(row: InsightResult) -> str:
    return f"insight_result/{row.kind}/{row.subject_id}/{row.unit_id}/{row.metric}"
