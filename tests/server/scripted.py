"""An assistant that plays scripts: the web surfaces are tested against it, without a store or an engine."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from assistant.answer import (
    Answer,
    Block,
    Choice,
    Citation,
    Heading,
    Line,
    Listing,
    Paragraph,
    ProposalBlock,
    ProposalField,
    Quote,
    ShownProposal,
    Span,
    Table,
    ToolUse,
)
from assistant.errors import BadChange, BadQuestion, UnknownEmployee, UnknownProposal
from assistant.events import BlockReady, Event, TextDelta, ToolFinished, ToolStarted, Turn, TurnFinished, TurnStarted
from assistant.grounding.fact import Fact
from knowledge.crm.codes import ProposalState
from knowledge.errors import StoreError
from tests.server.charts import CHARTS
from tests.server.handed_out import ScriptedOrigins, ScriptedOverview, ScriptedPlans, ScriptedReminders
from tests.server.plain_text import text_of
from tests.server.scripted_export import OFFERED, ScriptedExport
from tests.server.scripted_history import ScriptedHistory
from tests.server.scripted_intake import ScriptedIntake


@dataclass(frozen=True)
class Card:
    id: str
    name: str
    role: str
    unit: str
    units: dict[str, str] = field(default_factory=dict)


COLLEAGUES = (
    Card("E001", "Helen Brandt", "head_office", "Head Office"),
    Card("E002", "周明 Zhou Ming", "service_desk", "Head Office"),
    Card("E101", "李建国 Li Jianguo", "branch", "Riverside Branch"),
    Card("E102", "王芳 Wang Fang", "manager", "Riverside Branch"),
    Card("E103", "Lucía Ortega", "manager", "Riverside Branch"),
    Card("E201", "Thomas Reed", "branch", "Harbour Branch"),
    Card("E202", "陈静 Chen Jing", "manager", "Harbour Branch"),
)
AS_OF = date(2026, 11, 20)


def fact(number: int, subject: str, measure: str, value: str, unit: str, source: str, text: str) -> Fact:
    amount = Decimal(value) if unit not in ("date", "text") else value
    return Fact(
        id=f"f{number}",
        subject=subject,
        measure=measure,
        value=amount,
        unit=unit,
        as_of=AS_OF,
        source=source,
        text=text,
    )


@dataclass
class Script:
    """What one question plays: tool labels, blocks, and what stands behind them."""

    blocks: list[Block]
    facts: list[Fact] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    tools: list[tuple[str, str, dict[str, str | int | None]]] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    language: str = "en"


def cell(text: str, fact_id: str | None = None, citation: str | None = None) -> Line:
    return [Span(text=text, fact=fact_id, citation=citation)]


DEPOSITS = Script(
    tools=[
        ("find_customer", "Looking up Ana García", {"name": "Ana García"}),
        ("deposit_changes", "Comparing her deposits over three months", {"customer": "C1042", "months": 3}),
    ],
    blocks=[
        Heading(line=[Span(text="Deposits of Ana García Morales")]),
        Paragraph(
            line=[
                Span(text="Her deposits stand at "),
                Span(text="EUR 1,284,500.00", fact="f1", strong=True),
                Span(text=", which is "),
                Span(text="EUR 450,000.00", fact="f2"),
                Span(text=" less than three months ago. One withdrawal explains it: a restaurant fit-out on "),
                Span(text="12 October 2026", fact="f3"),
                Span(text="."),
            ]
        ),
        Table(
            columns=["Account", "Product", "31 Aug", "31 Oct", "Change"],
            rows=[
                [
                    cell("A-20417"),
                    cell("Current account"),
                    cell("734,500.00", "f4"),
                    cell("284,500.00", "f5"),
                    cell("−450,000.00", "f2"),
                ],
                [
                    cell("A-20418"),
                    cell("Term deposit 12 months"),
                    cell("1,000,000.00", "f6"),
                    cell("1,000,000.00", "f6"),
                    cell("0.00", "f7"),
                ],
            ],
        ),
        Paragraph(
            line=[
                Span(text="A withdrawal above EUR 100,000 calls for a contact within two working days ("),
                Span(text="Key customers, clause 4.2", citation="c1"),
                Span(text=")."),
            ]
        ),
        Listing(
            items=[
                [Span(text="Ask how the restaurant is coming along before you speak of money.")],
                [Span(text="Her term deposit matures on "), Span(text="3 December 2026", fact="f8"), Span(text=".")],
            ]
        ),
    ],
    facts=[
        fact(
            1,
            "Ana García Morales",
            "deposit_total",
            "1284500.00",
            "EUR",
            "balance?customer_id=C1042&month=2026-10",
            "EUR 1,284,500.00",
        ),
        fact(
            2, "Ana García Morales", "deposit_change", "-450000.00", "EUR", "transaction/T88120417", "EUR −450,000.00"
        ),
        fact(3, "Ana García Morales", "booked_on", "2026-10-12", "date", "transaction/T88120417", "12 October 2026"),
        fact(4, "A-20417", "balance", "734500.00", "EUR", "balance/A-20417@2026-08-31", "EUR 734,500.00"),
        fact(5, "A-20417", "balance", "284500.00", "EUR", "balance/A-20417@2026-10-31", "EUR 284,500.00"),
        fact(6, "A-20418", "balance", "1000000.00", "EUR", "balance/A-20418@2026-10-31", "EUR 1,000,000.00"),
        fact(7, "A-20418", "balance_change", "0.00", "EUR", "balance/A-20418@2026-10-31", "EUR 0.00"),
        fact(8, "A-20418", "matures_on", "2026-12-03", "date", "account/A-20418", "3 December 2026"),
    ],
    citations=[
        Citation(
            id="c1",
            document="key-customers.en",
            title="Care of key customers",
            section="4.2 Large withdrawals",
            quote="Where a key customer withdraws more than EUR 100,000, the manager speaks with the customer within "
            "two working days and records the reason.",
            valid_from="2026-01-01",
        )
    ],
    suggestions=["What did she spend it on?", "Which deposits mature next month?", "Prepare me for a call with her"],
)

CHINESE = Script(
    language="zh",
    tools=[("maturities", "正在查找本月到期的存款", {"period": "2026-11"})],
    blocks=[
        Paragraph(
            line=[
                Span(text="未来30天内有 "),
                Span(text="3 笔", fact="f1", strong=True),
                Span(text="定期存款到期，合计 "),
                Span(text="¥2,350,000.00", fact="f2", strong=True),
                Span(text="。"),
            ]
        ),
        Table(
            columns=["客户", "产品", "到期日", "金额", "利率"],
            rows=[
                [
                    cell("欧阳晓雯"),
                    cell("整存整取一年"),
                    cell("2026-11-28"),
                    cell("¥1,000,000.00", "f3"),
                    cell("1.95%"),
                ],
                [cell("王建国"), cell("大额存单三年"), cell("2026-12-03"), cell("¥850,000.00", "f4"), cell("2.60%")],
                [
                    cell("重庆江北餐饮有限公司"),
                    cell("整存整取半年"),
                    cell("2026-12-15"),
                    cell("¥500,000.00", "f5"),
                    cell("1.75%"),
                ],
            ],
        ),
        Quote(line=[Span(text="定期存款到期前十个工作日内，客户经理应联系客户。", citation="c1")]),
    ],
    facts=[
        fact(1, "本人客户", "count", "3", "count", "account?maturity_on<=2026-12-20", "3 笔"),
        fact(2, "本人客户", "deposit_total", "2350000.00", "CNY", "account?maturity_on<=2026-12-20", "¥2,350,000.00"),
        fact(3, "欧阳晓雯", "balance", "1000000.00", "CNY", "balance/A-30001@2026-10-31", "¥1,000,000.00"),
        fact(4, "王建国", "balance", "850000.00", "CNY", "balance/A-30002@2026-10-31", "¥850,000.00"),
        fact(5, "重庆江北餐饮有限公司", "balance", "500000.00", "CNY", "balance/A-30003@2026-10-31", "¥500,000.00"),
    ],
    citations=[
        Citation(
            id="c1",
            document="contact.zh",
            title="客户联系规范",
            section="第三条 到期提醒",
            quote="定期存款到期前十个工作日内，客户经理应联系客户。",
            valid_from="2026-01-01",
            valid_until="2027-12-31",
        )
    ],
    suggestions=["欧阳晓雯还有哪些产品？", "帮我准备与王建国的通话"],
)

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> {{7*7}}"
HOSTILE_SCRIPT = Script(
    blocks=[Paragraph(line=[Span(text=HOSTILE)]), Table(columns=[HOSTILE], rows=[[cell(HOSTILE, "f1")]])],
    facts=[fact(1, HOSTILE, HOSTILE, HOSTILE, "text", f"customer/{HOSTILE}", HOSTILE)],
    suggestions=[HOSTILE],
)
WIDE = Script(
    blocks=[
        Table(
            columns=[f"Column {number}" for number in range(9)],
            rows=[[cell("Donaudampfschifffahrtsgesellschaft") for _ in range(9)] for _ in range(3)],
        ),
        Paragraph(line=[Span(text="x" * 300)]),
    ]
)
FILES = Script(blocks=[OFFERED])
HELLO = Script(blocks=[Paragraph(line=[Span(text="You asked nothing I have a script for.")])])

CREATED = datetime(2026, 11, 20, 9)


def proposal(id: str, state: str = "open", title: str = "Call Ana about the deposit") -> ShownProposal:
    """A task that waits for a yes, or has been decided."""
    is_open = state == "open"
    kinds = [Choice(value="call", label="call"), Choice(value="visit", label="visit")]
    day = {"value": "2026-11-27", "text": "27 Nov 2026"}
    kind = {"value": "call", "text": "call", "choices": kinds}
    fields = [
        ProposalField(name="title", label="task", value=title, text=title, input="line", editable=is_open),
        ProposalField.model_validate({"name": "due_on", "label": "due on", "input": "day", "editable": is_open, **day}),
        ProposalField.model_validate(
            {"name": "task_kind", "label": "kind of task", "input": "code", "editable": is_open, **kind}
        ),
        ProposalField(name="customer", label="customer", value="C1042", text=HOSTILE, input="line", editable=False),
        ProposalField(name="why", label="why", value=None, text="a deposit\na birthday", input="text", editable=False),
    ]
    return ShownProposal(
        id=id,
        kind="create_task",
        title="New task",
        summary=f"Task for Ana: {title} {HOSTILE}",
        fields=fields,
        state=state,
        message={"open": "Nothing is written until you say yes.", "confirmed": "The task is on your list."}.get(
            state, state
        ),
        customer="C1042",
        created_at=CREATED,
        expires_at=CREATED + timedelta(days=1),
    )


class ScriptedProposals:
    """Remembers what was decided. `late` has expired, and `nobody's` was put to nobody."""

    def __init__(self) -> None:
        self.decided: list[tuple[str, str, str, dict[str, str | None]]] = []

    async def confirm(
        self, id: str, employee_id: str, changes: Mapping[str, str | None] | None = None, language: str = "en"
    ) -> ShownProposal:
        given = dict(changes or {})
        if id == "nobodys":
            raise UnknownProposal(proposal=id)
        if "title" in given and not given["title"]:
            raise BadChange(field="title", reason="too short")
        self.decided.append((id, "confirmed", employee_id, given))
        state = "expired" if id == "late" else "confirmed"
        return proposal(id, state, given.get("title") or "Call Ana about the deposit")

    async def reject(self, id: str, employee_id: str, language: str = "en") -> ShownProposal:
        if id == "nobodys":
            raise UnknownProposal(proposal=id)
        self.decided.append((id, "rejected", employee_id, {}))
        return proposal(id, "rejected")

    async def listed(
        self, employee_id: str, state: ProposalState | None = ProposalState.OPEN, language: str = "en"
    ) -> Sequence[ShownProposal]:
        return [proposal("waiting", state or "open")] if employee_id == "E102" else []


REMIND = Script(blocks=[Paragraph(line=[Span(text="This would be the task.")]), ProposalBlock(proposal=proposal("p1"))])

RANKING = Script(CHARTS, [fact(1, "anyang", "contribution", "600", "CNY", "insight_result/unit/anyang", "600.00")])

SCRIPTS = {
    "ranking": RANKING, "remind me": REMIND, "deposits": DEPOSITS, "到期": CHINESE, "hostile": HOSTILE_SCRIPT,
    "wide": WIDE, "customers for": FILES,
}  # fmt: skip


class ScriptedAssistant:
    """Plays the script whose key the question contains; some questions misbehave on purpose."""

    def __init__(self, pause_s: float = 0.0) -> None:
        self.pause_s = pause_s
        self.turns: list[Turn] = []
        self.cancelled: list[str] = []
        self.is_ready, self.engines, self.tools = True, ["builtin"], ()
        self.proposals = ScriptedProposals()
        self.reminders, self.wealth_plans = ScriptedReminders(), ScriptedPlans()
        self.target_export = ScriptedExport()
        self.intake = ScriptedIntake()
        self.history = self.ratings = ScriptedHistory()
        self.overview, self.origins = ScriptedOverview(), ScriptedOrigins()

    async def admit(self, employee_id: str) -> None:
        if employee_id not in {card.id for card in COLLEAGUES}:
            raise UnknownEmployee(employee=employee_id)

    async def employees(self) -> Sequence[Card]:
        return COLLEAGUES

    async def ready(self) -> None:
        if not self.is_ready:
            raise StoreError(reason="the file is gone")

    async def answer(self, turn: Turn) -> AsyncGenerator[Event]:
        self.turns.append(turn)
        if turn.employee_id not in {card.id for card in COLLEAGUES}:
            raise UnknownEmployee(employee=turn.employee_id)
        if not turn.question.strip():
            raise BadQuestion(reason="empty", limit=2000)
        if "break at once" in turn.question:
            raise ZeroDivisionError("secret detail")
        yield TurnStarted(turn.id, turn.conversation_id)
        if "wait for ever" in turn.question:
            yield TextDelta("One moment")
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled.append(turn.id)
        if "break half way" in turn.question:
            yield TextDelta("So far")
            raise ZeroDivisionError("secret detail")
        if "lose the store" in turn.question:
            raise StoreError(reason="busy")
        script = next((script for key, script in SCRIPTS.items() if key in turn.question), HELLO)
        async for event in self._play(script, turn):
            yield event

    async def _play(self, script: Script, turn: Turn) -> AsyncGenerator[Event]:
        for number, (name, label, arguments) in enumerate(script.tools):
            call_id = f"{turn.id}-call{number}"
            yield ToolStarted(call_id, name, arguments, label)
            await asyncio.sleep(1.5 if "slowly" in turn.question else self.pause_s)
            yield ToolFinished(call_id, name, len(script.facts))
        for block in script.blocks:
            yield TextDelta(text_of(block))
            await asyncio.sleep(self.pause_s)
            yield BlockReady(block)
        answer = Answer(
            answer="".join(text_of(block) for block in script.blocks),
            language=script.language,
            engine=turn.engine or "builtin",
            facts=script.facts,
            citations=script.citations,
            tools=[ToolUse(name=name, arguments=arguments) for name, _, arguments in script.tools],
            blocks=script.blocks,
            suggestions=script.suggestions,
            conversation=turn.conversation_id,
            turn=turn.id,
            elapsed_ms=42,
        )
        self.history.keep(turn, answer)
        yield TurnFinished(answer)
