"""A wealth plan as figures and sentences, each value led back to the assessment, the balances or the rule behind it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from assistant.grounding.ledger import Figure, Ledger
from assistant.grounding.said import Said, said
from assistant.recommend.circumstances import INCOME_STOPPED, Circumstances
from assistant.recommend.need_figures import NeedFigures
from assistant.recommend.needs import Need
from assistant.recommend.rule_pack import Code, RulePack
from assistant.recommend.wealth_plan import AssetClass, Bucket, Plan, plan_rules, share_of
from knowledge.crm.codes import FeedbackKind
from knowledge.crm.customer_file import CustomerFile
from knowledge.crm.tables import Customer

BOOK = "wealth_plan"
UNRATED = "unrated"


class PlanFigures:
    """Puts one customer's plan on a ledger."""

    def __init__(self, ledger: Ledger, circumstances: Circumstances, plan: Plan, pack: RulePack) -> None:
        self._ledger, self._circumstances, self._plan, self._pack = ledger, circumstances, plan, pack
        self._id, self._rules = circumstances.customer.id, plan_rules()
        self._balances = f"balance?customer={self._id}"
        self._planned = f"{self._balances}&plan={self._rules.version}"

    @property
    def total(self) -> Figure:
        return self._money("assets_total", self._plan.total, self._balances)

    def missing(self) -> list[Said]:
        """Why there is no allocation."""
        found = [said("suitability", code, self._language, self._values(code)) for code in self._plan.missing]
        if not found and self._plan.total == 0:
            found.append(said(BOOK, "no_assets", self._language, {}))
        return found

    def assessment(self) -> list[Said]:
        """The tolerance that the plan keeps to, since when and until when."""
        stands, months = self._plan.standing, self._plan.horizon_months
        if stands is None or self._plan.missing:
            return []
        tolerance, row = stands.answers.tolerance.value, stands.answers.id
        measure = "at" if row.startswith("risk_assessment/") else "tolerance_assessed_on"
        until = stands.assessed_on + timedelta(days=self._pack.assessment.days)
        values = {
            "tolerance": self._ledger.words(self._id, "tolerance", tolerance, row),
            "assessed_on": self._ledger.day(self._id, measure, stands.assessed_on, row),
            "valid_until": self._ledger.day(self._id, "valid_until", until, f"risk_assessment?customer={self._id}"),
        }
        if months is None:
            return [said(BOOK, "assessment_without_horizon", self._language, values)]
        values["horizon"] = self._ledger.number(self._id, "horizon_months", months, "months", self._newest)
        return [said(BOOK, "assessment", self._language, values)]

    def reserve(self) -> list[Said]:
        """What stays within reach and why; that the assets do not reach it."""
        plan, reserve = self._plan, self._plan.reserve
        if plan.total == 0:
            return []
        amount = self._money("reserve", reserve.amount, self._planned)
        found = [self._reserve_said(amount)]
        if reserve.needed > plan.total:
            needed = self._money("reserve_needed", reserve.needed, self._planned)
            found = [said(BOOK, "reserve_short", self._language, {"total": self.total, "needed": needed})]
        return found

    def _reserve_said(self, amount: Figure) -> Said:
        reserve, rule = self._plan.reserve, self._rules.reserve
        if reserve.said is not None and reserve.needed == reserve.said:
            return said(BOOK, "reserve_said", self._language, {"amount": amount})
        if reserve.spending is None:
            percent = self._rule("percent_if_unknown", rule.percent_if_unknown, "percent")
            return said(BOOK, "reserve_unknown", self._language, {"amount": amount, "percent": percent})
        spent = f"transaction?customer={self._id}&days={self._pack.spending.days}"
        values = {
            "amount": amount,
            "months": self._rule("reserve_months", reserve.months, "months"),
            "spending": self._money("usual_spending", reserve.spending, spent),
        }
        return said(BOOK, "reserve_spending", self._language, values)

    def remarks(self) -> list[Said]:
        """What makes the plan more careful than the tolerance alone."""
        books = {Code.SPENDING_UNKNOWN: BOOK, Code.HORIZON_UNKNOWN: BOOK}
        return [
            said(book, code, self._language, {} if book == BOOK else self._values(code))
            for code in self._plan.remarks
            for book in (books.get(code, "suitability"),)
        ]

    def horizon(self, name: str) -> tuple[Figure | None, Figure, Figure]:
        """When a horizon begins, its amount and its share of all assets."""
        amount, begins = self._plan.reserve.amount, None
        if name != "reserve":
            bucket = Bucket(name)
            amount = sum((part.amount for part in self._plan.parts if part.bucket is bucket), Decimal(0))
            begins = self._rule(f"{name}_from_months", self._rules.buckets[bucket].from_months, "months")
        return begins, *self._amount_and_share(name, amount)

    def part(self, bucket: str, asset: AssetClass, amount: Decimal) -> tuple[Figure, Figure, Figure]:
        """The class of a part, its amount and its share of all assets."""
        return self._class(asset), *self._amount_and_share(f"{bucket}_{asset}", amount)

    def classes(self) -> Iterator[tuple[Figure, Figure, Figure]]:
        """Each class with what is held today and what is planned; the reserve counts among the deposits."""
        planned = dict.fromkeys([*AssetClass, UNRATED], Decimal(0))
        planned[AssetClass.DEPOSIT] = self._plan.reserve.amount
        for part in self._plan.parts:
            planned[part.asset] += part.amount
        held = dict.fromkeys(planned, Decimal(0))
        held[AssetClass.DEPOSIT] = self._circumstances.holdings.deposits
        for position in self._circumstances.holdings.positions:
            held[position.rating.value if position.rating else UNRATED] += position.value
        for asset in planned:
            if held[asset] or planned[asset]:
                yield (
                    self._class(asset),
                    self._money(f"held_{asset}", held[asset], self._balances),
                    self._money(f"planned_{asset}", planned[asset], self._planned),
                )

    def yields(
        self, low: Decimal, high: Decimal, covered: Decimal, products: Sequence[str]
    ) -> tuple[Figure, Figure, Figure]:
        """The range of the published rates, and the amount of the plan that it is of."""
        source = f"product?rates_of={','.join(dict.fromkeys(products))}&plan={self._rules.version}"
        return (
            self._ledger.percent(self._id, "lowest_rate", low, source),
            self._ledger.percent(self._id, "highest_rate", high, source),
            self._money("rated_amount", covered, self._planned),
        )

    def complaint(self, file: CustomerFile) -> list[Said]:
        """The oldest open complaint, which comes before any plan."""
        open_ones = [one for one in file.feedback if one.kind == FeedbackKind.COMPLAINT]
        if not open_ones:
            return []
        oldest = min(open_ones, key=lambda one: (one.received_at, one.id))
        day = self._ledger.day(oldest.id, "received_on", oldest.received_at.date(), f"feedback/{oldest.id}")
        return [said(BOOK, "complaint", self._language, {"day": day})]

    def need(self, need: Need, customer: Customer) -> Said:
        return NeedFigures(self._ledger, customer).need(need)

    def _values(self, code: Code) -> dict[str, Figure]:
        ledger, id = self._ledger, self._id
        match code:
            case Code.ASSESSMENT_EXPIRED if self._plan.standing:
                row = self._plan.standing.answers.id
                measure = "at" if row.startswith("risk_assessment/") else "tolerance_assessed_on"
                return {"assessed_on": ledger.day(id, measure, self._plan.standing.assessed_on, row)}
            case Code.MINOR | Code.ACCOMPANIED if self._circumstances.suitable.age is not None:
                return {"age": ledger.number(id, "age", self._circumstances.suitable.age, "years", f"customer/{id}")}
            case Code.LOSS_OF_INCOME if self._circumstances.stopped:
                event = self._circumstances.stopped
                source = f"insight_event/{id}/{INCOME_STOPPED}/{event.day}/{event.source}"
                highest = self._pack.after_loss_of_income.value
                return {
                    "stopped_on": ledger.day(id, f"{INCOME_STOPPED}_on", event.day, source),
                    "highest_risk": ledger.words("rules", "highest_risk", highest, self._pack.source),
                }
        return {}

    @property
    def _language(self) -> str:
        return self._ledger.language

    @property
    def _newest(self) -> str:
        """The row of the newest assessment, from which horizon and need are read."""
        made = [one for one in self._circumstances.suitable.assessments if one.at.date() <= self._ledger.today]
        return max(made, key=lambda one: one.at).id

    def _class(self, asset: str) -> Figure:
        return self._ledger.code("wealth_plan", "asset_class", "asset_class", asset, self._rules.source)

    def _amount_and_share(self, name: str, amount: Decimal) -> tuple[Figure, Figure]:
        share = share_of(amount, self._plan.total)
        return (
            self._money(f"plan_{name}", amount, self._planned),
            self._ledger.percent(self._id, f"share_{name}", share, self._planned),
        )

    def _rule(self, measure: str, value: int, unit: str) -> Figure:
        if unit == "percent":
            return self._ledger.percent("wealth_plan", measure, Decimal(value), self._rules.source)
        return self._ledger.number("wealth_plan", measure, value, unit, self._rules.source)

    def _money(self, measure: str, value: Decimal, source: str) -> Figure:
        return self._ledger.money(self._id, measure, value, self._circumstances.holdings.currency, source)
