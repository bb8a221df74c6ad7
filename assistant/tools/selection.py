"""Customers, accounts, transactions, contacts and feedback by criteria that nobody foresaw."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from assistant.grounding.criteria import Criteria, Criterion, Names, Possession
from assistant.grounding.ledger import Figure
from assistant.grounding.selected_rows import Read, RowTable, SelectedRows, heading, read_rows
from assistant.tools.desk import Desk
from knowledge.crm.store import Lookups
from knowledge.errors import QueryError
from knowledge.query import (
    FIELDS,
    STANDING,
    Condition,
    Found,
    Ground,
    Kind,
    Line,
    Query,
    Subject,
    answer,
    names_of,
    with_ids,
)

GROUPS_SHOWN = 30
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Rate:
    """What one unit of a currency is worth in the bank's own."""

    currency: Figure
    worth: Figure


@dataclass(frozen=True)
class SelectionGroup:
    """A group's name for each field grouped by, None where it is not known; how many rows, and their figure."""

    keys: list[Figure | None]
    count: Figure
    value: Figure | None


@dataclass(frozen=True)
class Selection:
    """What a query found, and how it was understood.

    `rows`, `one` and `many` are words for what is counted, `shown` and `figure` for what is measured. `known` says of
    how many rows the figure is known, where not of all; `as_of` for which day measures were computed. `lacking` is a
    measure that was never computed, `unrated` a currency of the question without a rate: then there is no `count`.
    `rates` are those at which amounts were converted, `unconverted` the currencies without one. `held` says that
    accounts which have ended are not counted.
    """

    rows: str
    one: str
    many: str
    shown: str | None
    figure: str | None
    criteria: list[Criterion]
    possessions: list[Possession]
    count: Figure | None
    value: Figure | None
    known: Figure | None
    labels: list[str]
    periodic: bool
    groups: list[SelectionGroup]
    more_groups: Figure | None
    table: RowTable | None
    more: bool
    rates: list[Rate]
    unconverted: list[Figure]
    as_of: Figure | None
    lacking: str | None
    unrated: str | None
    held: bool


async def selection(desk: Desk, query: Query) -> Selection:
    """Counts, lists or adds up customers, accounts, transactions, contacts or feedback by any criteria, in groups and
    order as asked. Use it for what no other tool answers: "how many women in Prague have a loan over 200,000 in
    arrears", "average loan amount by region", "gold customers without a fund, not contacted since August". `query`
    is the whole question; its schema says which fields, operators and values there are. Branches, employees and
    products go by id or name; cities, industries and the like as the bank's data write them."""
    return await desk.reader.together(lambda lookups: _Answering(desk, lookups, query).answer())


class _Words(TypedDict):
    rows: str
    one: str
    many: str
    shown: str | None


