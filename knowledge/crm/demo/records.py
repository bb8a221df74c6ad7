"""What each source system says of the customers, who was found to be the same, and who may be."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import combinations, groupby

from knowledge.crm.codes import CustomerKind, LikenessState, Verdict
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.sheets import Row
from knowledge.crm.field_text import from_text
from knowledge.crm.lineage import Likeness, Merge, MergedRow, SourceRecord
from knowledge.crm.tables import Customer

_PAIRS = 6
_JOINED = 2
_SAID_EVERYWHERE = ("kind", "name", "name_latin", "currency", "closed_on")
_WEIGHTS = {"name": 9.14, "address": 7.31, "birth_date": -6.58, "phone": -2.74}
"""Bits that speak for one customer, as homonyms at one address have them."""


def alike(making: Making) -> list[tuple[Client, Client]]:
    """Homonyms of one manager who come to live at one address: only a person can tell whether they are one."""

    def who(client: Client) -> tuple[str, str]:
        return client.name, client.manager_id or ""

    people = [c for c in making.clients if c.kind is CustomerKind.PERSON and c.manager_id and not c.planted]
    pairs: list[tuple[Client, Client]] = []
    for _, group in groupby(sorted(people, key=lambda client: (*who(client), client.id)), key=who):
        pairs += [pair for pair in list(combinations(group, 2))[:1] if all(c.address and c.phone for c in pair)]
    chosen = [(one, other) for one, other in pairs if one.birth_date != other.birth_date][:_PAIRS]
    for one, other in chosen:
        other.address, other.city, other.region = one.address, one.city, one.region
    return chosen


def write_records(making: Making, pairs: list[tuple[Client, Client]]) -> None:
    """A record of the core system for everyone, one of each system that contradicts it or has a number of its own,
    the pairs that wait for a decision, and two customers who were joined."""
    second = {
        str(row["customer_id"]): str(row["number"])
        for row in making.sheets.rows["customer_identifier"]
        if row["system"] == "credit"
    }
    core = {
        str(row["customer_id"]): str(row["number"])
        for row in making.sheets.rows["customer_identifier"]
        if (row["system"], row["kind"]) == ("core", "customer_number")
    }
    claims = _claims(making)
    for row in making.sheets.rows["customer"]:
        id, since = str(row["id"]), row["customer_since"]
        assert isinstance(since, date)
        said = claims.get((id, "core"), {})
        _write(
            making, row, id, "core", core[id], since, {name: str(on) for name, (_, on) in said.items() if on != since}
        )
        for system in ("credit", "call_centre"):
            said = claims.get((id, system), {})
            if said or (system == "credit" and id in second):
                _write_second(making, row, system, second.get(id, f"CC{id[1:]}"), said, since)
    for one, other in pairs:
        _write_pair(making, one, other)
    _join_some(making, second)


def _claims(making: Making) -> dict[tuple[str, str], dict[str, tuple[str, date]]]:
    """By customer and system: what it says in a contradiction, and since when."""
    found: dict[tuple[str, str], dict[str, tuple[str, date]]] = {}
    for row in making.sheets.rows.get("conflict", []):
        claims = row["claims"]
        assert isinstance(claims, list)
        for claim in claims:
            said = found.setdefault((str(row["customer_id"]), claim["system"]), {})
            said[str(row["field"])] = claim["value"], date.fromisoformat(claim["as_of"])
    return found


def _write_second(
    making: Making, customer: Row, system: str, number: str, said: dict[str, tuple[str, date]], since: date
) -> None:
    """A system that knows little more than the name, and what it says otherwise."""
    as_of = min((on for _, on in said.values()), default=since)
    row = {name: customer[name] for name in _SAID_EVERYWHERE} | {"interests": [], "consents": []}
    row |= {name: from_text(name, value) for name, (value, _) in said.items()}
    row["customer_id"] = customer["id"]
    dates = {name: str(on) for name, (_, on) in said.items() if on != as_of}
    _write(making, row, f"{system}-{customer['id']}", system, number, as_of, dates)


def _write(
    making: Making, row: Row, id: str, system: str, number: str, as_of: date, dates: dict[str, str]
) -> None:  # fmt: skip
    columns = {column.name for column in SourceRecord.__table__.columns}
    values = {name: value for name, value in row.items() if name in columns}
    values |= {"id": id, "customer_id": row.get("customer_id") or id, "system": system, "number": number}
    values |= {"as_of": as_of, "dates": dates, "recorded_at": datetime.combine(as_of, time(10))}
    making.sheets.add(SourceRecord, **values)


def _evidence(one: Client, other: Client) -> Iterator[dict[str, object]]:
    for field, weight in _WEIGHTS.items():
        first, second = getattr(one, field), getattr(other, field)
        level = "different" if weight < 0 else "same_characters" if field == "name" else "same"
        yield {"field": field, "one": str(first), "other": str(second), "level": level, "weight": weight}


def _write_pair(making: Making, one: Client, other: Client) -> None:
    evidence = list(_evidence(one, other))
    doubt = 6 + one.rng.randint(0, 9) / 10
    odds = 2 ** (sum(_WEIGHTS.values()) - doubt)
    making.sheets.add(
        Likeness, id=making.sheets.number("L", 6), record_id=one.id, other_record_id=other.id, customer_id=one.id,
        other_customer_id=other.id, verdict=Verdict.PERHAPS.value,
        probability=Decimal(str(round(100 * odds / (1 + odds), 4))), evidence=evidence,
        state=LikenessState.OPEN.value, found_on=making.period.ago(12),
    )  # fmt: skip


def _join_some(making: Making, second: dict[str, str]) -> None:
    """Borrowers whom the credit system knew under a number of its own until an import joined them."""
    loans: dict[str, list[str]] = {}
    for row in making.sheets.rows["account"]:
        if row["kind"] == "loan":
            loans.setdefault(str(row["customer_id"]), []).append(str(row["id"]))
    customers = {str(row["id"]): row for row in making.sheets.rows["customer"]}
    chosen = [id for id in sorted(second) if id in loans and customers[id]["closed_on"] is None][:_JOINED]
    for id in chosen:
        _join(making, customers[id], second[id], loans[id])


def _join(making: Making, customer: Row, number: str, loans: list[str]) -> None:
    id, absorbed = str(customer["id"]), f"credit-{customer['id']}"
    merge_id, at = making.sheets.number("M", 6), datetime.combine(making.period.ago(40), time(2))
    alone: Row = {column.name: None for column in Customer.__table__.columns}
    alone |= {"id": absorbed, "interests": [], "consents": []}
    alone |= {name: customer[name] for name in ("kind", "name", "name_latin", "currency")}
    name = customer["name"]
    evidence = [
        {"field": "name", "one": name, "other": name, "level": "same_characters", "weight": 9.14},
        {"field": "identity", "one": None, "other": None, "level": "same", "weight": 23.15},
    ]
    making.sheets.add(
        Merge, id=merge_id, customer_id=id, absorbed_id=absorbed, absorbed=alone, probability=Decimal("99.9997"),
        evidence=evidence, merged_at=at, merged_by="import",
    )  # fmt: skip
    notes: list[tuple[str, Row, Row | None]] = [
        ("source_record", {"id": absorbed}, None),
        ("customer_identifier", {"system": "credit", "number": number}, None),
    ]
    for account in loans:
        notes.append(("account", {"id": account}, None))
    for form in making.sheets.rows["customer_name"]:
        if form["customer_id"] == id:
            own = {**form, "customer_id": absorbed}
            notes.append(("customer_name", {"customer_id": absorbed, "key": form["key"]}, own))
    for table, key, dropped in notes:
        making.sheets.add(
            MergedRow, id=making.sheets.count("merged_row"), merge_id=merge_id, table=table, key=key, dropped=dropped
        )
    making.sheets.add(
        Likeness, id=making.sheets.number("L", 6), record_id=id, other_record_id=absorbed, customer_id=id,
        other_customer_id=id, verdict=Verdict.SAME.value, probability=Decimal("99.9997"), evidence=evidence,
        state=LikenessState.SAME.value, found_on=at.date(),
    )  # fmt: skip
