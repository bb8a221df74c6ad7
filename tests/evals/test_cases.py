"""Whole conversations with the demo bank, judged by what their answers rest on and not by how they are worded."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.assistant import Assistant
from assistant.evaluation.case import SHIPPED, read_cases
from assistant.evaluation.report import Report
from assistant.settings import Settings
from assistant.wiring import open_assistant
from prompts import LANGUAGES
from tests.evals.case import ask, judged, problems_of

FEWEST = 90
"""Questions in each language that an answer was tuned for."""
LEAST, LEAST_UNSEEN = 0.95, 0.90
"""Shares of conversations in each language that come out right: of all that ship, and of those nobody tuned for."""
FILE = read_cases(SHIPPED / "demo.yaml")
UNSEEN = [read_cases(SHIPPED / f"demo_{name}.yaml") for name in ("unseen", "fresh", "surveys")]
AS_OF = FILE.as_of
CASES = [pytest.param(number, id=f"{number:03d}-{case}") for number, case in enumerate(FILE.cases)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def assistant(demo_home: Path) -> AsyncIterator[Assistant]:
    async with open_assistant(Settings(home=demo_home, as_of=AS_OF)) as opened:
        yield opened


@pytest.fixture(scope="module")
def report(demo_home: Path) -> Report:
    return judged(demo_home, FILE, *UNSEEN)


@pytest.mark.parametrize("number", CASES)
def test_a_conversation_rests_on_the_right_facts(number: int, report: Report) -> None:
    assert problems_of(report, FILE, number) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_of_all_shipped_conversations_come_out_right(language: str, report: Report) -> None:
    assert report.share(language) >= LEAST


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_conversations_that_nobody_tuned_for_come_out_right(language: str, report: Report) -> None:
    assert report.share(language, unseen=True) >= LEAST_UNSEEN


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cases_ask_enough_in_every_language_and_of_every_ability(language: str) -> None:
    turns = [turn for case in FILE.cases if case.language == language for turn in case.turns]
    tools = {tool for turn in turns for tool in turn.wanted or ("none",)}
    assert len(turns) >= FEWEST
    assert tools >= {
        "birthdays", "briefing", "contacts", "deposit_changes", "deposit_movers", "feedback", "find_customer",
        "holdings", "loans", "maturities", "my_customers", "neglected", "portrait", "product", "product_list",
        "standard", "tasks", "top_customers", "transactions", "none", "customers_lacking", "data_quality",
        "field_history", "file_quality", "repair", "selection", "comparison", "create_task", "log_contact",
    }  # fmt: skip


@pytest.mark.parametrize(
    "own, question",
    [
        ("jiang.lan", "{name}有多少存款？"),
        ("jiang.lan", "介绍一下{name}"),
        ("tom.baker", "What does {name} hold?"),
        ("tom.baker", "Prepare me for a call with {name}"),
        ("ana.garcia", "¿Qué cuentas tiene {name}?"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_customer_out_of_scope_is_refused_like_one_who_is_not_there(
    assistant: Assistant, own: str, question: str
) -> None:
    """Otherwise the refusal would tell whom the bank has as a customer."""
    names = {"jiang.lan": ("李美华", "孔乙己"), "tom.baker": ("Javier Ortega Ruiz", "Wenceslao Prado Zubiri")}
    names["ana.garcia"] = ("James Carter", "Zebulon Quackenbush")
    answers = [
        (await ask(assistant, own, question.format(name=name), f"scope-{name}-{question}"), name) for name in names[own]
    ]
    (real, real_name), (made_up, made_up_name) = answers
    assert real.refused == made_up.refused == "unknown_customer"
    assert real.answer.replace(real_name, "X") == made_up.answer.replace(made_up_name, "X")
    assert [fact for fact in real.facts if fact.subject != "customers"] == []
    assert real.customers == made_up.customers == []


@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_question_has_the_same_figures_in_every_language(assistant: Assistant) -> None:
    questions = {
        "zh": "张丽最近半年存款有什么变化？",
        "en": "How did Zhang Li's deposits change in the last six months?",
        "es": "¿Cómo cambiaron los depósitos de Zhang Li en los últimos seis meses?",
    }
    figures = []
    for language, question in questions.items():
        answer = await ask(assistant, "jiang.lan", question, f"same-{language}")
        assert answer.language == language
        figures.append({(f.subject, f.measure, str(f.value), f.source) for f in answer.facts if f.unit == "CNY"})
    assert figures[0] == figures[1] == figures[2] != set()
