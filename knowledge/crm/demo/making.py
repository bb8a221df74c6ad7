"""What every part of the demo bank needs while it is made."""

from dataclasses import dataclass, field
from random import Random

from knowledge.crm.demo.catalogue import market_moves
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.period import Period
from knowledge.crm.demo.sheets import Sheets
from knowledge.crm.demo.statement_words import StatementWords, statement_words


@dataclass
class Making:
    """The seed, the period, the rows so far and the customers so far."""

    seed: int
    period: Period
    sheets: Sheets = field(default_factory=Sheets)
    clients: list[Client] = field(default_factory=list)
    _moves: dict[str, list[float]] = field(default_factory=dict)

    def rng(self, purpose: str) -> Random:
        """Chance of its own for each purpose, so that a change in one part leaves the others as they were."""
        return Random(f"{self.seed}/{purpose}")

    def words(self, client: Client) -> StatementWords:
        return statement_words()[client.language]

    def moves(self, product_id: str) -> list[float]:
        if product_id not in self._moves:
            self._moves[product_id] = market_moves(product_id, self.seed, self.period)
        return self._moves[product_id]
