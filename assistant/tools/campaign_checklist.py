"""What has to be ready for a campaign, and what is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.care.campaign_figures import CampaignHead, head_of, in_view, meant, one_meant
from assistant.care.campaigns import items_of
from assistant.grounding.ledger import Figure
from assistant.tools.desk import CampaignId, Desk, Topic
from knowledge.crm.campaign import CampaignItem
from knowledge.crm.tables import Employee

CHOICES = 10


@dataclass(frozen=True)
class ItemLine:
    """Something that has to be ready. `late` says that its day is past and it is not done."""

    title: Figure
    employee: Figure | None
    due_on: Figure | None
    done_on: Figure | None
    late: bool


@dataclass(frozen=True)
class Checklist:
    """`chosen` is the campaign; None where it is not clear which is meant, and `choices` are those that it may be."""

    chosen: CampaignHead | None
    choices: list[CampaignHead]
    left: list[ItemLine]
    done: list[ItemLine]


async def campaign_checklist(desk: Desk, asked: Topic, campaign: CampaignId | None = None) -> Checklist:
    """The checklist of a campaign: what is left, who sees to it and by when, and what is done."""
    known = await in_view(desk.reader, desk.scope, desk.today)
    chosen = one_meant(asked, known, campaign)
    if chosen is None:
        return Checklist(None, [head_of(desk.ledger, one) for one in meant(asked, known, None)[:CHOICES]], [], [])
    items = await desk.reader.together(lambda lookups: items_of(lookups, chosen.campaign))
    lines = await _lines(desk, items)
    return Checklist(
        head_of(desk.ledger, chosen),
        [],
        [line for line in lines if line.done_on is None],
        [line for line in lines if line.done_on is not None],
    )


async def _lines(desk: Desk, items: Sequence[CampaignItem]) -> list[ItemLine]:
    ids = {one.employee_id for one in items if one.employee_id}
    employees = {one.id: one for one in await desk.reader.scalars(select(Employee).where(Employee.id.in_(ids)))}
    return [_line(desk, one, employees.get(one.employee_id or "")) for one in items]


def _line(desk: Desk, item: CampaignItem, employee: Employee | None) -> ItemLine:
    source = f"campaign_item/{item.id}"
    return ItemLine(
        title=desk.ledger.words(item.id, "title", item.title, source),
        employee=desk.ledger.employee(employee) if employee else None,
        due_on=desk.ledger.day(item.id, "due_on", item.due_on, source) if item.due_on else None,
        done_on=desk.ledger.day(item.id, "done_on", item.done_on, source) if item.done_on else None,
        late=item.done_on is None and item.due_on is not None and item.due_on < desk.today,
    )
