"""What can be compared of every record: one row of `linking.feature` per row of `linkable`, in batches.

Names, addresses and identity numbers are folded in Python, the rest in SQL. A value that very many records share
(a telephone of the bank, the first of January 1900) says nothing about who someone is, and is dropped.
"""

from collections.abc import Sequence, Set
from typing import NamedTuple

import duckdb
import pyarrow as pa

from knowledge.crm.codes import CustomerKind
from knowledge.crm.names import PHONE_DIGITS
from knowledge.resolution.comparable_address import address_tokens, place_key
from knowledge.resolution.comparable_name import NO_NAME, comparable_company, comparable_person
from knowledge.resolution.identity import card_birth_date, identity_key, identity_shape
from knowledge.resolution.link_rules import LinkRules
from knowledge.resolution.plain_text import plain

BATCH = 50_000
CROWD_OF_ONE_DAY = 50
"""So many people may be born on one day before their share is looked at."""
TEXT = pa.string()
FOLDED = pa.schema(
    [
        ("idx", pa.int32()), ("han", TEXT), ("key", TEXT), ("latin_key", TEXT), ("spelled", TEXT),
        ("latin_spelled", TEXT), ("latin_turned", TEXT), ("words", pa.list_(TEXT)), ("head", TEXT),
        ("pinyin", pa.bool_()), ("branch", pa.bool_()), ("initials", TEXT), ("tokens", pa.list_(TEXT)),
        ("city", TEXT), ("identity", TEXT), ("shape", TEXT), ("card_birth", TEXT),
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
        record.idx, name.characters, name.key, name.latin_key, name.spelled, name.latin_spelled, name.latin_turned,
        name.words, name.head, name.pinyin, name.branch, initials, address_tokens(record.address) or None,
        place_key(record.city), identity, identity_shape(identity), card_birth_date(identity),
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
        select r.idx, r.company, f.* exclude (idx, card_birth), array_to_string(f.tokens, ' ') as address,
               nullif(right(regexp_replace(l.phone, '\D', '', 'g'), {PHONE_DIGITS}), '') as phone,
               nullif(lower(trim(l.email)), '') as email, upper(l.sex) as sex,
               coalesce(l.birth_date, try_cast(f.card_birth as date)) as born
        from linking.record r join {schema}.linkable l using (record_id) join linking.folded f using (idx)"""
    )
    staging.execute("drop table linking.folded")
    staging.execute("update linking.reading set phone = null where length(phone) < ?", [PHONE_DIGITS])
    for field in ("identity", "phone", "email"):
        _forget_crowds(staging, field, str(rules.shared_by_at_most))
    _forget_crowds(
        staging,
        "born",
        f"greatest({CROWD_OF_ONE_DAY}, (select count(*) * {rules.born_on_one_day} from linking.reading))",
    )
    staging.execute(
        """create table linking.feature as
        select * exclude (born), strftime(born, '%Y%m%d') as birth, strftime(born, '%Y%d%m') as birth_turned,
               born - date '1900-01-01' as birth_day, split_part(email, '@', 1) as mailbox
        from linking.reading order by idx"""
    )
    staging.execute("drop table linking.reading")


def _forget_crowds(staging: duckdb.DuckDBPyConnection, field: str, at_most: str) -> None:
    staging.execute(
        f"""update linking.reading set {field} = null where {field} in (
            select {field} from linking.reading where {field} is not null group by {field}
            having count(*) > {at_most})"""
    )
