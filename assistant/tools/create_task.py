"""A reminder: a task that the asker may put on their list."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from assistant.care.contact_limits import CONTACTS, contact_limits, planned_by_others
from assistant.care.signals.occasions import call_days
from assistant.care.signals.rules import SignalKind, signal_rules
from assistant.care.working_days import working_days
from assistant.grounding.ledger import Figure
from assistant.proposals.create_task import CreateTask
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.tools.holdings import balance_of
from assistant.understanding.promises import tells_of_maturity
from assistant.understanding.telling import errand_of, task_kind_of
from knowledge.crm.codes import DEPOSIT_KINDS, INVESTMENT_KINDS, AccountState, TaskKind
from knowledge.crm.holdings import Holding, balances_on, products_by_id
from knowledge.crm.tables import Account, Employee
from prompts import proposal_words


@dataclass(frozen=True)
class Maturing:
    """The deposit that is meant: the task is due on the day on which to call before it matures."""

    product: Figure
    balance: Figure | None
    matures_on: Figure


@dataclass(frozen=True)
class NewTask:
    """`none_matures` says that a deposit is meant and none of the customer's ends then. `colleague` plans a contact
    with the customer so near to this one, on `colleague_on`, that only one of the two may be made."""

    name: Figure | None
    maturity: Maturing | None
    none_matures: bool
    colleague: Figure | None = None
    colleague_on: Figure | None = None


async def create_task(
    desk: Desk, told: Told, customer: CustomerId | None = None, period: Period | None = None
) -> NewTask:
    """Proposes a task for the asker: what is to be done, by when, for which customer; where it is that a customer's
    deposit ends, due on the day to call before that deposit's own maturity. Nothing is written before the asker has
    said yes."""
    row = await desk.customer(customer) if customer is not None else None
    title, kind, due_on = errand_of(told, desk.today), task_kind_of(told), _due(period, desk.today)
    means_deposit = row is not None and tells_of_maturity(told)
    account = await maturing(desk, row.id, period) if row and means_deposit else None
    maturity = await described(desk, account) if account else None
    if account and account.matures_on and maturity:
        due_on, kind = call_day(account.matures_on, desk.today), TaskKind.CALL
        said = {"product": maturity.product.text, "day": maturity.matures_on.text}
        title = proposal_words("create_task", "maturity_title", desk.language, said)
    elif means_deposit and period and period.start >= desk.today:
        due_on = period.start
    write = CreateTask(title=title[:200], task_kind=kind, due_on=due_on, customer=row.id if row else None)
    await desk.propose(write, row.id if row else None)
    name, none_matures = desk.ledger.customer(row) if row else None, means_deposit and maturity is None
    near = await _planned_near(desk, row.id, due_on) if row and due_on and kind in CONTACTS else (None, None)
    return NewTask(name, maturity, none_matures, *near)


async def _planned_near(desk: Desk, customer: str, on: date) -> tuple[Figure | None, Figure | None]:
    """Who else plans to contact the customer around that day, and when."""
    others = planned_by_others(customer, desk.scope.employee_id, on, contact_limits())
    task = await desk.reader.scalar(others.limit(1))
    colleague = await desk.reader.get(Employee, task.employee_id) if task and task.employee_id else None
    if task is None or task.due_on is None or colleague is None:
        return None, None
    return desk.ledger.employee(colleague), desk.ledger.day(task.id, "due_on", task.due_on, f"task/{task.id}")


def call_day(matures_on: date, today: date) -> date:
    """The next day on which to call before a maturity: of the days that the rule names, the first that is to come."""
    calls = call_days(signal_rules().rules[SignalKind.MATURITY], working_days(), matures_on)
    return next((day for day, _ in calls if day >= today), matures_on)


def _due(period: Period | None, today: date) -> date | None:
    return period.end if period and period.end >= today else None


async def maturing(desk: Desk, customer: str, period: Period | None) -> Account | None:
    """The customer's deposit or investment that matures first from today on, within the period if one is named."""
    start = max(desk.today, period.start) if period else desk.today
    conditions = [
        Account.customer_id == customer,
        Account.kind.in_((*DEPOSIT_KINDS, *INVESTMENT_KINDS)),
        Account.matures_on >= start,
        Account.opened_on <= desk.today,
        Account.state != AccountState.CLOSED,
        or_(Account.closed_on.is_(None), Account.closed_on > desk.today),
    ]
    if period:
        conditions.append(Account.matures_on <= period.end)
    return await desk.reader.scalar(
        select(Account).where(*conditions).order_by(Account.matures_on, Account.id).limit(1)
    )


async def described(desk: Desk, account: Account) -> Maturing | None:
    if account.matures_on is None:
        return None
    products = await products_by_id(desk.reader, [account.product_id] if account.product_id else [])
    balances = await balances_on(desk.reader, [account.id], desk.today)
    source, product = f"account/{account.id}", products.get(account.product_id or "")
    return Maturing(
        product=desk.ledger.product(product)
        if product
        else desk.ledger.code(account.id, "kind", "product_kind", account.kind, source),
        balance=balance_of(desk, Holding.of(account, products, balances)),
        matures_on=desk.ledger.day(account.id, "matures_on", account.matures_on, source),
    )
