"""A campaign as answers tell of it: its name, its product and its days, and which of several is meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.care.campaigns import Known, campaigns_in_view
from assistant.grounding.ledger import Figure, Ledger
from assistant.understanding.campaigning import campaigns_meant
from knowledge.crm.codes import CampaignState
from knowledge.crm.scope import Scope
from knowledge.crm.store import Reader
from prompts import LANGUAGES, word


@dataclass(frozen=True)
class CampaignHead:
    """What every answer about a campaign begins with. `number` is its id."""

    theme: Figure
    number: Figure
    state: Figure
    product: Figure | None
    method: Figure | None
    frequency: Figure | None
    starts_on: Figure
    ends_on: Figure | None
    budget: Figure | None
    cost: Figure | None


def head_of(ledger: Ledger, known: Known) -> CampaignHead:
    one, source = known.campaign, f"campaign/{known.campaign.id}"
    return CampaignHead(
        theme=ledger.words(one.id, "theme", one.theme, source),
        number=ledger.words(one.id, "number", one.id, source),
        state=ledger.code(one.id, "state", "campaign_state", known.state, source),
        product=ledger.product(known.product) if known.product else None,
        method=ledger.code(one.id, "method", "campaign_method", one.method, source) if one.method else None,
        frequency=ledger.code(one.id, "frequency", "frequency", one.frequency, source) if one.frequency else None,
        starts_on=ledger.day(one.id, "starts_on", one.starts_on, source),
        ends_on=ledger.day(one.id, "ends_on", one.ends_on, source) if one.ends_on else None,
        budget=ledger.money(one.id, "budget", one.budget, one.currency, source) if one.budget is not None else None,
        cost=ledger.money(one.id, "cost", one.cost, one.currency, source) if one.cost is not None else None,
    )


async def in_view(reader: Reader, scope: Scope, today: date) -> list[Known]:
    return await reader.together(lambda lookups: campaigns_in_view(lookups, scope, today))


def meant(asked: str, known: Sequence[Known], spoken_of: str | None) -> list[Known]:
    """The campaigns that the words may mean: those they name by theme, product or number; else the one spoken of; else
    all."""
    named = campaigns_meant(asked, [(_title(one), one) for one in known])
    if named:
        running = [one for one in named if one.state is CampaignState.RUNNING]
        return named if len(running) != 1 else running
    return [one for one in known if one.campaign.id == spoken_of] or list(known)


def one_meant(asked: str, known: Sequence[Known], spoken_of: str | None) -> Known | None:
    """The campaign that is meant, None where it is not clear; of several that are not told apart, the only running
    one."""
    found = meant(asked, known, spoken_of)
    running = [one for one in found if one.state is CampaignState.RUNNING]
    for several in (found, running):
        if len(several) == 1:
            return several[0]
    return None


def _title(known: Known) -> str:
    names = [known.product.name, *known.product.names.values()] if known.product else []
    method = known.campaign.method
    methods = [word("campaign_method", method, language) for language in LANGUAGES] if method else []
    return " ".join([known.campaign.theme, known.campaign.id.replace("-", " "), *names, *methods])
