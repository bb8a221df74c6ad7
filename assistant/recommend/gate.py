"""The gate: the only way from a product of the catalogue to one that may be recommended to a customer.

Ranking, talking points, plans, target lists and drafts take a `Recommendable` and nothing else, and only the gate makes
one: after the rules have been asked, for that customer, on that day. So nothing that does not suit is recommended,
whatever a tool, a model, an export or a message would like.
"""

from collections.abc import Collection, Sequence
from dataclasses import InitVar, dataclass
from typing import NoReturn

from assistant.errors import UnknownCustomer
from assistant.grounding.ledger import Ledger
from assistant.grounding.said import Said, said
from assistant.recommend.circumstances import Circumstances, offered_of, read_circumstances
from assistant.recommend.finding_figures import FindingFigures
from assistant.recommend.rule_pack import RulePack, Verdict
from assistant.recommend.suitability import Assessment, Reason, assess
from knowledge.crm.money import Money
from knowledge.crm.store import ReadsTogether
from knowledge.crm.tables import Product

_SEAL = object()


@dataclass(frozen=True)
class Recommendable:
    """A product that may be recommended to this customer today, with the verdict that says so.

    Cannot be made, copied or changed but by the gate: raises TypeError.
    """

    customer_id: str
    product: Product
    assessment: Assessment
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL or self.assessment.verdict is Verdict.NOT_ALLOWED:
            raise TypeError("only the gate makes a Recommendable, and only of what suits")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Recommendable holds for its turn only")


@dataclass(frozen=True)
class Assessed:
    """A product with its verdict for a customer; `recommendable` is None where it is not allowed."""

    product: Product
    assessment: Assessment
    circumstances: Circumstances
    recommendable: Recommendable | None


class Gate:
    """Asks the rules about customers within the scope of a reader. Reads each customer's circumstances once."""

    def __init__(self, reader: ReadsTogether, ledger: Ledger, rules: RulePack) -> None:
        """Today is the ledger's."""
        self._reader, self._ledger, self.rules = reader, ledger, rules
        self._known: dict[str, Circumstances] = {}

    async def assessed(
        self, customer_id: str, products: Sequence[Product], amount: Money | None = None
    ) -> list[Assessed]:
        """Each product with its verdict for that customer. Raises UnknownCustomer for one out of scope."""
        circumstances = await self.circumstances(customer_id)
        return [self._assessed(circumstances, product, amount) for product in products]

    async def assessed_for(
        self, customer_ids: Collection[str], products: Sequence[Product]
    ) -> dict[str, list[Assessed]]:
        """The same for many customers, in as many statements as for one; who is out of scope is left out."""
        await self._read(customer_ids)
        return {
            id: [self._assessed(self._known[id], product, None) for product in products]
            for id in customer_ids
            if id in self._known
        }

    async def circumstances(self, customer_id: str) -> Circumstances:
        """What the rules know of that customer. Raises UnknownCustomer for one out of scope."""
        await self._read([customer_id])
        if customer_id not in self._known:
            raise UnknownCustomer(customer=customer_id)
        return self._known[customer_id]

    def sentences(self, assessed: Assessed, *, only: Verdict | None = None) -> list[Said]:
        """Why, in the asker's language, the severest first; `only` those of one verdict. Puts the values on the
        ledger."""
        verdicts = self.rules.verdicts
        reasons = [one for one in assessed.assessment.reasons if only in (None, verdicts[one.code])]
        return [self.sentence(assessed, reason) for reason in reasons]

    def sentence(self, assessed: Assessed, reason: Reason) -> Said:
        """One reason in the asker's language."""
        figures = FindingFigures(self._ledger, assessed.circumstances, assessed.product, self.rules)
        return said("suitability", reason.code.value, self._ledger.language, figures.of(reason))

    def _assessed(self, circumstances: Circumstances, product: Product, amount: Money | None) -> Assessed:
        assessment = assess(
            circumstances.suitable,
            offered_of(product),
            circumstances.holdings,
            self.rules,
            self._ledger.today,
            amount,
        )
        suits = assessment.verdict is not Verdict.NOT_ALLOWED
        customer = circumstances.customer.id
        recommendable = Recommendable(customer, product, assessment, _SEAL) if suits else None
        return Assessed(product, assessment, circumstances, recommendable)

    async def _read(self, customer_ids: Collection[str]) -> None:
        missing = [id for id in customer_ids if id not in self._known]
        if missing:
            rules, today = self.rules, self._ledger.today
            self._known |= await self._reader.together(
                lambda lookups: read_circumstances(lookups, rules, today, missing)
            )
