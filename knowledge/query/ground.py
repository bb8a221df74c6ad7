"""What a query stands on: the day, the bank's own currency and rates, and the measures computed up to that day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from knowledge.crm.codes import Role
from knowledge.crm.measures import Measures
from knowledge.crm.scope import Scope
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Product
from knowledge.insight.parameters import read_parameters
from knowledge.query.exchange import Exchange


@dataclass(frozen=True)
class Ground:
    """`measures` is None where none had been computed by `today`; `everybody` says that the asker sees all."""

    today: date
    exchange: Exchange
    measures: Measures | None
    everybody: bool

    @classmethod
    def on(cls, lookups: Lookups, scope: Scope, today: date) -> "Ground":
        return cls(
            today=today,
            exchange=Exchange.of(read_parameters(), lookups.scalars(select(Product.currency))),
            measures=Measures.on(lookups, scope, today),
            everybody=scope.role is Role.HEAD_OFFICE,
        )

    @property
    def measured_in_own_currency(self) -> bool:
        """Whether there are measures, and their money is in the bank's own currency."""
        return self.measures is not None and self.measures.run.currency == self.exchange.currency
