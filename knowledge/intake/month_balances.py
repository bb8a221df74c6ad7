"""Month-end balances out of bookings, for banks whose files have none, in SQL over all bookings of an account.

The end of a day is told by the balances that the bank noted after each booking. Bookings of one day are in no
order, so the day is read as a chain: each booking leads from the balance before it to the one after it, and the
chain's last link is the day's end. The end of a month is the end of its last day; its average is the mean over its
known days: from the account's first booking on, up to `until`.

Amounts are hundredths. A day is FIXED if its end is known from itself alone. Where bookings are missing or cancel
out, the chain has no one end, and the balance of the days before it decides: these days are `unsure` and settled one
after the other. `run` is the sum of an account's amounts up to a day, `base` what an end is above it: between two
days on which a balance was noted `base` stays.
"""

from datetime import date

import duckdb

from knowledge.intake.mapping import Balances

_DAYS = """CREATE TABLE derived.day AS SELECT *, sum(moved) OVER (PARTITION BY account_id ORDER BY day)::BIGINT AS run
FROM (SELECT account_id, booked_on AS day, count(*) AS bookings, count(balance_after) AS noted,
    sum(amount)::BIGINT AS moved, any_value(balance_after) AS after
    FROM derived.booking GROUP BY ALL)"""

_CROWDED = """CREATE TABLE derived.crowded AS
WITH noted AS (
    SELECT b.*, row_number() OVER (PARTITION BY b.account_id, b.booked_on ORDER BY b.id) AS place
    FROM derived.booking b JOIN derived.day d ON d.account_id = b.account_id AND d.day = b.booked_on
    WHERE d.bookings > 1 AND b.balance_after IS NOT NULL),
link AS (
    SELECT account_id, booked_on, balance, sum(step) AS surplus, min(place) AS place FROM (
        SELECT account_id, booked_on, balance_after AS balance, 1 AS step, 2 * place AS place FROM noted UNION ALL
        SELECT account_id, booked_on, balance_after - amount, -1, 2 * place + 1 FROM noted)
    GROUP BY ALL),
chain AS (
    SELECT account_id, booked_on, count(*) AS ends, arg_max(balance, place) AS last_end
    FROM link WHERE surplus > 0 GROUP BY ALL)
SELECT n.account_id, n.booked_on AS day, list(n.balance_after) AS candidates,
    coalesce(any_value(c.last_end), arg_max(n.balance_after, n.place)) AS fallback, any_value(c.ends) AS ends
FROM noted n LEFT JOIN chain c USING (account_id, booked_on) GROUP BY ALL"""

_ANCHORS = """CREATE TABLE derived.anchor AS
SELECT d.account_id, d.day, d.run, c.candidates, c.fallback,
    CASE WHEN d.bookings = 1 THEN d.after WHEN c.ends = 1 AND d.noted = d.bookings THEN c.fallback END AS fixed
FROM derived.day d LEFT JOIN derived.crowded c USING (account_id, day) WHERE d.noted > 0"""

_UNSURE = """CREATE TABLE derived.unsure AS
WITH following AS (
    SELECT *, lag(fixed - run) OVER (PARTITION BY account_id ORDER BY day) AS base FROM derived.anchor),
chained AS (
    SELECT *, count(*) FILTER (base IS NOT NULL) OVER (PARTITION BY account_id ORDER BY day) AS chain
    FROM following WHERE fixed IS NULL)
SELECT *, row_number() OVER (PARTITION BY account_id, chain ORDER BY day) AS place FROM chained"""

_SETTLED = """CREATE TABLE derived.settled AS
WITH RECURSIVE settled AS (
    SELECT account_id, chain, place, day, run,
        CASE WHEN list_contains(candidates, base + run) THEN base + run ELSE fallback END AS told
    FROM derived.unsure WHERE place = 1
    UNION ALL
    SELECT u.account_id, u.chain, u.place, u.day, u.run,
        CASE WHEN list_contains(u.candidates, s.told - s.run + u.run) THEN s.told - s.run + u.run ELSE u.fallback END
    FROM settled s JOIN derived.unsure u
        ON u.account_id = s.account_id AND u.chain = s.chain AND u.place = s.place + 1)
SELECT account_id, day, told FROM settled"""

