"""Who the customers of the bank really are, and who of them is easily taken for another.

Two customers in a row are a pair; the second of some pairs shares what makes the two hard to tell apart.
"""

import duckdb

from benchmarks.planted.lots import FEW, SLOTS

PLANTED = {
    "person": {
        "same_name_city": 0.04,
        "same_name_birth_year": 0.02,
        "parent_child": 0.04,
        "twins": 0.012,
        "couple": 0.06,
    },
    "company": {"branch_office": 0.05, "near_name": 0.05, "group": 0.04},
    "public_body": {"near_name": 0.10},
}
"""Share of the second ones that are planted, by kind: everyday ones more often than freaks."""


def create(bank: duckdb.DuckDBPyConnection, customers: int) -> None:
    """Creates `customer`: kind, script, birth and the keys of name, home, city, phone and work of each."""
    bank.execute(f"""
        CREATE TABLE customer AS
        WITH pairs AS (
            SELECT id, (id + 1) // 2 AS pair, id % 2 = 0 AS second, id - 1 AS one,
                   drawn(pair, 'kind') AS k, drawn(pair, 'script') AS s, drawn(id, 'planted') AS p
            FROM range(1, {customers:d} + 1) AS t(id)
        ), kinds AS (
            SELECT *, CASE WHEN k < 0.903 THEN 'person' WHEN k < 0.993 THEN 'company' ELSE 'public_body' END AS kind,
                   CASE WHEN s < 0.58 THEN 'hans' WHEN s < 0.66 THEN 'hant' WHEN s < 0.88 THEN 'es' ELSE 'latin' END
                       AS script
            FROM pairs
        ), planted AS (SELECT *, CASE WHEN second THEN {_planted()} END AS planted FROM kinds),
        keys AS (
            SELECT id, pair, kind, script, planted, CASE WHEN planted IS NOT NULL THEN one END AS partner,
                   planted IN ('same_name_city', 'same_name_birth_year') AS same_name,
                   CASE WHEN same_name OR planted IN ('parent_child', 'twins', 'branch_office', 'group')
                        OR (planted = 'near_name') THEN one ELSE id END AS surname_key,
                   CASE WHEN planted IN ('twins') OR same_name THEN one ELSE id END AS surname2_key,
                   CASE WHEN same_name OR planted = 'branch_office' OR planted = 'near_name'
                        OR (planted = 'parent_child' AND script IN ('es', 'latin') AND drawn(id, 'namesake') < 0.4)
                        THEN one ELSE id END AS given_key,
                   CASE WHEN same_name THEN one ELSE id END AS sex_key,
                   CASE WHEN planted IN ('parent_child', 'twins', 'couple', 'group') THEN one ELSE id END AS home_key,
                   CASE WHEN planted IS NOT NULL AND planted <> 'branch_office' THEN one ELSE id END AS city_key,
                   CASE WHEN planted IN ('parent_child', 'twins', 'couple') AND drawn(id, 'shared') < 0.6
                        OR planted = 'group' AND drawn(id, 'shared') < 0.5 THEN one ELSE id END AS phone_key,
                   CASE WHEN planted IN ('same_name_birth_year', 'twins') THEN one ELSE id END AS year_key,
                   CASE WHEN planted = 'twins' THEN one ELSE id END AS day_key
            FROM planted
        )
        SELECT * EXCLUDE (same_name, sex_key, year_key, day_key), {_sex()} AS sex, {_birth()} AS birth_date
        FROM keys ORDER BY id
    """)
    _tell_twins_apart(bank)


def _planted() -> str:
    kinds = []
    for kind, shares in PLANTED.items():
        reached, cases = 0.0, []
        for name, share in shares.items():
            reached += share
            cases.append(f"WHEN p < {reached:.4f} THEN '{name}'")
        kinds.append(f"WHEN kind = '{kind}' THEN CASE {' '.join(cases)} END")
    return f"CASE {' '.join(kinds)} END"


def _sex() -> str:
    return """CASE WHEN kind <> 'person' THEN NULL
        WHEN planted = 'couple' THEN CASE WHEN drawn(partner, 'sex') < 0.5 THEN 'F' ELSE 'M' END
        WHEN planted = 'parent_child' AND given_key = partner
            THEN CASE WHEN drawn(partner, 'sex') < 0.5 THEN 'M' ELSE 'F' END
        WHEN drawn(sex_key, 'sex') < 0.5 THEN 'M' ELSE 'F' END"""


def _birth() -> str:
    def year(key: str) -> str:
        return f"(1942 + floor((drawn({key}, 'year') + drawn({key}, 'era')) / 2 * 64)::INTEGER)"

    return f"""CASE WHEN kind = 'person' THEN make_date(CASE
            WHEN planted = 'parent_child' THEN least({year("partner")} + 22 + pick(id, 'generation', 14), 2024)
            WHEN planted = 'couple' THEN {year("partner")} - 4 + pick(id, 'couple', 9)
            ELSE {year("year_key")} END, 1, 1) + pick(day_key, 'day', 365) END"""


def _tell_twins_apart(bank: duckdb.DuckDBPyConnection) -> None:
    """Twins who were drawn one name, namesakes one day, and a group's companies one line of business would be
    nobody's to tell apart: they are not planted."""
    bank.execute(f"""
        CREATE TEMP TABLE impossible AS
        SELECT second.id FROM customer AS second JOIN customer AS first ON first.id = second.partner
        JOIN lot_given AS a
            ON (a.script, a.sex, a.slot) = (first.script, first.sex, pick(first.given_key, 'given', {SLOTS}))
        JOIN lot_given AS b
            ON (b.script, b.sex, b.slot) = (second.script, second.sex, pick(second.given_key, 'given', {SLOTS}))
        WHERE first.surname_key = second.surname_key AND a.native = b.native
          AND (first.birth_date = second.birth_date OR second.planted = 'twins')
        UNION ALL
        SELECT second.id FROM customer AS second JOIN customer AS first ON first.id = second.partner
        JOIN lot_line AS a ON (a.script, a.slot) = (first.script, pick(first.given_key, 'line', {FEW}))
        JOIN lot_line AS b ON (b.script, b.slot) = (second.script, pick(second.given_key, 'line', {FEW}))
        WHERE second.planted = 'group' AND a.native = b.native;
        UPDATE customer SET planted = NULL, partner = NULL, surname_key = id, surname2_key = id, given_key = id,
            home_key = id, phone_key = id, city_key = id, birth_date = birth_date - 400
        WHERE id IN (SELECT id FROM impossible);
        DROP TABLE impossible;
    """)
