"""The kept rows of a copy brought up to date: those of the customers that changed are replaced, the others stay.

What changed stands beside the copy in the schema `news`, as `knowledge.insight.reading.read_changed` made it.
"""

import duckdb

from knowledge.crm.changed import BY_ACCOUNT
from knowledge.insight.warehouse import (
    CUSTOMERS_TABLES,
    KEPT,
    PART,
    SMALL_TABLES,
    name_of,
    owner_of,
    source_tables,
)

MARKED = "marked"
"""The customers whose rows changed."""
SOME = "some_customer"
"""The customers that are computed: the marked ones, and whose rows are seen otherwise on the new day."""


def replace_small_tables(warehouse: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Copies the tables without customers, and returns the names of those that are other than before."""
    changed = set[str]()
    for table in source_tables(SMALL_TABLES):
        kept, new = f"{KEPT}.{table.name}", f"news.{table.name}"
        differs = f"SELECT 1 FROM ((FROM {kept} EXCEPT FROM {new}) UNION ALL (FROM {new} EXCEPT FROM {kept})) LIMIT 1"
        if warehouse.execute(differs).fetchone() is not None:
            warehouse.execute(f"DELETE FROM {kept}")
            warehouse.execute(f"INSERT INTO {kept} FROM {new}")
            changed.add(table.name)
    return frozenset(changed)


def replace_changed(warehouse: duckdb.DuckDBPyConnection) -> int:
    """Replaces the rows of the customers that `news` names, and returns how many these are; `marked` has them."""
    warehouse.execute(f"CREATE TEMP TABLE {MARKED} AS SELECT DISTINCT customer_id FROM news.changed_customer")
    [customers] = warehouse.execute(f"SELECT count(*) FROM {MARKED}").fetchone() or (0,)
    if customers:
        warehouse.execute(
            f"CREATE TEMP TABLE marked_account AS SELECT id FROM {KEPT}.account SEMI JOIN {MARKED} USING (customer_id) "
            f"UNION SELECT id FROM news.account"
        )
        for table in source_tables(CUSTOMERS_TABLES):
            name = name_of(table)
            if table.name in BY_ACCOUNT:
                theirs = "account_id IN (FROM marked_account)"
            elif table.name == "account":
                theirs = "id IN (FROM marked_account)"
            else:
                theirs = f"{owner_of(table)} IN (FROM {MARKED})"
            warehouse.execute(f"DELETE FROM {KEPT}.{name} WHERE {theirs}")
            warehouse.execute(f"INSERT INTO {KEPT}.{name} FROM news.{name}")
    return int(customers)


def gather_parts(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Makes temporary tables of the rows of the customers in `some_customer`."""
    others = f"(FROM {SOME} ANTI JOIN {MARKED} USING (customer_id))"
    for table in source_tables(CUSTOMERS_TABLES):
        name = name_of(table)
        rows = f"FROM {KEPT}.{name} WHERE"
        if table.name in BY_ACCOUNT:
            accounts = f"SELECT id FROM {KEPT}.account WHERE customer_id IN {others}"
            rows = f"{rows} account_id IN ({accounts})"
        else:
            rows = f"{rows} {owner_of(table)} IN {others}"
        warehouse.execute(f"CREATE TEMP TABLE {PART}{KEPT}_{name} AS FROM news.{name} UNION ALL {rows}")