_ENDS = """CREATE TABLE derived.day_end AS SELECT * FROM (
SELECT d.account_id, d.day,
    last_value(coalesce(a.fixed, s.told) - d.run IGNORE NULLS) OVER (PARTITION BY d.account_id ORDER BY d.day) + d.run
    AS balance
FROM derived.day d LEFT JOIN derived.anchor a USING (account_id, day)
LEFT JOIN derived.settled s USING (account_id, day))
WHERE balance IS NOT NULL"""

_MONTHS = """CREATE TABLE merged.balance AS
WITH known AS (
    SELECT e.account_id, e.day, e.balance, u.until,
        lead(e.day, 1, u.until + 1) OVER (PARTITION BY e.account_id ORDER BY e.day) AS next
    FROM derived.day_end e JOIN derived.until u USING (account_id) WHERE e.day <= u.until),
part AS (
    SELECT account_id, balance, until, month::DATE AS month, greatest(day, month::DATE) AS first,
        least(next - 1, last_day(month)) AS last
    FROM known, unnest(generate_series(date_trunc('month', day), (next - 1)::TIMESTAMP, INTERVAL 1 MONTH)) AS m(month)),
summed AS (
    SELECT account_id, least(last_day(month), any_value(until)) AS month, arg_max(balance, first) AS "end",
        sum(balance * (last - first + 1)) AS total, sum(last - first + 1) AS days
    FROM part GROUP BY account_id, part.month)
SELECT account_id, month, "end",
    (CASE WHEN 2 * rest > days OR (2 * rest = days AND whole % 2 <> 0) THEN whole + 1 ELSE whole END)::BIGINT AS average
FROM (SELECT *, (total - rest) // days AS whole FROM (SELECT *, ((total % days) + days) % days AS rest FROM summed))"""
"""Averages are rounded half to even."""

_SUPERSEDED = """CREATE TABLE gone.balance AS SELECT o.account_id, o.month FROM store.balance o
SEMI JOIN merged.balance d ON d.account_id = o.account_id AND last_day(d.month) = last_day(o.month)
ANTI JOIN merged.balance d ON d.account_id = o.account_id AND d.month = o.month"""


def derive_balances(staging: duckdb.DuckDBPyConnection, rule: Balances) -> None:
    """Fills `merged.balance` from `derived.booking` (id, account_id, booked_on, amount, balance_after): all bookings
    of the accounts concerned. `gone.balance` names the balances of months that were still running and have gone on."""
    for statement in (_DAYS, _CROWDED, _ANCHORS, _UNSURE, _SETTLED, _ENDS):
        staging.execute(statement)
    if isinstance(rule.until, date):
        until = "SELECT account_id, ?::DATE AS until FROM derived.day GROUP BY ALL"
        staging.execute(f"CREATE TABLE derived.until AS {until}", [rule.until])
    elif rule.until == "last_booking_of_all":
        until = "SELECT DISTINCT account_id, (SELECT max(day) FROM derived.day) AS until FROM derived.day"
        staging.execute(f"CREATE TABLE derived.until AS {until}")
    else:
        staging.execute(
            "CREATE TABLE derived.until AS SELECT account_id, max(day) AS until FROM derived.day GROUP BY ALL"
        )
    staging.execute(_MONTHS)
    staging.execute(_SUPERSEDED)
    for table in ("booking", "day", "crowded", "anchor", "unsure", "settled", "day_end", "until"):
        staging.execute(f"DROP TABLE derived.{table}")


def collect_bookings(staging: duckdb.DuckDBPyConnection) -> None:
    """Fills `derived.booking` with all bookings, new and old, of the accounts that the import has bookings of."""
    columns = "id, account_id, booked_on, amount, balance_after"
    staging.execute(
        f"""CREATE TABLE derived.booking AS SELECT {columns} FROM changed.staged_transaction UNION ALL
        SELECT {columns} FROM store.transaction o
        WHERE account_id IN (SELECT account_id FROM staged.transaction)
        AND NOT EXISTS (FROM changed.staged_transaction c WHERE c.id = o.id)"""
    )
