"""What an answer from the measures takes: every ability, at all three levels, in three languages, in process."""

import asyncio
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import quantiles

from rich.table import Table
from sqlalchemy import func, select

from assistant.assistant import Assistant
from assistant.events import Turn, TurnFinished
from assistant.settings import Settings
from assistant.wiring import open_assistant
from benchmarks.machine import described, load
from knowledge.crm.codes import Role
from knowledge.crm.store import bulk_engine, sqlite_url
from knowledge.crm.tables import Customer, Employee

TURNS = 6
"""Times that a question is asked. The first, which embeds its words and finds the pages on disk, is not counted."""
LEVELS = (Role.HEAD_OFFICE, Role.BRANCH, Role.MANAGER)
QUESTIONS: dict[str, tuple[str, str, str]] = {
    "most_valuable": (
        "Who are our top five customers by contribution, with loyalty, risk and this year's trends?",
        "贡献最大的五位客户是谁，忠诚度、风险和今年的趋势如何？",
        "¿Quiénes son nuestros cinco mejores clientes por aportación, con fidelidad, riesgo y tendencias de este año?",
    ),
    "unit_results": ("How is each branch doing?", "各支行的业绩怎么样？", "¿Cómo va cada sucursal?"),
    "product_results": (
        "Which products earn, which lose?", "哪些产品赚钱，哪些亏损？", "¿Qué productos ganan y cuáles pierden?"
    ),
    "credit_by_industry": (
        "How does industry compare in credit behaviour?", "各行业的信贷表现如何？",
        "¿Qué sectores pagan peor sus préstamos?",
    ),
    "deposit_movers": (
        "Whose deposits fell most last month and why?", "上个月谁的存款下降最多，为什么？",
        "¿A quién le bajaron más los depósitos el mes pasado y por qué?",
    ),
    "leaving": ("Who is about to leave?", "谁快要流失了？", "¿Quién está a punto de irse?"),
    "neglected": (
        "Which of my customers have I neglected?", "我有哪些客户很久没有联系了？", "¿A qué clientes he descuidado?"
    ),
    "tier_review": ("Who should be upgraded?", "哪些客户应该升级？", "¿A quién habría que subir de segmento?"),
    "value_groups": (
        "Which customers are below marginal cost?", "哪些客户低于边际成本？",
        "¿Qué clientes están por debajo del coste marginal?",
    ),
    "happenings": (
        "What happened to my customers lately?", "我的客户最近发生了什么事？", "¿Qué ha pasado con mis clientes?"
    ),
    "comparison": (
        "Is {customer} worth it? Compare with customers alike.", "{customer}值得吗？和同类客户比一比",
        "¿Vale la pena {customer}? Compárelo con clientes parecidos.",
    ),
    "loan_changes": (
        "How have the loans of {customer} changed?", "{customer}的贷款有什么变化？",
        "¿Cómo han cambiado los préstamos de {customer}?",
    ),
    "deposit_changes": (
        "How have the deposits of {customer} changed?", "{customer}的存款有什么变化？",
        "¿Cómo han cambiado los depósitos de {customer}?",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asker:
    role: Role
    employee: str
    customers: int
    customer: str
    """One of theirs, to ask about."""


@dataclass(frozen=True)
class Answered:
    """Milliseconds of one turn, by the clock and of the processor, and the ability that answered it."""

    role: Role
    asked: str
    clock: float
    processor: float
    answered: str


def answers(home: Path, today: date) -> Table:
    """Asks, and gives a row per ability: p50 and p95 by the clock, and the processor's p50, at each level."""
    askers = _askers(home)
    found = asyncio.run(_ask(home, today, askers))
    seen = ", ".join(f"{asker.employee} sees {asker.customers:,}" for asker in askers)
    table = Table(
        "milliseconds: p50, p95 (processor p50)", *(role.value for role in LEVELS), "answered by",
        title=f"An answer from the measures, {TURNS - 1} times in each of three languages; {seen}",
        caption=f"{described()}; load {load()}",
    )  # fmt: skip
    by: dict[tuple[str, Role], list[Answered]] = defaultdict(list)
    for one in found:
        by[one.asked, one.role].append(one)
    for asked in QUESTIONS:
        others = {one.answered for role in LEVELS for one in by[asked, role]} - {asked}
        table.add_row(asked, *(_said(by[asked, role]) for role in LEVELS), ", ".join(sorted(others)))
    table.add_section()
    table.add_row("all of them", *(_said([one for one in found if one.role is role]) for role in LEVELS))
    table.add_row("all of them, at all levels", _said(found))
    return table


def _said(some: list[Answered]) -> str:
    clock, processor = (quantiles([getattr(one, kind) for one in some], n=20) for kind in ("clock", "processor"))
    return f"{clock[9]:.0f}, {clock[18]:.0f} ({processor[9]:.0f})"


def _askers(home: Path) -> list[Asker]:
    """Head office, the branch and the manager with most customers."""
    engine = bulk_engine(sqlite_url(home))
    with engine.connect() as store:
        askers = []
        for role in LEVELS:
            theirs = {
                Role.HEAD_OFFICE: Customer.id.is_not(None),
                Role.BRANCH: Customer.branch_id == Employee.unit_id,
                Role.MANAGER: Customer.manager_id == Employee.id,
            }[role]
            employee, number, customer = store.execute(
                select(Employee.id, func.count(), func.min(Customer.id))
                .join(Customer, theirs)
                .where(Employee.role == role.value, Employee.left_on.is_(None), Customer.closed_on.is_(None))
                .group_by(Employee.id)
                .order_by(func.count().desc(), Employee.id)
                .limit(1)
            ).one()
            askers.append(Asker(role, employee, number, customer))
    engine.dispose()
    return askers


async def _ask(home: Path, today: date, askers: list[Asker]) -> list[Answered]:
    found = []
    async with open_assistant(Settings(home=home, as_of=today)) as assistant:
        for asker in askers:
            for asked, languages in QUESTIONS.items():
                for question in languages:
                    turns = [await _turn(assistant, asker, asked, question) for _ in range(TURNS)]
                    found += turns[1:]
    return found


async def _turn(assistant: Assistant, asker: Asker, asked: str, question: str) -> Answered:
    """Each in a conversation of its own."""
    turn = Turn(uuid.uuid4().hex, asker.employee, question.format(customer=asker.customer), uuid.uuid4().hex)
    clock, processor = time.perf_counter(), time.process_time()
    [finished] = [event.answer async for event in assistant.answer(turn) if isinstance(event, TurnFinished)]
    used = [tool.name for tool in finished.tools]
    return Answered(
        asker.role, asked, (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000,
        asked if asked in used else ", ".join(used) or finished.refused or "nothing",
    )  # fmt: skip
