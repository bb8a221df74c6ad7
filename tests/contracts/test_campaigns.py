"""Campaigns on both databases: made as confirmed and screened anew, kept up within the limits, seen by scope."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar, cast

import pytest
from sqlalchemy import select

from assistant.access import scope_of
from assistant.answer import ShownProposal
from assistant.errors import BadChange
from assistant.grounding.ledger import Ledger
from assistant.journal import Journal
from assistant.proposals.make_campaign import MakeCampaign, PlannedItem
from assistant.proposals.proposals import Proposals
from assistant.proposals.settle_campaign import SettleCampaign
from assistant.proposals.settle_invitation import SettleInvitation
from assistant.proposals.settle_item import SettleItem
from assistant.proposals.write import Write
from assistant.tools.campaign_checklist import campaign_checklist
from assistant.tools.campaign_review import campaign_review
from assistant.tools.campaigns import campaigns
from assistant.tools.desk import CustomerId, Desk, ProductId, Told, Topic
from assistant.tools.make_campaign import make_campaign
from assistant.tools.update_campaign import update_campaign
from knowledge.clock import Clock
from knowledge.crm.campaign import Campaign, CampaignGroup, CampaignItem, CampaignTarget
from knowledge.crm.codes import (
    CampaignMethod,
    CampaignState,
    Frequency,
    InvitationState,
    OfferState,
    Role,
)
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, Employee, Offer
from knowledge.library.library import Library
from tests.contracts.campaigning_bank import DEPOSIT, OF_ANA, OF_BEN, TODAY, fill

Row = TypeVar("Row")
WRITES = (MakeCampaign, SettleCampaign, SettleInvitation, SettleItem)
NO_MEMBER = "B0"


def plan(**changes: object) -> MakeCampaign:
    values: dict[str, object] = {
        "campaign": "K-1", "product": DEPOSIT, "theme": "Steady autumn", "method": CampaignMethod.CALL,
        "frequency": Frequency.ONCE, "starts_on": TODAY, "ends_on": TODAY + timedelta(days=30), "members": OF_ANA,
        "held_out": Decimal(20), "currency": "CNY", "budget": Decimal("500.00"),
        "items": (PlannedItem(title="Book the venue", due_on=TODAY), PlannedItem(title="Script", due_on=TODAY)),
    }  # fmt: skip
    return MakeCampaign.model_validate(values | changes)


CONTROL = plan().control
TREATED = tuple(id for id in OF_ANA if id not in CONTROL)


@dataclass(frozen=True)
class House:
    store: CrmStore
    today: date = TODAY

    def on(self, today: date) -> "House":
        return House(self.store, today)

    @property
    def proposals(self) -> Proposals:
        return Proposals(self.store, WRITES, Journal(self.store), Clock(self.today))

    async def do(self, write: Write, employee: str = "ana", customer: str | None = None) -> ShownProposal:
        shown = await self.proposals.propose(employee, write, customer)
        return await self.proposals.confirm(shown.id, employee)

    async def make(self, **changes: object) -> None:
        done = await self.do(plan(**changes))
        assert done.state == "confirmed", done.message

    async def start(self) -> None:
        await self.make()
        assert (await self.do(SettleCampaign(campaign="K-1", state=CampaignState.RUNNING))).state == "confirmed"

    async def settle(self, customer: str, state: InvitationState, **values: object) -> ShownProposal:
        write = SettleInvitation.model_validate(
            {"campaign": "K-1", "customer": customer, "state": state, "currency": "CNY", **values}
        )
        return await self.do(write, customer=customer)

    async def rows(self, model: type[Row]) -> list[Row]:
        async with self.store.auditing() as session:
            return list(await session.scalars(select(model)))

    async def change(self, customer: str, **values: object) -> None:
        async with self.store.writing() as session:
            row = await session.get_one(Customer, customer)
            for name, value in values.items():
                setattr(row, name, value)

    async def offers(self) -> dict[str, Offer]:
        return {one.customer_id: one for one in await self.rows(Offer)}

    async def states(self) -> dict[str, str]:
        return {one.customer_id: one.state for one in await self.rows(CampaignTarget)}


@pytest.fixture
async def house(any_store: CrmStore) -> AsyncIterator[House]:
    await fill(any_store)
    yield House(any_store)
    assert (await Journal(any_store).verify()).fault is None


async def desk_of(store: CrmStore, employee: str, today: date = TODAY) -> AsyncIterator[Desk]:
    scope = await scope_of(store, employee, today)
    async with store.reading(scope) as reader:
        yield Desk(reader, scope, Ledger("en", today), cast(Library, None), today)


async def test_a_campaign_is_there_as_it_was_confirmed(house: House) -> None:
    await house.make()
    (campaign,) = await house.rows(Campaign)
    assert (campaign.id, campaign.unit_id, campaign.owner_id, campaign.state) == ("K-1", "north", "ana", "draft")
    assert (campaign.budget, campaign.currency, campaign.cost, campaign.held_out) == (500, "CNY", None, 20)
    groups = {one.name: (one.control, one.size, one.budget) for one in await house.rows(CampaignGroup)}
    assert groups == {"treated": (False, 8, Decimal(500)), "control": (True, 2, None)}
    targets = {one.customer_id: (one.control, one.state, one.screened_on) for one in await house.rows(CampaignTarget)}
    assert targets == {id: (id in CONTROL, "held_out" if id in CONTROL else "to_invite", TODAY) for id in OF_ANA}
    items = {one.title: (one.employee_id, one.due_on, one.done_on) for one in await house.rows(CampaignItem)}
    assert items == {"Book the venue": ("ana", TODAY, None), "Script": ("ana", TODAY, None)}


async def test_every_member_is_screened_again_at_the_yes(house: House) -> None:
    """Between the proposal and the yes one gave up their consent, and one was offered it by somebody else."""
    shown = await house.proposals.propose("ana", plan())
    await house.change("A3", consents=[])
    async with house.store.writing() as session:
        session.add(Offer(id="o", customer_id="A4", product_id=DEPOSIT, offered_on=TODAY, state=OfferState.OFFERED))
    done = await house.proposals.confirm(shown.id, "ana")
    assert done.state == "failed"
    assert "Client A3" in done.message
    assert "Client A4" in done.message
    assert await house.rows(Campaign) == []
    assert await house.rows(CampaignTarget) == []


@pytest.mark.parametrize(
    "member, changes",
    [
        ("A1", {"manager_id": "ben"}),
        ("A1", {"consents": ["sms"]}),
        ("A1", {"closed_on": TODAY}),
        ("A1", {"kind": "public_body", "birth_date": None}),
    ],
)
async def test_who_left_the_view_or_may_not_be_addressed_so_is_in_no_campaign(
    house: House, member: str, changes: dict[str, object]
) -> None:
    """Out of the manager's view, no consent to calls, gone; the last of them may have it, and is taken."""
    await house.change(member, **changes)
    done = await house.do(plan())
    expected = "confirmed" if "kind" in changes else "failed"
    assert (done.state, len(await house.rows(CampaignTarget))) == (expected, 10 if expected == "confirmed" else 0)


