"""Scores of products for customers, computed for the whole bank and kept: answers only look them up.

Part of `rapport insight run`. Rows of all customers are read, past every scope, as for every measure; what is kept of
a customer is seen by those who see the customer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from knowledge.crm.codes import CustomerKind
from knowledge.crm.product_score import ProductScore
from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Account, Customer, Offer, Product
from knowledge.insight.parameters import read_parameters
from knowledge.offering.acceptance import Acceptance, Made, Taker, Thing
from knowledge.offering.takings import Takings

KEPT = 12
"""Products a customer whose scores are kept: more are never shown."""
BATCH = 20_000
HUNDREDTH = Decimal("0.01")
AGE_BAND = 12
"""Years of one band of age."""


@dataclass(frozen=True)
class Scored:
    """What a scoring did: customers and scores kept; `note` says why there is no probability of acceptance."""

    customers: int
    scores: int
    note: str | None


@dataclass(frozen=True)
class Bank:
    """What is known of customers, products and offers up to a day."""

    customers: Mapping[str, Customer]
    products: Mapping[str, Product]
    opened: Mapping[str, Mapping[str, date]]
    offers: Sequence[Made]

    def had(self, customer: str, today: date) -> set[str]:
        """All that a customer has or had, traits included."""
        return {*self.opened.get(customer, {}), *_traits(self.customers[customer], today)}

    def takers(self) -> dict[str, Taker]:
        made: dict[str, list[tuple[date, str]]] = defaultdict(list)
        for one in self.offers:
            made[one.customer].append((one.day, one.state))
        return {id: _taker(row, self.opened.get(id, {}), made.get(id, ())) for id, row in self.customers.items()}

    def things(self) -> dict[str, Thing]:
        return {
            id: Thing(row.kind, row.risk, row.term_months, None if row.rate is None else float(row.rate))
            for id, row in self.products.items()
        }


def score_products(url: str, today: date) -> Scored:
    """Learns from the bank at `url` up to that day and writes each customer's best scores in place of the old ones."""
    engine = bulk_engine(url)
    try:
        with engine.begin() as connection:
            bank = read_bank(connection, today)
            rows, note = _scores(bank, today)
            table = ProductScore.__table__
            connection.execute(delete(ProductScore))
            for start in range(0, len(rows), BATCH):
                connection.execute(insert(table), rows[start : start + BATCH])  # type: ignore[arg-type]
    finally:
        engine.dispose()
    return Scored(len({row["customer_id"] for row in rows}), len(rows), note)


def read_bank(connection: Connection, today: date) -> Bank:
    """Everybody who is a customer on that day, with what they had and were offered by then."""
    customers = {
        row["id"]: Customer(**row)
        for row in connection.execute(select(Customer.__table__)).mappings()
        if row["closed_on"] is None or row["closed_on"] > today
    }
    products = {row["id"]: Product(**row) for row in connection.execute(select(Product.__table__)).mappings()}
    opened: dict[str, dict[str, date]] = defaultdict(dict)
    accounts = connection.execute(
        select(Account.customer_id, Account.product_id, Account.opened_on)
        .where(Account.product_id.is_not(None), Account.opened_on <= today)
        .order_by(Account.opened_on.desc())
    )
    for customer, product, day in accounts:
        if product is not None:
            opened[customer][product] = day
    made = connection.execute(
        select(Offer.customer_id, Offer.product_id, Offer.offered_on, Offer.state).where(Offer.offered_on <= today)
    )
    return Bank(customers, products, opened, [Made(*row) for row in made])


def _scores(bank: Bank, today: date) -> tuple[list[dict[str, Any]], str | None]:
    ids, offered = sorted(bank.customers), sorted(bank.products)
    had = [bank.had(id, today) for id in ids]
    takings = Takings.learn(had, offered)
    acceptance = Acceptance(bank.takers(), bank.things())
    note = acceptance.learn(bank.offers)
    least = read_parameters().smallest_group
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        rows += _rows(bank, ids[part], had[part], takings, today, least)
    asked = [(row["customer_id"], row["product_id"], today) for row in rows]
    found = acceptance.probabilities(asked)
    for row, likely in zip(rows, found if found is not None else (), strict=found is not None):
        row["acceptance"] = _percent(float(likely))
    return rows, note


def _rows(
    bank: Bank, ids: Sequence[str], had: Sequence[set[str]], takings: Takings, today: date, least: int
) -> list[dict[str, Any]]:
    rows = []
    for id, own, scores in zip(ids, had, takings.scores(had), strict=True):
        fitting = [n for n, product in enumerate(takings.products) if _can_have(bank.customers[id], bank, product)]
        best = sorted((n for n in fitting if scores[n] > 0), key=lambda n: (-scores[n], n))[:KEPT]
        for n in best:
            near = takings.neighbour(own, takings.products[n], least)
            rows.append(
                {
                    "customer_id": id,
                    "product_id": takings.products[n],
                    "as_of": today,
                    "taken_alike": _percent(float(scores[n])),
                    "acceptance": None,
                    "because_of": near.item if near else None,
                    "share": _percent(near.share) if near else None,
                    "members": near.members if near else None,
                }
            )
    return rows


def _can_have(customer: Customer, bank: Bank, product: str) -> bool:
    kinds = bank.products[product].customer_kinds
    return not kinds or customer.kind in kinds


def _traits(customer: Customer, today: date) -> set[str]:
    """What a customer is, as items."""
    traits = {f"kind:{customer.kind}", f"tier:{customer.tier}", f"tolerance:{customer.tolerance}"}
    traits |= {f"interest:{interest}" for interest in customer.interests}
    if customer.birth_date:
        traits.add(f"age:{(today.year - customer.birth_date.year) // AGE_BAND}")
    if customer.kind != CustomerKind.PERSON:
        traits.add(f"industry:{customer.industry}")
    return traits


def _taker(customer: Customer, opened: Mapping[str, date], offers: Sequence[tuple[date, str]]) -> Taker:
    income = None if customer.income is None else float(customer.income)
    return Taker(
        customer.birth_date, income, customer.customer_since, customer.tier, customer.tolerance, opened, offers
    )


def _percent(part: float) -> Decimal:
    return Decimal(str(round(float(np.clip(part, 0.0, 1.0)) * 100, 2))).quantize(HUNDREDTH)
