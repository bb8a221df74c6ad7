"""What can be compared of every record: one row of `linking.feature` per row of `linkable`, in batches.

Names, addresses and identity numbers are folded in Python, the rest in SQL. A value that very many records share
(a telephone of the bank, the first of January 1900) says nothing about who someone is, and is dropped.
"""

from collections.abc import Sequence, Set
from typing import NamedTuple

import duckdb
import pyarrow as pa  # type: ignore[import-untyped]

from knowledge.crm.codes import CustomerKind
from knowledge.crm.names import PHONE_DIGITS
from knowledge.resolution.comparable_address import address_tokens, place_key
from knowledge.resolution.comparable_name import NO_NAME, comparable_company, comparable_person
from knowledge.resolution.identity import card_birth_date, identity_key, identity_shape
from knowledge.resolution.link_rules import LinkRules
from knowledge.resolution.plain_text import plain

BATCH = 50_000
TEXT = pa.string()
FOLDED = pa.schema(
    [
        ("idx", pa.int32()), ("han", TEXT), ("key", TEXT), ("latin_key", TEXT), ("spelled", TEXT), ("turned", TEXT),
        ("words", pa.list_(TEXT)), ("head", TEXT), ("initials", TEXT), ("tokens", pa.list_(TEXT)), ("city", TEXT),
        ("identity", TEXT), ("shape", TEXT), ("card_birth", TEXT),
    ]
)  # fmt: skip


class Written(NamedTuple):
    """A record's fields as they are written, as far as they are folded in Python."""

    idx: int
    kind: str
    name: str | None
    name_latin: str | None
    address: str | None
    city: str | None
    identity: str | None


Folded = tuple[int | str | list[str] | None, ...]


def make_features(staging: duckdb.DuckDBPyConnection, schema: str, rules: LinkRules) -> int:
    """Fills `linking.record` (idx, record_id, customer_id, fresh, company) and `linking.feature`; gives how many.

    `idx` counts records in the order of their ids, so that nothing depends on the order of rows.
    """
    staging.execute(
        f"""create table linking.record as
        select cast(row_number() over (order by record_id) - 1 as integer) as idx, record_id, customer_id,
               coalesce(fresh, true) as fresh, kind <> '{CustomerKind.PERSON}' as company
        from {schema}.linkable"""
    )
    count = int(staging.execute("select count(*) from linking.record").fetchall()[0][0])
    towns = _towns(staging, schema)
    _insert(staging, [], "create table linking.folded as from folded_batch")
    for start in range(0, count, BATCH):
        rows = staging.execute(
            f"""select r.idx, l.kind, l.name, l.name_latin, l.address, l.city, l.identity
            from linking.record r join {schema}.linkable l using (record_id)
            where r.idx >= ? and r.idx < ? order by r.idx""",
            [start, start + BATCH],
        ).fetchall()
        _insert(
            staging, [_folded(Written(*row), towns) for row in rows], "insert into linking.folded from folded_batch"
        )
    _finish(staging, schema, rules)
    return count


def _towns(staging: duckdb.DuckDBPyConnection, schema: str) -> Set[str]:
    """Every town that a record names: companies carry theirs before their trade name."""
    cities = staging.execute(f"select distinct city from {schema}.linkable where city is not null").fetchall()
    written = {"".join(plain(city).split()) for (city,) in cities}
    towns = written | {town.rstrip("省市县区") for town in written}
    return {town for town in towns if len(town) > 1} | {place_key(city) or "" for (city,) in cities}


def _folded(record: Written, towns: Set[str]) -> Folded:
    if record.kind == CustomerKind.PERSON:
        name = comparable_person(record.name, record.name_latin)
    else:
        name = comparable_company(record.name, record.name_latin, towns)
    identity = identity_key(record.identity)
    initials = "".join(sorted(word[0] for word in name.words)) if name is not NO_NAME else None
    return (
        record.idx, name.characters, name.key, name.latin_key, name.spelled, name.turned, name.words, name.head,
        initials, address_tokens(record.address), place_key(record.city), identity, identity_shape(identity),
        card_birth_date(identity),
    )  # fmt: skip


def _insert(staging: duckdb.DuckDBPyConnection, rows: Sequence[Folded], statement: str) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(FOLDED)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, FOLDED, strict=True)]
    staging.register("folded_batch", pa.Table.from_arrays(arrays, schema=FOLDED))
    staging.execute(statement)
    staging.unregister("folded_batch")


def _finish(staging: duckdb.DuckDBPyConnection, schema: str, rules: LinkRules) -> None:
    staging.execute(
        rf"""create table linking.reading as
        select r.idx, r.company, regexp_replace(coalesce(l.phone, ''), '\D', '', 'g') as digits,
               nullif(lower(trim(l.email)), '') as email, upper(l.sex) as sex,
               coalesce(l.birth_date, try_cast(f.card_birth as date)) as born, f.* exclude (idx, card_birth),
               nullif(array_to_string(f.tokens, ' '), '') as address
        from linking.record r join {schema}.linkable l using (record_id) join linking.folded f using (idx)"""
    )
    staging.execute("drop table linking.folded")
    staging.execute(
        f"""create table linking.feature as
        select idx, company, han, key, latin_key, spelled, turned, words, head, initials, tokens, address, city, sex,
               shape, {_said("identity", rules)}, {_said("phone", rules)}, {_said("email", rules)},
               case when born_by <= {_crowd(rules)} then strftime(born, '%Y%m%d') end as birth,
               case when born_by <= {_crowd(rules)} then strftime(born, '%Y%d%m') end as birth_turned,
               split_part(case when email_by <= {rules.shared_by_at_most} then email end, '@', 1) as mailbox
        from (select * replace (case when len(tokens) > 0 then tokens end as tokens),
                     case when len(digits) >= {PHONE_DIGITS} then right(digits, {PHONE_DIGITS}) end as phone,
                     count(*) over (partition by identity) as identity_by,
                     count(*) over (partition by right(digits, {PHONE_DIGITS})) as phone_by,
                     count(*) over (partition by email) as email_by, count(*) over (partition by born) as born_by,
                     count(*) over () as everyone
              from linking.reading)
        order by idx"""
    )
    staging.execute("drop table linking.reading")


def _said(field: str, rules: LinkRules) -> str:
    return f"case when {field}_by <= {rules.shared_by_at_most} then {field} end as {field}"


def _crowd(rules: LinkRules) -> str:
    return f"greatest(everyone * {rules.born_on_one_day}, 50)"