async def test_nobody_is_in_two_campaigns_for_one_product_at_a_time(house: House) -> None:
    await house.make()
    again = await house.do(plan(campaign="K-2", members=("A0",)))
    assert again.state == "failed"
    await house.do(SettleCampaign(campaign="K-1", state=CampaignState.CLOSED))
    await house.make(campaign="K-2", members=("A0",))


@pytest.mark.parametrize(
    "changes",
    [{"starts_on": TODAY - timedelta(days=1)}, {"ends_on": TODAY - timedelta(days=1)}],
)
async def test_days_that_cannot_be_leave_the_card_waiting(house: House, changes: dict[str, object]) -> None:
    shown = await house.proposals.propose("ana", plan(**changes))
    with pytest.raises(BadChange):
        await house.proposals.confirm(shown.id, "ana")
    fixed = {name: str(TODAY + timedelta(days=9)) for name in changes}
    assert (await house.proposals.confirm(shown.id, "ana", fixed)).state == "confirmed"


@pytest.mark.parametrize("changes", [{"budget": "a lot"}, {"budget": "-1"}, {"method": "pigeon"}, {"members": "A1"}])
async def test_what_is_no_value_is_refused_and_nothing_is_written(house: House, changes: dict[str, str]) -> None:
    shown = await house.proposals.propose("ana", plan())
    with pytest.raises(BadChange):
        await house.proposals.confirm(shown.id, "ana", changes)
    assert await house.rows(Campaign) == []


