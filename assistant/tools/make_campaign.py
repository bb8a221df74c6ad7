"""A new campaign: customers whom the product suits, how they are addressed, and who of them is held out."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from assistant.care.campaign_rules import CONSENTS, campaign_rules, checklist_days
from assistant.errors import UnknownProduct
from assistant.grounding.ledger import Figure
from assistant.proposals.make_campaign import MakeCampaign, PlannedItem
from assistant.recommend.target_list import Target, screened, target_rules
from assistant.tools.desk import Desk, Period, ProductId, Told
from assistant.understanding.campaigning import amount_of, frequency_of, held_out_of, method_of, quoted_in
from assistant.understanding.how_many import how_many
from knowledge.crm.codes import CampaignMethod
from knowledge.crm.tables import Product
from knowledge.insight.parameters import read_parameters

LONGEST_HELD_OUT = 90


@dataclass(frozen=True)
class MemberLine:
    """One member in order of rank. `held_out` ones are not addressed."""

    rank: Figure
    name: Figure
    tier: Figure | None
    acceptance: Figure | None
    held_out: bool


@dataclass(frozen=True)
class NewCampaign:
    """`bad_number` says that none or more than `most` customers were asked for, `bad_share` that nobody would be left
    to address; then nothing is proposed. `fewer`: not as many as were asked for can be addressed."""

    product: Figure
    bad_number: bool
    bad_share: bool
    most: Figure
    fewer: bool
    suiting: Figure | None
    lines: list[MemberLine]
    treated: Figure | None
    control: Figure | None
    no_control: bool
    has_checklist: bool


async def make_campaign(desk: Desk, told: Told, product: ProductId, period: Period | None = None) -> NewCampaign:
    """Proposes a campaign for a product: so many customers whom it suits and who may be addressed, by phone, message or
    an event, a share of them held out to measure the effect, with a checklist. Nothing is written before the asker has
    said yes, and nothing is sent."""
    row, rules, number = await desk.reader.get(Product, product), target_rules(), how_many(told)
    if row is None:
        raise UnknownProduct(product=product)
    most = desk.ledger.number("target_list", "most", rules.most, "count", f"target_list/rules/{rules.version}")
    wanted, share = rules.default if number is None else number, held_out_of(told) or Decimal(0)
    bad_number, bad_share = not 0 < wanted <= rules.most, share > LONGEST_HELD_OUT
    name = desk.ledger.product(row)
    if bad_number or bad_share:
        return NewCampaign(name, bad_number, bad_share, most, False, None, [], None, None, False, False)
    method = method_of(told) or CampaignMethod.CALL
    found = await screened(desk.reader, desk.gate, row, wanted, desk.today, CONSENTS.get(method))
    source = f"customer?targets_of={product}"
    suiting = desk.ledger.number(product, "suiting", found.suiting, "count", source)
    if not found.targets:
        return NewCampaign(name, False, False, most, True, suiting, [], None, None, not share, False)
    write = _planned(desk, told, row, method, share, found.targets, period)
    await desk.propose(write)
    control = write.control
    lines = [_line(desk, place, one, control) for place, one in enumerate(found.targets, 1)]
    return NewCampaign(
        product=name,
        bad_number=False,
        bad_share=False,
        most=most,
        fewer=len(lines) < wanted,
        suiting=suiting,
        lines=lines,
        treated=desk.ledger.number(product, "treated", len(lines) - len(control), "count", source),
        control=desk.ledger.number(product, "control", len(control), "count", source),
        no_control=not control,
        has_checklist=bool(write.items),
    )


def _planned(
    desk: Desk, told: str, product: Product, method: CampaignMethod, share: Decimal, targets: Sequence[Target],
    period: Period | None,
) -> MakeCampaign:  # fmt: skip
    starts_on, ends_on = _days(method, period, desk.today)
    return MakeCampaign(
        campaign=f"K-{uuid.uuid4().hex[:12]}",
        product=product.id,
        theme=(quoted_in(told) or product.names.get(desk.language) or product.name)[:200],
        method=method,
        frequency=frequency_of(told) or campaign_rules().frequency,
        starts_on=starts_on,
        ends_on=ends_on,
        members=tuple(one.customer.id for one in targets),
        held_out=share,
        currency=read_parameters().currency,
        budget=amount_of(told),
        items=tuple(
            PlannedItem(title=desk.ledger.label(item, "checklist"), due_on=max(day, desk.today))
            for item, day in checklist_days(method, starts_on, ends_on)
        ),
    )


def _days(method: CampaignMethod, period: Period | None, today: date) -> tuple[date, date]:
    """The days that are named and to come; else from when the checklist can be ready on, for as long as usual."""
    rules = campaign_rules()
    lead = max(rules.checklist[method].values(), default=0)
    if period is None or period.end < today:
        starts_on = today + timedelta(days=max(lead, 0))
        return starts_on, starts_on + timedelta(days=rules.runs_days)
    starts_on = max(period.start, today)
    return starts_on, period.end if period.end > starts_on else starts_on + timedelta(days=rules.runs_days)


def _line(desk: Desk, place: int, one: Target, control: frozenset[str]) -> MemberLine:
    ledger, customer, product = desk.ledger, one.customer, one.ranked.recommendable.product.id
    likely = one.ranked.likeness.acceptance if one.ranked.likeness else None
    source = f"customer?targets_of={product}&customer={customer.id}"
    return MemberLine(
        rank=ledger.number(customer.id, "place", place, "count", source),
        name=ledger.customer(customer),
        tier=ledger.code(customer.id, "tier", "tier", customer.tier, f"customer/{customer.id}")
        if customer.tier
        else None,
        acceptance=ledger.probability(customer.id, "acceptance", likely, f"product_score/{customer.id}/{product}")
        if likely is not None
        else None,
        held_out=customer.id in control,
    )
