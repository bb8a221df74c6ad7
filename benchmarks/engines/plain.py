"""What one writes first: `create_agent` with all tools, a prompt, and nothing around it."""

import time
from collections.abc import Sequence

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.tools import BaseTool, StructuredTool
from langchain_openai import ChatOpenAI

from assistant.access import scope_of
from assistant.answer import Answer, ToolUse
from assistant.engines.arguments import Arguments
from assistant.engines.endpoint import Address
from assistant.engines.material import material_of
from assistant.engines.plan import Plan, plan_for
from assistant.engines.running import run, use_of
from assistant.engines.schemas import schema_of
from assistant.evaluation.truth import Truth
from assistant.events import BlockReady
from assistant.feedback.casework import Casework
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.tools.desk import Desk
from assistant.tools.tool import Tool
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Mentions, Reading
from benchmarks.engines.questions import Question, Turn, judge
from knowledge.clock import Clock
from knowledge.crm.store import CrmStore
from knowledge.errors import RapportError
from knowledge.library.library import Library
from prompts import instruction

MOST_STEPS = 12
MOST_RESULT = 4_000


class PlainAgent:
    """Asks the model with every tool. What a tool raises is told to the model; what it says is taken as it is."""

    def __init__(
        self, tools: Sequence[Tool], address: Address, store: CrmStore, library: Library, clock: Clock,
        casework: Casework,
    ) -> None:  # fmt: skip
        self._tools = tools
        self._store = store
        self._library = library
        self._clock = clock
        self._casework = casework
        self._model = ChatOpenAI(
            model="local", base_url=address.base_url, api_key=lambda: address.api_key, temperature=0, stream_usage=True,
            timeout=1_800, stream_chunk_timeout=1_800, max_retries=0,
        )  # fmt: skip

    async def turn(self, question: Question, known: KnownNames, truth: Truth) -> Turn:
        """One question, judged."""
        turn, today = Turn(question), self._clock.today()
        scope = await scope_of(self._store, question.employee, Clock().today())
        async with self._store.reading(scope) as reader:
            ledger = Ledger(question.language, today)
            desk = Desk(reader, scope, ledger, self._library, today, casework=self._casework)
            uses: list[ToolUse] = []
            text = await self._text(turn, desk, uses)
            answer = Answer(
                answer=text, language=question.language, engine="plain", facts=desk.ledger.facts, tools=uses,
                customers=desk.ledger.customers, citations=desk.ledger.citations, products=desk.ledger.products,
            )  # fmt: skip
            judge(turn, answer, [text], desk.ledger, known, truth)
        if not text.strip():
            turn.wrong.append("no answer")
        return turn

    async def _text(self, turn: Turn, desk: Desk, uses: list[ToolUse]) -> str:
        question, began = turn.question, time.perf_counter()
        rules = f"{instruction('agent', question.language)}\n\n{desk.today}"
        tools = [_as_langchain(tool, question, desk, uses) for tool in self._tools]
        agent = create_agent(self._model, tools, system_prompt=rules)
        asked = {"messages": [HumanMessage(question.ask)]}
        text = ""
        try:
            steps = agent.astream(asked, {"recursion_limit": MOST_STEPS}, stream_mode=["messages", "updates"])  # type: ignore[call-overload]
            async for mode, data in steps:
                if mode == "messages" and isinstance(data[0], AIMessageChunk) and data[0].text and not turn.first_s:
                    turn.first_s = time.perf_counter() - began
                if mode == "updates":
                    text = _count(turn, data, text)
        except Exception as error:  # noqa: BLE001 (whatever it is, the asker has no answer)
            turn.wrong.append(type(error).__name__)
        turn.end_s = time.perf_counter() - began
        turn.first_s = turn.first_s or turn.end_s
        return text


def _count(turn: Turn, data: dict[str, dict[str, list[object]]], text: str) -> str:
    """Adds up what a step of the model took; gives the text so far."""
    for message in data.get("model", {}).get("messages", []):
        if isinstance(message, AIMessage):
            turn.model_calls += 1
            usage = message.usage_metadata
            if usage:
                turn.prompt_tokens += usage["input_tokens"]
                turn.completion_tokens += usage["output_tokens"]
            text = message.text
    return text


def _as_langchain(tool: Tool, question: Question, desk: Desk, uses: list[ToolUse]) -> BaseTool:
    async def call(**given: object) -> str:
        try:
            arguments = Arguments(tool, given)
            mentions = await arguments.mentions(desk, Mentions(question.ask))
            read = Reading(arguments.topic or question.ask, question.language, tool.name, 1.0, mentions)
            plan = plan_for(tool, read, Dialogue())
            if not isinstance(plan, Plan):
                return type(plan).__name__
            texts = []
            for each in plan.calls:
                blocks = [event.block async for event in run(each, desk) if isinstance(event, BlockReady)]
                uses.append(use_of(each))
                texts.append(material_of(blocks, MOST_RESULT))
            return "\n".join(texts)
        except RapportError as error:
            return str(error)

    function = schema_of(tool)["function"]
    assert isinstance(function, dict)
    return StructuredTool(
        name=tool.name, description=function["description"], args_schema=function["parameters"], coroutine=call
    )
