"""What the planted files leave out and a bank's store has, for a bank that is in a SQLite store already: products,
tiers, lines of business, ratings, first and last days, contacts, complaints, transfers to other banks."""

import sqlite3
from datetime import date
from pathlib import Path

from knowledge.crm.demo.catalogue import catalogue
from knowledge.insight.parameters import read_parameters

LAST_DAY = date(2026, 10, 31)
DRAW = "(c.rowid * 2654435761 % 1000003)"
"""A customer's own number, which decides all that is planted about them."""
INDUSTRIES = ("catering", "trade", "retail", "construction", "education", "health", "wholesale", "hospitality",
              "logistics", "agriculture", "manufacturing", "it_services")  # fmt: skip
RATINGS = ("AAA", "AA", "A", "A", "BBB", "BBB", "BB", "B")
CHANNELS = ("phone", "phone", "branch", "email", "visit", "chat")


def plant_dealings(home: Path) -> None:
    """Fills in the store of `home`. The same bank gets the same dealings."""
    with sqlite3.connect(home / "crm.sqlite") as store:
        _products(store)
        _customers(store)
        _tiers(store)
        _contacts(store)
        store.execute(
            """UPDATE "transaction" SET counterparty_bank = 'Minfeng Bank', amount = amount * 40
            WHERE kind = 'transfer_out' AND rowid % 31 = 0 AND counterparty_bank IS NULL"""
        )
    store.close()


def _products(store: sqlite3.Connection) -> None:
    """Every account is of a product of its kind."""
    kinds = ("deposit", "term_deposit", "loan", "card")
    chosen = [product for product in catalogue().values() if product.kind in kinds]
    store.executemany(
        """INSERT OR IGNORE INTO product (id, kind, name, names, currency, rate, term_months, customer_kinds,
            descriptions) VALUES (?, ?, ?, '{}', ?, ?, ?, '[]', '{}')""",
        [(p.id, p.kind, p.names["en"], p.currency, None if p.rate is None else int(p.rate * 10_000), p.term)
         for p in chosen],
    )  # fmt: skip
    for kind in kinds:
        ids = [product.id for product in chosen if product.kind == kind]
        store.execute(
            f"UPDATE account SET product_id = {_one_of(ids, 'rowid')} WHERE kind = ? AND product_id IS NULL", (kind,)
        )


def _customers(store: sqlite3.Connection) -> None:
    """One in sixty has left within the last two years; companies have a line of business, some belong to groups."""
    store.execute(
        f"""UPDATE customer AS c SET
            customer_since = date('2004-01-01', {DRAW} % 7600 || ' days'),
            closed_on = CASE WHEN {DRAW} % 61 = 0 THEN date(?, -({DRAW} % 700) || ' days') END,
            industry = CASE WHEN kind <> 'person' THEN {_one_of(INDUSTRIES, DRAW)} END,
            credit_rating = CASE WHEN kind <> 'person' AND {DRAW} % 10 < 7 THEN {_one_of(RATINGS, DRAW)} END,
            owning_group = CASE WHEN kind = 'company' AND {DRAW} % 5 = 0 THEN 'Group ' || ({DRAW} / 300) END""",
        (LAST_DAY.isoformat(),),
    )
    store.execute(
        """UPDATE account SET closed_on = (SELECT closed_on FROM customer c WHERE c.id = account.customer_id),
            state = 'closed'
        WHERE customer_id IN (SELECT id FROM customer WHERE closed_on IS NOT NULL)"""
    )


def _tiers(store: sqlite3.Connection) -> None:
    """By what stands on the deposits, but one in twelve is still served as one tier lower."""
    parameters = read_parameters()
    rates = " ".join(f"WHEN '{currency}' THEN {rate}" for currency, rate in parameters.exchange.items())
    below = ["standard", *parameters.tiers][:-1]
    reached = " ".join(
        f"WHEN held >= {limit * 100} THEN CASE WHEN {DRAW} % 12 = 0 THEN '{lower}' ELSE '{tier}' END"
        for (tier, limit), lower in reversed(list(zip(parameters.tiers.items(), below, strict=True)))
    )
    store.execute(
        f"""CREATE TEMP TABLE held AS SELECT a.customer_id AS id, sum(b."end" * CASE a.currency {rates} END) AS held
        FROM account a JOIN balance b ON b.account_id = a.id AND b.month = ?
        WHERE a.kind IN ('deposit', 'term_deposit') GROUP BY a.customer_id""",
        (LAST_DAY.isoformat(),),
    )
    store.execute("CREATE UNIQUE INDEX temp.held_by ON held (id)")
    store.execute(
        f"""UPDATE customer AS c SET tier = coalesce(
            (SELECT CASE {reached} END FROM held WHERE held.id = c.id AND held > 0), 'standard')"""
    )


def _contacts(store: sqlite3.Connection) -> None:
    """Up to three contacts in four hundred days, and a complaint of one customer in ninety."""
    for nth in range(3):
        store.execute(
            f"""INSERT INTO contact (id, customer_id, employee_id, at, channel, purpose)
            SELECT 'K{nth}-' || id, id, manager_id,
                datetime(?, -({DRAW} * {7 + nth} % 400) || ' days', '+10 hours') || '.000000',
                {_one_of(CHANNELS, f"{DRAW} + {nth}")}, 'Review'
            FROM customer AS c WHERE manager_id IS NOT NULL AND {DRAW} % 5 > {nth}""",
            (LAST_DAY.isoformat(),),
        )
    store.execute(
        f"""INSERT INTO feedback (id, customer_id, unit_id, received_at, channel, kind, severity, text, state, due_on)
        SELECT 'F-' || id, id, branch_id, datetime(?, -({DRAW} % 80) || ' days', '+11 hours') || '.000000', 'hotline',
            'complaint', 'medium', 'It took too long.', 'open', date(?, '+15 days')
        FROM customer AS c WHERE {DRAW} % 90 = 7""",
        (LAST_DAY.isoformat(), LAST_DAY.isoformat()),
    )


def _one_of(codes: tuple[str, ...] | list[str], number: str) -> str:
    cases = " ".join(f"WHEN {nth} THEN '{code}'" for nth, code in enumerate(codes))
    return f"CASE ({number}) % {len(codes)} {cases} END"
