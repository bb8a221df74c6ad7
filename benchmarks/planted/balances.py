"""Monthly balances for a bank that is in a SQLite store already: the planted files hold bookings alone."""

import sqlite3
from datetime import date
from pathlib import Path

from knowledge.intake.calendar_format import add_months, month_end

LAST_MONTH = date(2026, 10, 31)
"""The month of the planted bank's last booking."""


def plant_balances(home: Path, wanted: int) -> int:
    """Gives every account as many months as it takes to come to `wanted` balances in all, and returns how many came.

    An account's balances move by up to a fifth about a level of its own; some accounts run dry. The same bank gets
    the same balances.
    """
    with sqlite3.connect(home / "crm.sqlite") as store:
        [accounts] = store.execute("SELECT count(*) FROM account").fetchone()
        months = -(-wanted // accounts)
        store.execute("CREATE TEMP TABLE planted_month (nth INTEGER, month TEXT)")
        store.executemany(
            "INSERT INTO planted_month VALUES (?, ?)",
            [(nth, month_end(add_months(LAST_MONTH.replace(day=1), -nth)).isoformat()) for nth in range(months)],
        )
        store.execute(
            """INSERT INTO balance (account_id, month, "end", average)
            SELECT id, month, level + level * ((draw + nth * 7919) % 401 - 200) / 1000,
                level + level * ((draw + nth * 104729) % 401 - 200) / 1000
            FROM (SELECT a.id, m.month, m.nth, a.rowid * 2654435761 % 1000003 AS draw,
                    CASE WHEN a.rowid % 97 = 0 AND m.nth < 4 THEN 0
                        ELSE 10000 + (a.rowid * 40503 % 9973) * (a.rowid * 271 % 997) END AS level
                FROM account a CROSS JOIN planted_month m ORDER BY a.id, m.month)"""
        )
        [planted] = store.execute("SELECT count(*) FROM balance").fetchone()
    store.close()
    return int(planted)