async def test_an_invitation_and_its_answer_are_an_offer_of_the_campaign(house: House) -> None:
    await house.start()
    one = TREATED[0]
    assert (await house.settle(one, InvitationState.INVITED)).state == "confirmed"
    offer = (await house.offers())[one]
    assert (offer.campaign_id, offer.state, offer.offered_on, offer.employee_id) == ("K-1", "offered", TODAY, "ana")
    later = house.on(TODAY + timedelta(days=3))
    accepted = await later.settle(one, InvitationState.ACCEPTED, amount=Decimal("20000.50"))
    assert accepted.state == "confirmed"
    offer = (await house.offers())[one]
    assert (offer.state, offer.amount, offer.currency) == ("accepted", Decimal("20000.50"), "CNY")
    assert (offer.offered_on, offer.decided_on) == (TODAY, TODAY + timedelta(days=3))
    declined = await later.settle(one, InvitationState.DECLINED, reason="wants to wait")
    assert declined.state == "confirmed"
    offer = (await house.offers())[one]
    assert (offer.state, offer.amount, offer.reason) == ("rejected", None, "wants to wait")
    (target,) = [target for target in await house.rows(CampaignTarget) if target.customer_id == one]
    assert (target.state, target.invited_on, target.answered_on) == (
        "declined", TODAY, TODAY + timedelta(days=3),
    )  # fmt: skip


async def test_the_held_out_are_never_invited(house: House) -> None:
    await house.start()
    for state in InvitationState:
        assert (await house.settle(min(CONTROL), state)).state == "failed"
    assert (await house.settle(TREATED[0], InvitationState.HELD_OUT)).state == "failed"
    assert await house.offers() == {}


async def test_contact_limits_hold_for_invitations(house: House) -> None:
    await house.start()
    async with house.store.writing() as session:
        for number, id in enumerate(TREATED[:2]):
            session.add(
                Offer(id=f"o{number}", customer_id=id, product_id=DEPOSIT, offered_on=TODAY, state=OfferState.REJECTED)
            )
    await house.change(TREATED[2], consents=["email"])
    for id in TREATED[:3]:
        assert (await house.settle(id, InvitationState.INVITED)).state == "failed"
    sunday = house.on(date(2026, 11, 22))
    assert (await sunday.settle(TREATED[3], InvitationState.INVITED)).state == "failed"
    assert (await house.settle(TREATED[3], InvitationState.INVITED)).state == "confirmed"


async def test_a_draft_and_a_closed_campaign_invite_nobody(house: House) -> None:
    await house.make()
    assert (await house.settle(TREATED[0], InvitationState.INVITED)).state == "failed"
    for state, standing in ((CampaignState.RUNNING, "confirmed"), (CampaignState.CLOSED, "confirmed")):
        assert (await house.do(SettleCampaign(campaign="K-1", state=state))).state == standing
    assert (await house.settle(TREATED[0], InvitationState.INVITED)).state == "failed"
    reopened = await house.do(SettleCampaign(campaign="K-1", state=CampaignState.RUNNING))
    assert reopened.state == "failed"


async def test_only_who_runs_a_campaign_changes_it(house: House) -> None:
    await house.make()
    start, item = SettleCampaign(campaign="K-1", state=CampaignState.RUNNING), (await house.rows(CampaignItem))[0]
    assert (await house.do(start, "ben")).state == "failed"
    assert (await house.do(SettleItem(item=item.id, state="done"), "ben")).state == "failed"
    assert (await house.do(start, "boss")).state == "confirmed"
    assert (await house.do(SettleItem(item=item.id, state="done"), "boss")).state == "confirmed"
    assert (await house.do(SettleItem(item=item.id, state="done"))).state == "failed"
    assert (await house.do(SettleItem(item=item.id, state="open"))).state == "confirmed"
    assert [one.done_on for one in await house.rows(CampaignItem)] == [None, None]


async def test_what_it_cost_is_the_treated_ones(house: House) -> None:
    await house.make()
    done = await house.do(SettleCampaign(campaign="K-1", state=CampaignState.CLOSED, cost=Decimal("480.10")))
    assert done.state == "confirmed"
    assert {one.name: one.cost for one in await house.rows(CampaignGroup)} == {
        "treated": Decimal("480.10"), "control": None,
    }  # fmt: skip


