"""Everything to know before a call, on one page."""

from dataclasses import dataclass
from datetime import timedelta

from assistant.care.signals.occasions import birthday_in
from assistant.grounding.ledger import Figure
from assistant.tools.contacts import Contacts, contacts
from assistant.tools.deposit_changes import DepositChanges, deposit_changes
from assistant.tools.desk import CustomerId, Desk, Period
from assistant.tools.feedback import FeedbackCases, feedback
from assistant.tools.holdings import Holdings, holdings
from assistant.tools.loans import Loans, loans
from assistant.tools.maturities import Maturities, maturities
from assistant.tools.portrait import Portrait, portrait
from assistant.tools.tasks import Tasks, tasks

AHEAD_DAYS = 60


@dataclass(frozen=True)
class Briefing:
    """The parts of the brief; each is what the ability of that name returns."""

    name: Figure
    portrait: Portrait
    holdings: Holdings
    loans: Loans
    deposits: DepositChanges
    maturities: Maturities
    birthday: Figure | None
    contacts: Contacts
    feedback: FeedbackCases
    tasks: Tasks


async def briefing(desk: Desk, customer: CustomerId) -> Briefing:
    """Prepare the asker for a call or a meeting with a customer: who they are, what they hold and owe,
    how deposits moved, what matures within 60 days, a near birthday, the last contacts, open feedback, tasks."""
    row = (await desk.file(customer)).customer
    ahead = Period(desk.today, desk.today + timedelta(days=AHEAD_DAYS))
    birthday = birthday_in(row.birth_date, ahead.start, ahead.end) if row.birth_date else None
    return Briefing(
        name=desk.ledger.customer(row),
        portrait=await portrait(desk, customer),
        holdings=await holdings(desk, customer),
        loans=await loans(desk, customer),
        deposits=await deposit_changes(desk, customer),
        maturities=await maturities(desk, ahead, customer),
        birthday=desk.ledger.day(row.id, "birthday", birthday, f"customer/{row.id}") if birthday else None,
        contacts=await contacts(desk, customer),
        feedback=await feedback(desk, customer),
        tasks=await tasks(desk, None, customer),
    )
