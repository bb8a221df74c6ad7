"""How good the customer data are: of the asker's view, by branch and by source system."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.tools.customers_lacking import FieldGap, field_gaps
from assistant.tools.desk import Desk
from knowledge.crm.tables import Unit
from knowledge.quality.expectations import expectations
from knowledge.quality.kept_counts import kept_counts
from knowledge.quality.measure import Counts, counts_by_branch, share, total
from knowledge.quality.sources import Source, sources_of


@dataclass(frozen=True)
class Quality:
    """A score and its three parts, in percent; `segmentable` is None where there are no persons."""

    score: Figure | None
    integrity: Figure | None
    truthfulness: Figure | None
    accuracy: Figure | None
    segmentable: Figure | None


@dataclass(frozen=True)
class BranchQuality:
    """`branch` is None for customers whom no branch keeps."""

    branch: Figure | None
    customers: Figure
    quality: Quality


@dataclass(frozen=True)
class SourceQuality:
    """What one system delivers; `fresh` is the share of its records that are not old, `age` in days."""

    system: Figure
    records: Figure
    newest: Figure | None
    age: Figure | None
    fresh: Figure | None
    integrity: Figure | None
    accuracy: Figure | None
    conflicts: Figure


@dataclass(frozen=True)
class Broken:
    """A rule that recorded values break: the field, what is wrong, and how often."""

    label: str
    reason: str
    count: Figure


@dataclass(frozen=True)
class DataQuality:
    """`counted_on` is the day of figures that were not counted anew for the answer."""

    counted_on: Figure | None
    count: Figure
    quality: Quality
    contested: Figure
    stale_days: Figure
    branches: list[BranchQuality]
    sources: list[SourceQuality]
    gaps: list[FieldGap]
    broken: list[Broken]
    inputs: list[FieldGap]


async def data_quality(desk: Desk) -> DataQuality:
    """How good the customer data in view are: completeness, contradictions between systems, validity and freshness
    as a score of three parts (integrity, truthfulness, accuracy), per branch and per source system, with the most
    frequent gaps and what segmentation lacks."""
    kept = await kept_counts(desk.reader, desk.scope, desk.today)
    by_branch = kept.branches if kept else await counts_by_branch(desk.reader, desk.today)
    sources = kept.sources if kept else await sources_of(desk.reader, desk.today)
    day = kept.as_of if kept else desk.today
    whole, source = total(by_branch.values()), f"customer?view={desk.scope.employee_id}"
    stale = expectations().limits.stale_days
    return DataQuality(
        counted_on=desk.ledger.day("customers", "counted_on", day, "quality_count?as_of") if kept else None,
        count=desk.ledger.number("customers", "count", whole.customers, "count", source, day),
        quality=_quality(desk, "customers", whole, source, day),
        contested=desk.ledger.number(
            "customers",
            "contested",
            whole.contested,
            "count",
            f"conflict?view={desk.scope.employee_id}&state=open",
            day,
        ),
        stale_days=desk.ledger.number("customers", "stale_days", stale, "days", "source_record?as_of"),
        branches=await _branches(desk, by_branch, day) if len(by_branch) > 1 else [],
        sources=[_source(desk, one, day) for one in sources],
        gaps=field_gaps(desk, whole.missing, whole.expected, source, day),
        broken=_broken(desk, whole, source, day),
        inputs=_inputs(desk, whole, source, day),
    )


def _quality(desk: Desk, subject: str, counts: Counts, source: str, day: date) -> Quality:
    def percent(measure: str, value: Decimal | None) -> Figure | None:
        return None if value is None else desk.ledger.percent(subject, measure, value, f"{source}&{measure}", day)

    return Quality(
        score=percent("score", counts.score),
        integrity=percent("integrity", counts.integrity),
        truthfulness=percent("truthfulness", counts.truthfulness),
        accuracy=percent("accuracy", counts.accuracy),
        segmentable=percent("segmentable", counts.segmentable),
    )


async def _branches(desk: Desk, by_branch: dict[str | None, Counts], day: date) -> list[BranchQuality]:
    """Every branch, the lowest score first."""
    units = {unit.id: unit for unit in await desk.reader.scalars(select(Unit))}
    ranked = sorted(by_branch.items(), key=lambda item: (item[1].score or Decimal(), item[0] or ""))
    return [
        BranchQuality(
            branch=desk.ledger.unit(units[branch]) if branch in units else None,
            customers=desk.ledger.number(
                branch or "customers", "customers", counts.customers, "count", f"customer?branch={branch}", day
            ),
            quality=_quality(desk, branch or "no_branch", counts, f"customer?branch={branch}", day),
        )
        for branch, counts in ranked
    ]


def _source(desk: Desk, source: Source, day: date) -> SourceQuality:
    ledger, name = desk.ledger, source.system
    rows = f"source_record?view={desk.scope.employee_id}&system={name}"

    def percent(measure: str, value: Decimal | None) -> Figure | None:
        return None if value is None else ledger.percent(name, measure, value, f"{rows}&{measure}", day)

    return SourceQuality(
        system=ledger.code(name, "system", "system", name, rows),
        records=ledger.number(name, "records", source.records, "count", rows, day),
        newest=ledger.day(name, "newest", source.newest, f"{rows}&newest") if source.newest else None,
        age=ledger.number(name, "age_days", _days(desk.today, source.newest), "days", f"{rows}&newest")
        if source.newest
        else None,
        fresh=percent("fresh", source.fresh),
        integrity=percent("integrity", source.counts.integrity),
        accuracy=percent("accuracy", source.counts.accuracy),
        conflicts=ledger.number(
            name, "conflicts", source.conflicts, "count",
            f"conflict?view={desk.scope.employee_id}&system={name}&state=open", day,
        ),
    )  # fmt: skip


def _days(today: date, newest: date) -> int:
    return max(0, (today - newest).days)


def _broken(desk: Desk, counts: Counts, source: str, day: date) -> list[Broken]:
    return [
        Broken(
            label=desk.ledger.label(field),
            reason=desk.ledger.label(rule, "rule"),
            count=desk.ledger.number("customers", f"{field}_{rule}", number, "count", f"{source}&{field}={rule}", day),
        )
        for (field, rule), number in sorted(counts.broken.items(), key=lambda item: (-item[1], item[0]))
    ]


def _inputs(desk: Desk, counts: Counts, source: str, day: date) -> list[FieldGap]:
    """What segmentation lacks of persons, by input."""
    persons = f"{source}&kind=person"
    return [
        FieldGap(
            field=desk.ledger.code("customers", "segmentation_input", "segmentation", name, f"{persons}&{name}"),
            count=desk.ledger.number("customers", f"lacking_{name}", number, "count", f"{persons}&{name}=none", day),
            share=desk.ledger.percent(
                "customers",
                f"lacking_share_{name}",
                share(number, counts.persons) or Decimal(),
                f"{persons}&{name}",
                day,
            ),
        )
        for name, number in sorted(counts.lacking.items(), key=lambda item: (-item[1], item[0]))
        if number
    ]
