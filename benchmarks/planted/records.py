"""Which systems know a customer, under how many numbers, and what went wrong when they were entered."""

import duckdb

from benchmarks.planted.draws import RECORDS_FROM

SYSTEMS = ("core", "credit", "card")
PERSON_TROUBLES: dict[str, dict[str, int]] = {
    "hans": {"latin": 15, "given_first": 5, "traditional": 6, "name_typo": 9},
    "hant": {"latin": 13, "given_first": 6, "simplified": 16, "name_typo": 9},
    "es": {"accents_dropped": 14, "surname_first": 10, "second_surname_dropped": 12, "given_shortened": 6,
           "married_name": 2, "name_typo": 9},
    "latin": {"surname_first": 10, "given_shortened": 6, "married_name": 3, "name_typo": 12},
}  # fmt: skip
EVERY_PERSON = {"moved": 15, "new_phone": 17, "address_otherwise": 6, "new_email": 3, "no_birth_date": 5, "no_phone": 6,
                "no_address": 6, "birth_swapped": 3, "birth_typo": 2, "other_job": 6, "other_income": 5}  # fmt: skip
COMPANY_TROUBLES: dict[str, dict[str, int]] = {
    "hans": {"latin": 10, "traditional": 4}, "hant": {"latin": 10, "simplified": 8},
    "es": {"accents_dropped": 10}, "latin": {},
}  # fmt: skip
EVERY_COMPANY = {"legal_form": 22, "trade_name": 10, "name_typo": 7, "moved": 13, "new_phone": 16,
                 "address_otherwise": 6, "no_phone": 5, "no_address": 5, "other_income": 6}  # fmt: skip
NONE, ONE, TWO = 0.13, 0.62, 0.90
"""Of the further records of a customer, up to here without any trouble, with one, with two; the rest has three."""

SLOTS = 1_000


def create(bank: duckdb.DuckDBPyConnection, records: int) -> None:
    """Creates `record`: one row a record with the customer it is of, its system, number, day and troubles.

    A tenth of the customers' records are entered twice in one system, the others by another system.
    """
    _fill_troubles(bank)
    bank.execute(f"""
        CREATE TABLE record AS
        WITH counted AS (
            SELECT *, drawn(id, 'records') AS c,
                   CASE WHEN c < 0.815 THEN 1 WHEN c < 0.965 THEN 2 WHEN c < 0.995 THEN 3 ELSE 4 END AS n
            FROM customer
        ), numbered AS (
            SELECT * EXCLUDE (c, n), unnest(range(n)) AS copy FROM counted
        ), keyed AS (
            SELECT *, row_number() OVER (ORDER BY id, copy) AS n FROM numbered
        ), placed AS (
            SELECT *, n + {RECORDS_FROM} AS key, 1 + CASE WHEN drawn(id, 'system') < 0.60 THEN 0
                   WHEN drawn(id, 'system') < 0.78 THEN 1 ELSE 2 END AS home_system
            FROM keyed WHERE n <= {records:d}
        ), systems AS (
            SELECT *, {list(SYSTEMS)!r}[1 + (home_system - 1 + CASE
                WHEN copy = 0 OR drawn(key, 'twice') < 0.12 THEN 0
                ELSE 1 + (pick(id, 'next', 2) + copy - 1) % 2 END) % 3] AS system
            FROM placed
        )
        SELECT * EXCLUDE (home_system), row_number() OVER (PARTITION BY system ORDER BY drawn(key, 'order')) AS number,
               DATE '2017-01-01' + floor(3580 * sqrt(drawn(key, 'as_of')))::INTEGER AS as_of,
               CASE WHEN copy = 0 THEN [] ELSE {_troubles()} END AS drawn_troubles
        FROM systems
    """)
    bank.execute(f"ALTER TABLE record ADD COLUMN troubles VARCHAR[]; UPDATE record SET troubles = {_as_they_are()}")
    bank.execute("ALTER TABLE record DROP COLUMN drawn_troubles")


def _fill_troubles(bank: duckdb.DuckDBPyConnection) -> None:
    for kind, own, every in (
        ("person", PERSON_TROUBLES, EVERY_PERSON),
        ("company", COMPANY_TROUBLES, EVERY_COMPANY),
    ):
        for script, troubles in own.items():
            weighted = [name for name, weight in {**troubles, **every}.items() for _ in range(weight)]
            bank.execute(f"CREATE MACRO trouble_of_{kind}_{script}(key, nth) AS among(key, nth, {weighted!r})")


def _troubles() -> str:
    """A list of up to three troubles out of what happens to such customers."""

    def one(nth: str) -> str:
        cases = "".join(
            f" WHEN kind {'=' if kind == 'person' else '<>'} 'person' AND script = '{script}' "
            f"THEN trouble_of_{kind}_{script}(key, '{nth}')"
            for kind in ("person", "company")
            for script in PERSON_TROUBLES
        )
        return f"CASE{cases} END"

    many = "drawn(key, 'many')"
    return (
        f"CASE WHEN {many} < {NONE} THEN [] WHEN {many} < {ONE} THEN [{one('first')}] "
        f"WHEN {many} < {TWO} THEN [{one('first')}, {one('second')}] "
        f"ELSE [{one('first')}, {one('second')}, {one('third')}] END"
    )


def _as_they_are() -> str:
    """Troubles by what became of them: no day and month can be swapped on the 25th, no man takes his wife's name."""
    return """list_sort(list_distinct(list_transform(drawn_troubles, lambda t: CASE
        WHEN t = 'birth_swapped' AND (day(birth_date) > 12 OR day(birth_date) = month(birth_date)) THEN 'birth_typo'
        WHEN t = 'married_name' AND sex = 'M' THEN 'name_typo'
        WHEN t = 'legal_form' AND kind = 'public_body' THEN 'name_typo'
        WHEN t = 'trade_name' AND kind = 'public_body' THEN 'new_phone'
        ELSE t END)))"""
