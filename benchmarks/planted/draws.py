"""Draws that depend on nothing but the seed, what is drawn for and what the draw is about.

Every attribute is a function of a key, so that a twin who shares an address just has the key of the other's; and
the bank is the same in whatever order, on however many threads, it is made.
"""

import duckdb

RECORDS_FROM = 1_000_000_000
"""Keys of what belongs to a record alone (its new phone) are beyond those of customers."""


def define(bank: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Defines the SQL functions of drawing: `drawn` in [0, 1), `pick` in 0..below-1, `said` for troubles."""
    bank.execute(f"""
        CREATE MACRO drawn(key, purpose) AS
            (hash(xor(key::UBIGINT, hash(purpose || ' {seed:d}'))) >> 11)::DOUBLE / 9007199254740992;
        CREATE MACRO pick(key, purpose, below) AS floor(drawn(key, purpose) * below)::INTEGER;
        CREATE MACRO among(key, purpose, items) AS items[1 + pick(key, purpose, len(items))];
        CREATE MACRO has(troubles, trouble) AS list_contains(troubles, trouble);
    """)
