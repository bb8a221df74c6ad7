"""What speaks for a product as sentences, each value led back to the account, booking, event or score behind it."""

from collections.abc import Mapping
from decimal import Decimal

from assistant.grounding.ledger import Figure, Ledger
from assistant.grounding.said import Said, said
from assistant.recommend.circumstances import Held
from assistant.recommend.needs import Need
from assistant.recommend.ranking import HeldBack, Ranked
from assistant.recommend.ranking_rules import ranking_rules
from knowledge.crm.insights import InsightEvent
from knowledge.crm.money import HUNDREDTH
from knowledge.crm.tables import Customer, Product, Transaction
from knowledge.insight.parameters import read_parameters

Figures = Mapping[str, Figure]


class NeedFigures:
    """Puts the evidence of one customer's needs on a ledger."""

    def __init__(self, ledger: Ledger, customer: Customer) -> None:
        self._ledger, self._customer = ledger, customer

    def need(self, need: Need) -> Said:
        """The need in the asker's language."""
        return said("needs", need.code.value, self._ledger.language, self.values(need))

    def values(self, need: Need) -> Figures:
        """The values of a need, by name."""
        match need.row:
            case Held():
                return self._ending(need.row)
            case Transaction():
                return self._booking(need.row)
            case InsightEvent():
                return self._event(need.row)
            case str():
                source = f"customer/{self._customer.id}"
                return {"interest": self._ledger.code(self._customer.id, "interest", "interest", need.row, source)}

    def likeness(self, ranked: Ranked, products: Mapping[str, Product]) -> list[Said]:
        """What people like them take, and how likely an offer is accepted."""
        row, ledger = ranked.likeness, self._ledger
        if row is None:
            return []
        source, found = f"product_score/{row.customer_id}/{row.product_id}", list[Said]()
        near = products.get(row.because_of or "")
        if near and row.members is not None and (row.share or 0) >= ranking_rules().telling_share:
            values = {
                "members": ledger.number(near.id, "members", row.members, "count", source, row.as_of),
                "because": ledger.product(near),
                "share": ledger.percent(row.product_id, "share", row.share or Decimal(0), source, row.as_of),
            }
            found.append(said("needs", "taken_alike", ledger.language, values))
        if row.acceptance is not None:
            likely = ledger.probability(row.customer_id, "acceptance", row.acceptance, source)
            found.append(said("needs", "acceptance", ledger.language, {"acceptance": likely}))
        return found

    def held_back(self, one: HeldBack) -> Said:
        """Why a product waits."""
        values = {
            "product": self._ledger.product(one.recommendable.product),
            "day": self._ledger.day(self._customer.id, "offered_on", one.offer.offered_on, f"offer/{one.offer.id}"),
        }
        return said("needs", one.why.value, self._ledger.language, values)

    def _ending(self, held: Held) -> Figures:
        account, ledger = held.account, self._ledger
        source = f"account/{account.id}"
        assert account.matures_on is not None
        return {
            "product": ledger.product(held.product)
            if held.product
            else ledger.code(account.id, "kind", "product_kind", account.kind, source),
            "balance": self._balance(held),
            "matures_on": ledger.day(account.id, "matures_on", account.matures_on, source),
        }

    def _balance(self, held: Held) -> Figure:
        account = held.account
        source = f"balance/{account.id}/{held.balance_on}"
        return self._ledger.money(account.id, "balance", held.balance, account.currency, source, held.balance_on)

    def _booking(self, row: Transaction) -> Figures:
        source = f"transaction/{row.id}"
        return {
            "day": self._ledger.day(row.id, "booked_on", row.booked_on, source),
            "amount": self._ledger.money(row.id, "amount", row.amount, row.currency, source, row.booked_on),
        }

    def _event(self, row: InsightEvent) -> Figures:
        source = f"insight_event/{row.customer_id}/{row.kind}/{row.day}/{row.source}"
        ledger, currency, subject = self._ledger, read_parameters().currency, row.customer_id
        values = {"day": ledger.day(subject, f"{row.kind}_on", row.day, source)}
        if row.amount is not None:
            amount = row.amount.quantize(HUNDREDTH)
            values["amount"] = ledger.money(subject, f"{row.kind}_amount", amount, currency, source, row.day)
        if row.detail:
            values["purpose"] = ledger.words(subject, "detail", row.detail, source)
        return values
