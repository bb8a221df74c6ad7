"""What source systems know: customer numbers, identity numbers, field histories and contradictions."""

from datetime import date, datetime, time
from random import Random

from knowledge.crm.codes import CustomerKind
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.lineage import Conflict, SourceValue
from knowledge.crm.names import name_keys
from knowledge.crm.tables import CustomerIdentifier, CustomerName

_RECORDED_FIELDS = ("phone", "address", "occupation", "key_contact", "credit_rating")
_CONFLICT_SHARE = 0.02


def write_names(making: Making, client: Client) -> None:
    for key, form in name_keys(client.name, client.name_latin, client.phone).items():
        making.sheets.add(CustomerName, customer_id=client.id, key=key, form=form.value)


def write_identifiers(making: Making, client: Client) -> None:
    """Numbers that cannot be anyone's: identity cards of region 999999, passports that say TEST."""
    number = int(client.id[1:])
    add = making.sheets.add
    add(CustomerIdentifier, system="core", number=f"8{number * 37:08d}", customer_id=client.id, kind="customer_number")
    if client.rng.random() < 0.12:
        add(
            CustomerIdentifier, system="credit", number=f"CR{number * 53:07d}", customer_id=client.id,
            kind="customer_number",
        )  # fmt: skip
    kind, written = "registration", f"91999999TEST{number:06d}"
    if client.kind is CustomerKind.PERSON and client.language == "zh" and client.birth_date:
        kind, written = "identity_card", f"999999{client.birth_date:%Y%m%d}{number:04d}"
    elif client.kind is CustomerKind.PERSON:
        kind, written = "passport", f"TEST{number:06d}"
    add(CustomerIdentifier, system="core", number=written, customer_id=client.id, kind=kind)


def write_history(making: Making, client: Client) -> None:
    """Where a field came from and what it was before; now and then two systems do not agree."""
    rng, period = client.rng, making.period
    recorded_by = client.manager_id or "core"
    for name in _RECORDED_FIELDS:
        value = getattr(client, name)
        if value and rng.random() < 0.25:
            day = period.day_in(rng, client.since, period.ago(2))
            write_source_value(making, client, name, value, "core", day, recorded_by)
    if client.phone and rng.random() < _CONFLICT_SHARE:
        _contradict(making, client, rng, recorded_by)


def _contradict(making: Making, client: Client, rng: Random, recorded_by: str) -> None:
    period = making.period
    earlier = max(client.since, period.ago(400))
    day = max(client.since, period.ago(rng.randint(5, 200)))
    other = f"1990001{int(client.id[1:]):04d}"
    claims = []
    for system, phone, since, by in (
        ("core", client.phone, earlier, recorded_by),
        ("call_centre", other, day, "call_centre"),
    ):
        write_source_value(making, client, "phone", phone, system, since, by)
        claims.append({"system": system, "value": phone, "as_of": str(since), "record_id": client.id})
    making.sheets.add(
        Conflict, id=making.sheets.count("conflict"), customer_id=client.id, field="phone",
        claims=claims, state="open", found_on=day,
    )  # fmt: skip


def write_source_value(
    making: Making, client: Client, name: str, value: str | None, system: str, as_of: date, recorded_by: str
) -> None:
    """One value of one field as one system gave it."""
    number = making.sheets.count("source_value")
    making.sheets.add(
        SourceValue, id=number, customer_id=client.id, field=name, value=value, system=system, as_of=as_of,
        recorded_at=datetime.combine(as_of, time(10)), recorded_by=recorded_by,
    )  # fmt: skip