async def test_a_manager_sees_own_customers_invitations_and_the_branch_all(house: House) -> None:
    await house.do(plan(members=(*OF_ANA, *OF_BEN)), "boss")
    sizes = {}
    for employee in ("ana", "ben", "boss", "eva"):
        scope = await scope_of(house.store, employee, TODAY)
        async with house.store.reading(scope) as reader:
            targets = await reader.scalars(select(CampaignTarget.customer_id))
            items = await reader.scalars(select(CampaignItem.id))
            groups = await reader.scalars(select(CampaignGroup.name))
        sizes[employee] = (set(targets), len(items), len(groups))
    everybody = {*OF_ANA, *OF_BEN}
    assert sizes == {
        "ana": (set(OF_ANA), 2, 2), "ben": (set(OF_BEN), 2, 2), "boss": (everybody, 2, 2), "eva": (set(), 0, 0),
    }  # fmt: skip


async def test_a_review_over_a_part_of_the_members_has_no_cost_per_result(house: House) -> None:
    await house.do(plan(members=(*OF_ANA, *OF_BEN), held_out=Decimal(0)), "boss")
    cost = SettleCampaign(campaign="K-1", state=CampaignState.RUNNING, cost=Decimal(100))
    assert (await house.do(cost, "boss")).state == "confirmed"
    assert (await house.settle("A0", InvitationState.ACCEPTED, amount=Decimal(700))).state == "confirmed"
    found = {}
    for employee in ("ana", "boss"):
        async for desk in desk_of(house.store, employee):
            result = await campaign_review(desk, Topic("review of Steady autumn"))
            (group,) = result.groups
            found[employee] = (group.size.value, group.cost_per_result and group.cost_per_result.value)
            assert result.no_uplift
            assert [won.text for won in result.won] == ["CN¥700.00"]
    assert found == {"ana": (10, None), "boss": (14, Decimal("100.00"))}


async def test_it_is_made_and_kept_up_from_what_is_told(house: House) -> None:
    """The tools propose; what they propose is confirmed and done."""
    async for desk in desk_of(house.store, "ana"):
        told = Told("make a campaign with 5 customers, by phone, hold out a fifth, budget 3,000")
        found = await make_campaign(desk, told, ProductId(DEPOSIT))
        (draft,) = desk.drafts
        assert [line.name.value for line in found.lines] == [f"Client A{number}" for number in range(5)]
        assert sum(line.held_out for line in found.lines) == 1
    made = draft.write
    assert isinstance(made, MakeCampaign)
    assert (made.held_out, made.budget, made.method) == (20, 3000, CampaignMethod.CALL)
    assert (await house.do(made)).state == "confirmed"
    for told, write in (("start the campaign", SettleCampaign), ("tick off the script", SettleItem)):
        async for desk in desk_of(house.store, "ana"):
            await update_campaign(desk, Told(told))
            (draft,) = desk.drafts
            assert isinstance(draft.write, write)
        assert (await house.do(draft.write)).state == "confirmed"
    one = next(id for id in made.members if id not in made.control)
    async for desk in desk_of(house.store, "ana"):
        await update_campaign(desk, Told("she accepted, 20,000 yuan"), CustomerId(one))
        (draft,) = desk.drafts
    assert (await house.do(draft.write, customer=one)).state == "confirmed"
    assert (await house.offers())[one].amount == 20000
    async for desk in desk_of(house.store, "ana"):
        (line,) = (await campaigns(desk, Topic("how is it doing?"))).lines
        assert (line.members.value, line.reached.value, line.accepted.value) == (5, 1, 1)
        left = await campaign_checklist(desk, Topic("what is left?"))
        assert [str(item.title.value) for item in left.left] == [
            "Check the consents", "Follow up with the customers",
        ]  # fmt: skip


async def test_the_service_desk_sees_no_campaign(house: House) -> None:
    await house.make()
    async with house.store.writing() as session:
        session.add(Employee(id="desk", unit_id="north", role=Role.SERVICE_DESK, name="Desk"))
    async with house.store.reading(Scope("desk", Role.SERVICE_DESK, ("north",))) as reader:
        for model in (CampaignGroup, CampaignItem, CampaignTarget):
            assert await reader.scalars(select(model)) == []
