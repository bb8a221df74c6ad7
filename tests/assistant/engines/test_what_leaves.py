"""Every byte that an endpoint receives is free of personal data: questions, history, data, tool calls and results."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.assistant.engines.conftest import Talk
from tests.assistant.engines.scripted_model import Step

pytestmark = pytest.mark.asyncio(loop_scope="module")

TYPED = "13912345678"
"""A phone that the asker types and no customer has."""


@pytest.fixture(scope="module")
def canaries(demo_home: Path) -> list[str]:
    """Names, phones, e-mails, addresses, identity and account numbers of the customers that these turns read."""
    with sqlite3.connect(demo_home / "crm.sqlite") as store:
        ids = ("C000002", "C000004", "C000005")
        marks = ",".join("?" * len(ids))
        rows = store.execute(
            f"select name, name_latin, phone, email, address from customer where id in ({marks})", ids
        ).fetchall()
        numbers = store.execute(f"select number from account where customer_id in ({marks})", ids).fetchall()
        identifiers = store.execute(
            f"select number from customer_identifier where customer_id in ({marks})", ids
        ).fetchall()
    values = {str(value) for row in (*rows, *numbers, *identifiers) for value in row if value}
    assert len(values) > 15
    return sorted(values | {TYPED, *ids})


def assert_none(received: list[bytes], canaries: list[str]) -> None:
    """None of them, whichever way JSON writes it."""
    for raw in received:
        body = raw.partition(b"\r\n\r\n")[2].decode()
        plain = json.dumps(json.loads(body), ensure_ascii=False)
        escaped = json.dumps(json.loads(body), ensure_ascii=True)
        for canary in canaries:
            assert canary not in body
            assert canary not in plain
            assert json.dumps(canary)[1:-1] not in escaped


@pytest.mark.parametrize(
    "employee, question",
    [
        ("jiang.lan", f"张丽最近半年存款有什么变化？她的新电话是{TYPED}"),
        ("jiang.lan", "介绍一下张丽这个人"),
        ("tom.baker", "Prepare me for a call with James Carter"),
        ("tom.baker", "Show me the last transactions of James Carter"),
        ("ana.garcia", "Prepárame para una llamada con María García López"),
    ],
)
async def test_phrasing_sees_no_personal_data(talk: Talk, canaries: list[str], employee: str, question: str) -> None:
    answer = await talk.ask(employee, question, "hybrid", Step("?"))
    assert answer.model_calls == 1
    assert_none(talk.model.received, canaries)


def placeholder(talk: Talk, kind: str = "PERSON") -> str:
    """What stands for the customer in the question that the model got last."""
    asked = talk.model.bodies[-1]["messages"][1]["content"]
    return str(asked[asked.rindex(f"[{kind}_") :].partition("]")[0] + "]")


async def test_an_agent_s_loop_sees_none_and_its_placeholders_name_the_customer(
    talk: Talk, canaries: list[str]
) -> None:
    steps = (
        Step(calls=[("portrait", {"customer": "[PERSON_1]"})]),
        Step(calls=[("holdings", {"customer": "[PERSON_1]"})]),
        Step("[PERSON_1] is a gold customer."),
    )
    question = f"Who is James Carter, phone {TYPED}, and what does he hold?"
    answer = await talk.ask("tom.baker", question, "agent", *steps, conversation="masked")
    assert answer.customers == ["C000005"]
    assert answer.answer.startswith("James Carter is a gold customer.")
    assert_none(talk.model.received, canaries)


async def test_placeholders_stay_the_same_over_the_turns_of_a_conversation(talk: Talk, canaries: list[str]) -> None:
    first = (Step(calls=[("holdings", {"customer": "[PERSON_1]"})]), Step("[PERSON_1] holds it."))
    await talk.ask("tom.baker", "What does James Carter hold?", "agent", *first, conversation="stable")
    before = placeholder(talk)
    second = (Step(calls=[("loans", {"customer": before})], expects=[before]), Step(f"{before} has a loan."))
    answer = await talk.ask("tom.baker", "And what does James Carter owe?", "agent", *second, conversation="stable")
    assert answer.answer.startswith("James Carter has a loan.")
    assert_none(talk.model.received, canaries)


async def test_a_retry_sees_none(talk: Talk, canaries: list[str]) -> None:
    wrong = Step("[PERSON_1] has CN¥1.")
    question = "How did James Carter's deposits change since August?"
    await talk.ask("tom.baker", question, "hybrid", wrong, wrong)
    assert len(talk.model.received) == 2
    assert_none(talk.model.received, canaries)


async def test_no_trace_is_sent_to_a_tracing_service(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith import utils

    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
    assert utils.tracing_is_enabled() is False
    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
