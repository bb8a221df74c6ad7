"""The truth beside the files: who a record is, what contradicts, what nobody says, what is wrong, what adds up."""

from pathlib import Path

import duckdb

FOLDER = "truth"
TABLES = {
    "records": """SELECT s.system AS system, CASE s.system WHEN 'core' THEN 'C' || lpad(s.number::VARCHAR, 8, '0')
            WHEN 'credit' THEN 'K' || s.number ELSE (s.number + 700000)::VARCHAR END AS number,
            s.system || '-' || CASE s.system WHEN 'core' THEN 'C' || lpad(s.number::VARCHAR, 8, '0')
            WHEN 'credit' THEN 'K' || s.number ELSE (s.number + 700000)::VARCHAR END AS record_id,
            s.customer, s.kind, s.script, array_to_string(s.troubles, '|') AS troubles, c.planted, c.partner, s.as_of
        FROM statement AS s JOIN customer AS c ON c.id = s.customer ORDER BY s.n""",
    "conflicts": """WITH said AS (
            SELECT customer, count(DISTINCT phone) AS phone, count(DISTINCT email) AS email,
                count(DISTINCT birth_date) AS birth_date, count(DISTINCT income) AS income,
                count(DISTINCT CASE WHEN system <> 'card' THEN job END) AS occupation,
                count(DISTINCT CASE WHEN address IS NOT NULL THEN address_key END) AS address
            FROM (SELECT * REPLACE (CASE WHEN system <> 'card' THEN income END AS income,
                                    CASE WHEN system <> 'credit' THEN email END AS email) FROM statement)
            GROUP BY customer
        ), fields AS (
            UNPIVOT said ON phone, email, birth_date, income, occupation, address INTO NAME field VALUE claims)
        SELECT * FROM fields WHERE claims > 1 ORDER BY customer, field""",
    "gaps": """WITH said AS (
            SELECT customer, count(phone) AS phone, count(address) AS address,
                count(CASE WHEN kind = 'person' THEN coalesce(birth_date::VARCHAR, '') END)
                    - count(CASE WHEN kind = 'person' AND birth_date IS NULL THEN 1 END)
                    + CASE WHEN any_value(kind) = 'person' THEN 0 ELSE 1 END AS birth_date,
                count(CASE WHEN system <> 'credit' THEN email END) AS email,
                count(CASE WHEN system <> 'card' THEN income END) AS income
            FROM statement GROUP BY customer
        ), fields AS (UNPIVOT said ON phone, address, birth_date, email, income INTO NAME field VALUE claims)
        SELECT customer, field FROM fields WHERE claims = 0 ORDER BY customer, field""",
    "rejects": """SELECT * FROM reject ORDER BY file, line""",
    "totals": """WITH held AS (SELECT customer, count(*) AS accounts FROM account GROUP BY customer), booked AS (
            SELECT a.customer, count(*) AS transactions, sum(b.cents)::BIGINT AS cents
            FROM booking AS b JOIN account AS a ON a.id = b.account_id GROUP BY a.customer)
        SELECT h.customer, h.accounts, coalesce(b.transactions, 0) AS transactions, coalesce(b.cents, 0) AS cents
        FROM held AS h LEFT JOIN booked AS b ON b.customer = h.customer ORDER BY h.customer""",
}


def write(bank: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Writes one Parquet file a truth to `folder/truth`.

    `records`: record id, customer (the person behind it), troubles (joined by |), planted, partner.
    `conflicts`: customer, field, claims (how many different values). `gaps`: customer, field that no record gives.
    `rejects`: file, line, table, column (of the store), cell (of the file).
    `totals`: accounts, transactions and hundredths by customer.
    """
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    for name, query in TABLES.items():
        bank.execute(f"COPY ({query}) TO '{place / name}.parquet' (FORMAT parquet)")
