"""The hybrid engine: the builtin answer, opened by sentences of a model that hold. The model can take nothing away."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from assistant.answer import Answer, Block, Heading, Paragraph, Span, Table, spans_of
from assistant.doctor import examine
from assistant.engines.hybrid import opened_by
from assistant.engines.page import PageEvent
from assistant.events import BlockReady, TextDelta
from assistant.journal import Kind
from assistant.wiring import open_assistant
from prompts import LANGUAGES, word
from tests.assistant.engines.conftest import Talk
from tests.assistant.engines.scripted_model import Step
from tests.evals.case import ask

pytestmark = pytest.mark.asyncio(loop_scope="module")

FELL = "How did James Carter's deposits change since August?"
ASKED = {
    "en": ("tom.baker", FELL),
    "zh": ("jiang.lan", "张丽最近半年存款有什么变化"),
    "es": ("ana.garcia", "¿Cómo cambiaron los depósitos de María García López desde agosto?"),
}
SAID = {
    "en": "{name}'s deposits stand at {end}.",
    "zh": "{name}的存款现为{end}。",
    "es": "Los depósitos de {name} son ahora {end}.",
}


async def builtin(talk: Talk, language: str = "en") -> tuple[Answer, str]:
    """The answer without a model, and a sentence that it bears out."""
    answer = await talk.ask(*ASKED[language], "builtin")
    facts = {fact.measure: fact.text for fact in answer.facts}
    return answer, SAID[language].format(name=facts["name"], end=_end(answer))


def _end(answer: Answer) -> str:
    balances = [fact for fact in answer.facts if "&on=" in fact.source]
    return max(balances, key=lambda fact: fact.as_of).text


def note(reason: str, language: str = "en") -> str:
    return word("model_failure", reason, language)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_call_opens_the_builtin_answer_with_a_sentence(talk: Talk, language: str) -> None:
    without, sentence = await builtin(talk, language)
    answer = await talk.ask(*ASKED[language], "hybrid", Step(sentence))
    assert answer.answer.startswith(sentence)
    assert (answer.model_calls, answer.engine, answer.language) == (1, "hybrid", language)
    assert answer.blocks[1:] == without.blocks
    assert (answer.facts, answer.tools, answer.customers) == (without.facts, without.tools, without.customers)


async def test_the_figures_of_a_sentence_lead_to_their_facts(talk: Talk) -> None:
    without, sentence = await builtin(talk)
    answer = await talk.ask(*ASKED["en"], "hybrid", Step(sentence))
    spans = {span.text: span.fact for span in spans_of(answer.blocks[0]) if span.fact}
    facts = {fact.id: fact for fact in answer.facts}
    assert facts[str(spans[_end(without)])].text == _end(without)


async def test_a_figure_without_a_source_is_not_sent_and_the_model_is_told_which_one(talk: Talk) -> None:
    without, sentence = await builtin(talk)
    wrong = sentence.replace(_end(without), "CN¥379,046.19")
    steps = (Step(f"{sentence} {wrong} The rest."), Step("They were CN¥664,533.29.", expects=["CN¥379,046.19"]))
    answer = await talk.ask(*ASKED["en"], "hybrid", *steps)
    assert "379,046.19" not in answer.answer
    assert answer.answer.startswith(f"{sentence} They were CN¥664,533.29.")
    assert answer.model_calls == 2


async def test_what_fails_twice_is_left_to_the_template(talk: Talk) -> None:
    without, sentence = await builtin(talk)
    steps = (Step("They stand at CN¥1."), Step(f"They stand at CN¥2. {sentence}"))
    answer = await talk.ask(*ASKED["en"], "hybrid", *steps)
    assert answer.blocks[1:] == without.blocks
    assert answer.answer.startswith(sentence)


@pytest.mark.parametrize("invented", ["Zebulon Quackenbush owes nothing.", "Javier Ortega Ruiz fell to CN¥379,046.18."])
async def test_a_customer_whom_no_tool_has_read_is_not_named(talk: Talk, invented: str) -> None:
    without, _ = await builtin(talk)
    answer = await talk.ask(*ASKED["en"], "hybrid", Step(invented), Step(invented))
    assert answer.blocks == without.blocks


async def test_a_sentence_that_rests_on_nothing_is_left_unsaid(talk: Talk) -> None:
    _, sentence = await builtin(talk)
    fluff = "Here is what I found. James Carter is worth a call."
    answer = await talk.ask(*ASKED["en"], "hybrid", Step(f"{fluff} {sentence} I hope this helps."))
    assert answer.answer.startswith(f"{sentence}\n")
    nothing = await talk.ask(*ASKED["en"], "hybrid", Step(fluff))
    assert nothing.blocks == (await builtin(talk))[0].blocks


async def test_a_sentence_that_only_copies_the_answer_is_left_unsaid(talk: Talk) -> None:
    question = "How fast must I answer a complaint?"
    without = await talk.ask("tom.baker", question, "builtin")
    clause = without.citations[0].quote.split(". ")[0].replace(",", "")
    answer = await talk.ask("tom.baker", question, "hybrid", Step(f"{clause}."))
    assert answer.blocks == without.blocks


FAILURES = {
    "busy": (Step(status=429),),
    "broken by the server": (Step(status=500),),
    "refused": (Step(status=401),),
    "broken": (Step("James Carter's deposits", breaks_after=2),),
    "broken without an end": (Step(raw='{"choices": [{"index": 0, "delta": {"content": "James"}}]}'),),
    "nonsense no json": (Step(raw='{"choices": [{"ind'),),
    "nonsense of another shape": (Step(raw='{"choices": "James Carter"}'),),
    "nonsense as a call": (Step('{"name": "holdings", "arguments": {"customer": "James Carter"}}'),),
    "nonsense as markup": (Step("<tool_call>holdings</tool_call>"),),
    "nonsense in another script": (Step("詹姆斯的存款减少了。"),),
    "empty": (Step(""),),
    "empty but for thoughts": (Step("<think>They fell by CN¥1.</think>"),),
    "empty because cut off": (Step("James Carter's deposits fell to CN¥379,", finish="length"),),
    "broken by an error in the stream": (Step(raw='{"error": {"message": "out of memory"}}'),),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_model_that_fails_leaves_the_builtin_answer_and_one_line(talk: Talk, failure: str) -> None:
    without, _ = await builtin(talk)
    answer = await talk.ask(*ASKED["en"], "hybrid", *FAILURES[failure])
    (line,) = [block for block in answer.blocks if block not in without.blocks]
    assert note(failure.split(" ")[0]) in answer.answer
    assert isinstance(line, Paragraph)
    assert [block for block in answer.blocks if block is not line] == without.blocks
    assert answer.facts == without.facts
    assert answer.model_calls == 1


@pytest.mark.parametrize("breaks_after", [None, 2], ids=["at once", "in the middle"])
async def test_a_model_that_falls_silent_leaves_the_builtin_answer(impatient: Talk, breaks_after: int | None) -> None:
    silent = Step("James Carter", breaks_after=breaks_after, silent=True)
    answer = await impatient.ask(*ASKED["en"], "hybrid", silent)
    without = await impatient.ask(*ASKED["en"], "builtin")
    assert answer.blocks[:-1] == without.blocks
    assert note("slow") in answer.answer


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_line_is_in_the_asker_s_language(talk: Talk, language: str) -> None:
    answer = await talk.ask(*ASKED[language], "hybrid", Step(status=503))
    assert note("broken", language) in answer.answer


@pytest.mark.parametrize("engine", ["hybrid", "agent"])
async def test_an_endpoint_that_is_not_there_leaves_the_builtin_answer(talk: Talk, engine: str) -> None:
    without, _ = await builtin(talk)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        settings = replace(talk.settings, llm_base_url=closed)
        async with open_assistant(settings) as assistant:
            answer = await ask(assistant, *ASKED["en"], f"closed {engine} {talk.id}", engine=engine)
    assert answer.blocks[:-1] == without.blocks
    assert note("unreachable") in answer.answer


async def test_what_was_sent_before_a_break_stays_and_is_true(talk: Talk) -> None:
    without, sentence = await builtin(talk)
    pieces = len(sentence) // 7 + 4
    answer = await talk.ask(*ASKED["en"], "hybrid", Step(f"{sentence} They are still falling", breaks_after=pieces))
    assert answer.answer.startswith(f"{sentence}\n\n")
    assert note("broken") in answer.answer
    assert [block for block in answer.blocks if block in without.blocks] == without.blocks


@pytest.mark.parametrize(
    "employee, question, refused",
    [
        ("tom.baker", "What is the weather like in Paris?", "out_of_scope"),
        ("jiang.lan", "王伟有多少存款？", "ambiguous_customer"),
        ("tom.baker", "What does Javier Ortega Ruiz hold?", "unknown_customer"),
        ("tom.baker", "hello", None),
        ("tom.baker", "remind me to call James Carter on Monday", None),
        ("tom.baker", "When did we last speak to James Carter?", None),
    ],
)
async def test_refusals_questions_back_proposals_and_short_answers_need_no_model(
    talk: Talk, employee: str, question: str, refused: str | None
) -> None:
    without = await talk.ask(employee, question, "builtin")
    answer = await talk.ask(employee, question, "hybrid")
    assert (answer.refused, answer.model_calls) == (refused, 0)
    assert len(answer.blocks) == len(without.blocks)


async def test_a_typed_yes_is_taken_by_code_alone(talk: Talk) -> None:
    await talk.ask("tom.baker", "remind me to call James Carter on Monday", "hybrid", conversation="yes")
    answer = await talk.ask("tom.baker", "yes", "hybrid", conversation="yes")
    assert (answer.engine, answer.model_calls) == ("decisions", 0)


async def test_the_journal_keeps_what_left_as_it_left_and_what_came(talk: Talk) -> None:
    _, sentence = await builtin(talk)
    await talk.ask(*ASKED["en"], "hybrid", Step(sentence))
    kinds = [entry.kind for entry in await talk.records()]
    assert kinds == [Kind.QUESTION, Kind.READING, Kind.MODEL, Kind.TOOL, Kind.ANSWER]
    (call,) = [entry.body for entry in await talk.records() if entry.kind is Kind.MODEL]
    assert call["messages"] == talk.model.bodies[0]["messages"]
    assert (call["prompt_tokens"], call["completion_tokens"], call["failed"]) == (100, 10, None)
    assert call["first_token_ms"] <= call["elapsed_ms"]
    assert "James Carter" not in str(call["messages"])


async def test_a_failed_call_is_in_the_journal_with_its_reason_and_no_key(talk: Talk) -> None:
    await talk.ask(*ASKED["en"], "hybrid", Step(status=401))
    (call,) = [entry.body for entry in await talk.records() if entry.kind is Kind.MODEL]
    assert call["failed"] == "refused: status 401"
    assert b"key-of-the-model" in talk.model.received[0]
    assert "key-of-the-model" not in str([entry.body for entry in await talk.records()])


TITLE: Block = Heading(line=[Span(text="Title")])
TABLE: Block = Table(columns=["a"], rows=[])
LEAD: Block = Paragraph(line=[Span(text="Lead.")])


async def _lead(pause_s: float) -> AsyncGenerator[PageEvent]:
    await asyncio.sleep(pause_s)
    yield TextDelta("Lead.")
    yield BlockReady(LEAD)


@pytest.mark.parametrize(
    "pause_s, blocks, shown",
    [
        (0, [TITLE, TABLE], [TITLE, LEAD, TABLE]),
        (0, [TABLE], [LEAD, TABLE]),
        (0.1, [TITLE, TABLE], [TITLE, TABLE, LEAD]),
    ],
)
async def test_figures_wait_for_a_lead_only_so_long(pause_s: float, blocks: list[Block], shown: list[Block]) -> None:
    events = [event async for event in opened_by(_lead(pause_s), blocks, 0.03)]
    assert [event.block for event in events if isinstance(event, BlockReady)] == shown


async def test_who_leaves_while_the_model_is_silent_ends_its_work() -> None:
    ended = asyncio.Event()

    async def silent() -> AsyncGenerator[PageEvent]:
        try:
            await asyncio.Event().wait()
            yield TextDelta("")
        finally:
            ended.set()

    events = opened_by(silent(), [TABLE], 0.01)
    assert isinstance(await anext(events), BlockReady)
    await events.aclose()
    assert ended.is_set()


async def test_the_doctor_says_whether_the_model_answers(talk: Talk) -> None:
    talk.model.play(Step("OK"))
    sound = [finding for finding in await examine(talk.settings) if finding.what == "model"]
    talk.model.play(Step(status=401))
    refused = [finding for finding in await examine(talk.settings) if finding.what == "model"]
    assert [(finding.ok, "scripted answers" in finding.detail) for finding in sound] == [(True, True)]
    assert [(finding.ok, "401" in finding.detail) for finding in refused] == [(False, True)]
    assert "key-of-the-model" not in str(sound + refused)