class _Answering:
    """One query, answered and put on the desk's ledger."""

    def __init__(self, desk: Desk, lookups: Lookups, query: Query) -> None:
        self._ledger, self._lookups = desk.ledger, lookups
        self._ground = Ground.on(lookups, desk.scope, desk.today)
        self._names = names = Names.read(lookups)
        known = names_of(names.units.values(), names.employees.values(), names.products.values())
        self._query = with_ids(query, known)
        self._criteria = Criteria(desk.ledger, self._names, self._ground.exchange.currency)
        self._figure = FIELDS[query.figure] if query.figure else None

    def answer(self) -> Selection:
        criteria, possessions = self._criteria.of(self._query)
        try:
            found = answer(self._lookups, self._query, self._ground)
        except QueryError as error:
            return self._unanswered(criteria, possessions, error)
        read = read_rows(self._lookups, found, self._ground.today) if found.ids else None
        groups = found.groups[:GROUPS_SHOWN]
        source, total = self._query.source, found.total
        known = total.known if self._figure is not None and total.known < total.count else None
        return Selection(
            **self._words(),
            figure=self._criteria.label(self._figure.name) if self._figure else None,
            criteria=criteria,
            possessions=possessions,
            count=self._ledger.number(self._query.about, "count", total.count, "count", source),
            value=self._value(total, source, self._query.about),
            known=None if known is None else self._ledger.number(self._query.about, "known", known, "count", source),
            labels=[heading(self._criteria.label(group.field)) for group in self._query.group],
            periodic=bool(self._query.group and self._query.group[0].step) and len(self._query.group) == 1,
            groups=[self._group(line.keys, line.line) for line in groups],
            more_groups=self._more(len(found.groups) - len(groups)),
            table=self._table(found, read),
            more=bool(found.ids) and total.count > len(found.ids),
            rates=self._rates(found),
            unconverted=self._unconverted(found),
            as_of=self._as_of(),
            lacking=None,
            unrated=None,
            held=self._counts_held(),
        )

    def _words(self) -> _Words:
        label, query = self._ledger.label, self._query
        return _Words(
            rows=label(query.about, "rows"),
            one=label(query.about, "rows_one"),
            many=label(query.about, "rows_many"),
            shown=label(query.show, "shown") if self._figure else None,
        )

    def _counts_held(self) -> bool:
        by_state = any(c.field == "account_state" for c in self._query.conditions)
        return self._query.about is Subject.ACCOUNTS and not by_state

    def _group(self, keys: tuple[object, ...], line: Line) -> SelectionGroup:
        named = zip(self._query.group, keys, strict=True)
        said = "&".join(f"{group.field}={key}" for group, key in named)
        source = self._query.source + ("&" if self._query.where else "") + said
        subject = said.replace("=", ":")
        return SelectionGroup(
            keys=[
                self._criteria.key(group, FIELDS[group.field], key, source)
                for group, key in zip(self._query.group, keys, strict=True)
            ],
            count=self._ledger.number(subject, "count", line.count, "count", source),
            value=self._value(line, source, subject),
        )

    def _value(self, line: Line, source: str, subject: str) -> Figure | None:
        """The figure of some rows. Averages of numbers are told to the tenth."""
        if self._figure is None or line.value is None:
            return None
        name, show, ledger = self._figure.name, self._query.show, self._ledger
        measure = f"{show}_{name}"
        measured = self._ground.measures if self._figure.metric else None
        on = measured.run.as_of if measured else None
        match self._figure.kind:
            case Kind.MONEY:
                currency = measured.run.currency if measured else self._ground.exchange.currency
                value = line.value.quantize(Decimal("0.01"))
                return ledger.money(subject, measure, value, currency, source, on)
            case Kind.PERCENT:
                return ledger.percent(subject, measure, line.value, source, on)
        value = line.value.quantize(TENTH)
        whole = value == value.to_integral_value()
        return ledger.number(subject, measure, int(value) if whole else value, self._figure.unit, source, on)

    def _more(self, number: int) -> Figure | None:
        source = self._query.source
        return self._ledger.number("groups", "more", number, "count", source) if number > 0 else None

    def _table(self, found: Found, read: Read | None) -> RowTable | None:
        return SelectedRows(self._ledger, self._names, self._ground).table(found, read) if read else None

    def _foreign(self, found: Found) -> list[str]:
        """The currencies other than the bank's own whose amounts the query adds up or compares."""
        own = self._ground.exchange.currency
        inner = [self._query.conditions, *(holding.where for holding in self._query.holdings)]
        compared = {currency for conditions in inner for currency in self._compared(conditions)}
        named = {c.currency for conditions in inner for c in conditions if c.currency}
        return sorted((compared | named | set(found.currencies)) - {own})

    def _compared(self, conditions: Sequence[Condition]) -> set[str]:
        """The currencies of the products whose amounts these conditions compare."""
        if not any(c.known_field.kind is Kind.MONEY and c.known_field.currency is not None for c in conditions):
            return set()
        kinds = {value for c in conditions if c.field == "product_kind" and not c.negated for value in c.values}
        return {p.currency for p in self._names.products.values() if not kinds or p.kind in kinds}

    def _rates(self, found: Found) -> list[Rate]:
        exchange = self._ground.exchange
        return [
            Rate(
                self._ledger.words(code, "currency", code, f"parameters/{exchange.version}/exchange/{code}"),
                self._ledger.number(
                    code, "exchange_rate", exchange.rate(code), exchange.currency,
                    f"parameters/{exchange.version}/exchange/{code}",
                ),
            )
            for code in self._foreign(found)
            if code in exchange.rates
        ]  # fmt: skip

    def _unconverted(self, found: Found) -> list[Figure]:
        rates, source = self._ground.exchange.rates, self._query.source
        lacking = [code for code in self._foreign(found) if code not in rates]
        return [self._ledger.words(code, "currency", code, f"{source}&currency={code}") for code in lacking]

    def _as_of(self) -> Figure | None:
        """The day of the measures, where the query reads one."""
        inner = [*self._query.conditions]
        names = {c.field for c in inner} | {
            self._query.figure or "",
            self._query.order.field if self._query.order else "",
        }
        standing = set(STANDING) if self._ground.measured_in_own_currency else set()
        read = {name for name in names if name in FIELDS and (FIELDS[name].metric or name in standing)}
        if not read or self._ground.measures is None:
            return None
        run = self._ground.measures.run
        return self._ledger.day("measures", "as_of", run.as_of, f"insight_run/{run.id}")

    def _unanswered(self, criteria: list[Criterion], possessions: list[Possession], error: QueryError) -> Selection:
        """What is said where a measure was never computed, or an amount's currency has no rate."""
        name = str(error.values["field"])
        unrated = error.values["reason"] == "no_rate"
        field = next((field.name for field in FIELDS.values() if field.metric == name), name)
        return Selection(
            **self._words(), figure=None, criteria=criteria, possessions=possessions, count=None, value=None,
            known=None, labels=[], periodic=False, groups=[], more_groups=None, table=None, more=False, rates=[],
            unconverted=[], as_of=None, lacking=None if unrated else self._criteria.label(field),
            unrated=name if unrated else None, held=False,
        )  # fmt: skip
