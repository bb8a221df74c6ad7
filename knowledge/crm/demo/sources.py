"""What source systems know: customer numbers, identity numbers, field histories and contradictions."""

from datetime import date, datetime, time, timedelta
from random import Random

from knowledge.crm.codes import CustomerKind
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.portraits import portraits
from knowledge.crm.demo.sheets import money
from knowledge.crm.lineage import Conflict, SourceValue
from knowledge.crm.names import name_keys
from knowledge.crm.tables import CustomerIdentifier, CustomerName

_RECORDED_FIELDS = ("phone", "address", "occupation", "key_contact", "credit_rating")
_CONFLICT_SHARE = 0.03


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
            previous = _earlier(client, name) if rng.random() < 0.5 else None
            if previous:
                first = period.day_in(rng, client.since, day)
                write_source_value(making, client, name, previous, "core", first, recorded_by)
            write_source_value(making, client, name, value, "core", day, recorded_by, previous)
    if rng.random() < _CONFLICT_SHARE:
        _contradict_some(making, client, rng)


def _earlier(client: Client, name: str) -> str | None:
    """What stood in the field before; None where nothing is made up for it."""
    match name:
        case "phone":
            return f"1990002{int(client.id[1:]):04d}"
        case "address":
            return f"{client.rng.choice(portraits().streets[client.branch_id])}{client.rng.randint(1, 399)}号"
        case "occupation":
            return client.rng.choice([other for other in portraits().occupations if other != client.occupation])
        case _:
            return None


def _contradict_some(making: Making, client: Client, rng: Random) -> None:
    """Another system says something else of one field."""
    claims: dict[str, tuple[str, str]] = {"phone": ("call_centre", f"1990001{int(client.id[1:]):04d}")}
    if client.occupation and not client.retired:
        claims["occupation"] = ("credit", "freelancer" if client.occupation != "freelancer" else "sales")
    if client.income and client.kind is CustomerKind.PERSON:
        claims["income"] = ("credit", f"{client.income * rng.choice((6, 7, 13, 15)) // 1000}.00")
    field = rng.choice(sorted(claims))
    if getattr(client, field):
        system, value = claims[field]
        contradict(making, client, field, value, system, making.period.ago(rng.randint(5, 200)))


def contradict(making: Making, client: Client, field: str, value: str, system: str, since: date) -> None:
    """`system` says `value` of a field on which the core system keeps to what the customer's row says: what it says
    was confirmed there later, so that it is what holds until a person decides."""
    day = max(client.since, since)
    confirmed = max(day, min(day + timedelta(days=30), making.period.ago(2)))
    own = getattr(client, field)
    kept = str(money(own)) if isinstance(own, int) else str(own)
    claims = []
    for name, said, on, by in (
        ("core", kept, confirmed, client.manager_id or "core"),
        (system, value, day, system),
    ):
        record = client.id if name == "core" else f"{name}-{client.id}"
        write_source_value(making, client, field, said, name, on, by, record_id=record)
        claims.append({"system": name, "value": said, "as_of": str(on), "record_id": record})
    making.sheets.add(
        Conflict, id=making.sheets.count("conflict"), customer_id=client.id, field=field,
        claims=claims, state="open", found_on=confirmed,
    )  # fmt: skip


def write_source_value(
    making: Making, client: Client, name: str, value: str | None, system: str, as_of: date, recorded_by: str,
    previous: str | None = None, record_id: str | None = None,
) -> None:  # fmt: skip
    """One value of one field as one system gave it; `record_id` is the customer's own where none is named."""
    number = making.sheets.count("source_value")
    making.sheets.add(
        SourceValue, id=number, customer_id=client.id, record_id=record_id or client.id, field=name,
        previous=previous, value=value, system=system, as_of=as_of,
        recorded_at=datetime.combine(as_of, time(10)), recorded_by=recorded_by,
    )  # fmt: skip
