"""The values of a finding as figures: each with the row, the rule or the question it comes from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from assistant.grounding.fact import FactValue
from assistant.grounding.ledger import Figure, Ledger
from assistant.recommend.circumstances import INCOME_STOPPED, Circumstances
from assistant.recommend.rule_pack import RulePack
from assistant.recommend.suitability import Reason
from assistant.recommend.tolerance import standing
from knowledge.crm.tables import Product


class FindingFigures:
    """Puts the values of findings on one customer and one product on a ledger."""

    def __init__(self, ledger: Ledger, circumstances: Circumstances, product: Product, rules: RulePack) -> None:
        self._ledger, self._circumstances, self._product, self._rules = ledger, circumstances, product, rules

    def of(self, reason: Reason) -> Mapping[str, Figure]:
        """The values of that finding, by name."""
        return {name: self._figure(reason, name, value) for name, value in reason.values.items()}

    def _figure(self, reason: Reason, name: str, value: FactValue) -> Figure:
        match value:
            case Decimal() if name in ("share",):
                return self._ledger.percent(self._customer, "share", value, self._balances(self._product.id))
            case Decimal():
                return self._money(reason, name, value)
            case int():
                return self._number(name, value)
            case date():
                return self._day(name, value)
            case str():
                return self._code(name, value)

    @property
    def _customer(self) -> str:
        return self._circumstances.customer.id

    def _balances(self, product: str | None = None) -> str:
        return f"balance?customer={self._customer}" + (f"&product={product}" if product else "")

    def _money(self, reason: Reason, name: str, value: Decimal) -> Figure:
        """Amounts in the bank's own currency."""
        ledger, product, currency = self._ledger, self._product, self._circumstances.holdings.currency
        match name:
            case "least":
                same = product.currency == currency
                source = f"product/{product.id}" if same else f"product?id={product.id}&in={currency}"
                return ledger.money(product.id, "minimum", value, currency, source)
            case "amount":
                return ledger.money("question", "amount", value, currency, "asked")
            case "wanted":
                source = f"transaction?customer={self._customer}&days={self._rules.spending.days}"
                return ledger.money(self._customer, f"{reason.code.value}_wanted", value, currency, source)
            case "means":
                source = f"{self._balances()}&within={self._rules.maturing_days}"
                return ledger.money(self._customer, "means", value, currency, source)
        return ledger.money(self._customer, f"{reason.code.value}_{name}", value, currency, self._balances())

    def _number(self, name: str, value: int) -> Figure:
        ledger = self._ledger
        match name:
            case "age":
                return ledger.number(self._customer, "age", value, "years", f"customer/{self._customer}")
            case "term_months":
                return ledger.number(self._product.id, name, value, "months", f"product/{self._product.id}")
            case "horizon_months":
                newest = max(self._circumstances.suitable.assessments, key=lambda one: one.at)
                return ledger.number(self._customer, name, value, "months", newest.id)
        return ledger.percent("rules", f"{name}_{value}", Decimal(value), self._rules.source)

    def _day(self, name: str, value: date) -> Figure:
        ledger = self._ledger
        if name == "assessed_on":
            source = self._assessed_in()
            measure = "at" if source.startswith("risk_assessment/") else "tolerance_assessed_on"
            return ledger.day(self._customer, measure, value, source)
        if name == "stopped_on":
            event = self._circumstances.stopped
            row = event.source if event else ""
            source = f"insight_event/{self._customer}/{INCOME_STOPPED}/{value}/{row}"
            return ledger.day(self._customer, f"{INCOME_STOPPED}_on", value, source)
        return ledger.day(self._product.id, name, value, f"product/{self._product.id}")

    def _code(self, name: str, value: str) -> Figure:
        ledger, product, source = self._ledger, self._product, f"product/{self._product.id}"
        match name:
            case "kind":
                return ledger.code(self._customer, name, "customer_kind", value, f"customer/{self._customer}")
            case "rating":
                return ledger.words(product.id, "risk" if product.risk == value else "issuer_risk", value, source)
            case "tolerance":
                return ledger.words(self._customer, name, value, self._assessed_in())
            case "before":
                rows = f"risk_assessment?customer={self._customer}"
                return ledger.words(self._customer, "tolerance_before", value, rows)
            case "highest_risk":
                return ledger.words("rules", name, value, self._rules.source)
            case "investor_class":
                return ledger.code(product.id, name, name, value, source)
            case "product_kind":
                return ledger.code(product.id, "kind", name, value, source)
        return ledger.words(product.id, name, value, source)

    def _assessed_in(self) -> str:
        """The row that the standing tolerance was read from."""
        made = self._circumstances.suitable.assessments
        found = standing(made, self._rules.assessment, self._ledger.today)
        return found.answers.id if found else f"risk_assessment?customer={self._customer}"
