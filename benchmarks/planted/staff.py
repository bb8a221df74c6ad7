"""Who looks after whom, for a bank that is in a SQLite store already: heads of branches, and managers with some 400
customers each. The delivered files name one manager a branch, who would have tens of thousands."""

import sqlite3
from pathlib import Path

CUSTOMERS_OF_A_MANAGER = 400
WITHOUT_BRANCH = 50
"""One in so many of those whom no system names a branch for stays without one."""


def plant_staff(home: Path) -> int:
    """Gives every branch a head (`head-BRANCH`) and as many managers as its customers need, and returns how many
    managers the bank then has. The same bank gets the same staff."""
    with sqlite3.connect(home / "crm.sqlite") as store:
        _settle_in_branches(store)
        store.execute(
            """CREATE TEMP TABLE desk AS SELECT id, branch_id, 'manager-' || substr(branch_id, 8) || '-'
                || (1 + (row_number() OVER (PARTITION BY branch_id ORDER BY rowid * 2654435761 % 1000003, id) - 1) / ?)
                AS manager FROM customer WHERE branch_id IS NOT NULL""",
            (CUSTOMERS_OF_A_MANAGER,),
        )
        employed = """INSERT OR IGNORE INTO employee (id, unit_id, role, name, language)
            SELECT DISTINCT {id}, {unit}, '{role}', '{said} ' || {id}, 'en' FROM {table}"""
        store.execute(employed.format(id="manager", unit="branch_id", role="manager", said="Manager", table="desk"))
        heads = "(SELECT id AS branch, 'head-' || substr(id, 8) AS head FROM unit WHERE kind = 'branch')"
        store.execute(employed.format(id="head", unit="branch", role="branch", said="Head", table=heads))
        store.execute("CREATE UNIQUE INDEX temp.desk_of ON desk (id)")
        store.execute("UPDATE customer SET manager_id = (SELECT manager FROM desk WHERE desk.id = customer.id)")
        [managers] = store.execute("SELECT count(DISTINCT manager) FROM desk").fetchone()
    store.close()
    return int(managers)


def _settle_in_branches(store: sqlite3.Connection) -> None:
    """Whoever only the card system knows has no branch: most of them are given one."""
    branches = [id for (id,) in store.execute("SELECT id FROM unit WHERE kind = 'branch' ORDER BY id")]
    store.execute("CREATE TEMP TABLE place (nth INTEGER PRIMARY KEY, id TEXT)")
    store.executemany("INSERT INTO place VALUES (?, ?)", enumerate(branches))
    store.execute(
        """UPDATE customer SET branch_id = (SELECT p.id FROM place p WHERE p.nth = customer.rowid * 7919 % ?)
        WHERE branch_id IS NULL AND rowid % ? <> 0""",
        (len(branches), WITHOUT_BRANCH),
    )
