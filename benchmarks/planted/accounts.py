"""Accounts of the records and the bookings on them; amounts are whole hundredths and add up."""

import duckdb

CORE_SHARE = 0.8
"""Share of bookings that are on current accounts; the rest is paid by card."""

LAST_DAY = "2026-10-31"
CHUNK = 1_000_000
_KINDS = ("salary", "transfer_in", "cash_in", "transfer_out", "card_payment", "cash_out", "household", "fee")


def create(bank: duckdb.DuckDBPyConnection, bookings: int) -> None:
    """Creates `account` (one to three a core record, one a credit or card record) and `booking`."""
    bank.execute("""
        CREATE TABLE account AS
        WITH owners AS (
            SELECT *, CASE system WHEN 'core' THEN 'C' || lpad(number::VARCHAR, 8, '0') WHEN 'credit' THEN 'K' || number
                          ELSE (number + 700000)::VARCHAR END AS owner,
                   CASE WHEN system <> 'core' OR drawn(key, 'accounts') < 0.7 THEN 1
                        WHEN drawn(key, 'accounts') < 0.93 THEN 2 ELSE 3 END AS many
            FROM statement
        ), numbered AS (
            SELECT n AS record, customer, system, owner, currency, as_of, key, unnest(range(many)) AS nth FROM owners
        )
        SELECT row_number() OVER (ORDER BY record, nth) AS id, record, customer, system, owner, currency,
            CASE system WHEN 'core' THEN 'D-' WHEN 'credit' THEN 'L-' ELSE 'V-' END || owner || '-' || nth AS number,
            CASE WHEN system = 'core' AND nth < 2 THEN 'deposit' WHEN system = 'core' THEN 'term_deposit'
                 WHEN system = 'credit' THEN 'loan' ELSE 'card' END AS kind,
            DATE '2005-01-01' + pick(key, 'opened', 7300) AS opened,
            CASE WHEN kind IN ('loan', 'term_deposit')
                 THEN DATE '2026-12-01' + pick(key, 'matures', 3000) END AS matures,
            CASE WHEN kind <> 'card' THEN (pick(key, 'rate', 500) / 100)::DECIMAL(6, 2) END AS rate,
            1000 * (1 + pick(key, 'size', 500)) AS size
        FROM numbered ORDER BY id
    """)
    bank.execute("CREATE TABLE booking (n BIGINT, account_id BIGINT, account VARCHAR, system VARCHAR, booked DATE, "
                 "cents BIGINT, balance VARCHAR, currency VARCHAR, kind VARCHAR, channel VARCHAR, "
                 "counterparty VARCHAR)")  # fmt: skip
    on_core = round(bookings * CORE_SHARE)
    _book(bank, "core", on_core, 0)
    _book(bank, "card", bookings - on_core, on_core)


def _book(bank: duckdb.DuckDBPyConnection, system: str, bookings: int, before: int) -> None:
    """Spreads the bookings over the accounts of a system: many on few of them, and in all as many as asked for."""
    bank.execute(f"""
        CREATE TEMP TABLE spread AS
        WITH weighted AS (
            SELECT id, 1 + floor(-100 * ln(1 - drawn(id, 'busy')))::BIGINT AS weight
            FROM account WHERE system = '{system}' AND kind IN ('deposit', 'card')
        )
        SELECT id, (sum(weight) OVER upto * {bookings} // sum(weight) OVER ())::BIGINT AS until,
               ((sum(weight) OVER upto - weight) * {bookings} // sum(weight) OVER ())::BIGINT AS since
        FROM weighted WINDOW upto AS (ORDER BY id)
    """)
    for start in range(0, bookings, CHUNK):
        bank.execute(f"""
            INSERT INTO booking
            WITH spread_out AS (
                SELECT id, since, until, unnest(range(since, until)) + {before} AS t
                FROM spread WHERE since >= {start} AND since < {start + CHUNK}
            ), drawn_out AS (
                SELECT s.id AS account_id, t, t - {before} - since AS nth, a.number AS account, a.currency,
                    DATE '{LAST_DAY}' - 730 + ((nth + drawn(t, 'day')) * 730 / (until - since))::INTEGER AS booked,
                    {_kind(system)} AS kind,
                    100 + floor(exp(4 + 4 * drawn(t, 'amount') + 2 * drawn(t, 'more')))::BIGINT AS size
                FROM spread_out AS s JOIN account AS a ON a.id = s.id
            ), signed AS (
                SELECT *, CASE WHEN nth = 0 AND '{system}' = 'core' THEN 500000 + size
                    WHEN kind IN ('salary', 'transfer_in', 'cash_in', 'other') THEN 3 * size ELSE -size END AS cents
                FROM drawn_out
            )
            SELECT t, account_id, account, '{system}', booked, cents, {_balance(system)}, currency, kind,
                among(t, 'channel', ['app', 'app', 'app', 'web', 'branch', 'atm']),
                'Counterparty ' || pick(t, 'counterparty', 20000)
            FROM signed ORDER BY t
        """)
    bank.execute("DROP TABLE spread")


def _kind(system: str) -> str:
    if system == "card":
        return "CASE WHEN drawn(t, 'kind') < 0.03 THEN 'other' ELSE 'card_payment' END"
    return f"CASE WHEN nth = 0 THEN 'cash_in' ELSE among(t, 'kind', {list(_KINDS)!r}) END"


def _balance(system: str) -> str:
    if system == "card":
        return "NULL"
    return "(sum(cents) OVER (PARTITION BY account_id ORDER BY t) / 100)::DECIMAL(18, 2)::VARCHAR"
