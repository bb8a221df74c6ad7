"""What one has asked and been told is there again on any device, for oneself alone and within today's scope."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.commands.thumbs import print_thumbs
from assistant.errors import UnknownConversation
from assistant.evaluation.case import read_cases
from assistant.events import ToolStarted, Turn, TurnFinished
from assistant.ratings import all_ratings
from assistant.settings import Settings
from assistant.wiring import open_assistant
from knowledge.crm.exchange import ExchangeState, Thumb, ThumbReason
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.crm.tables import Customer


@pytest.fixture
def own_store_url(demo_home: Path, tmp_path: Path) -> str:
    """The demo bank, to be changed."""
    shutil.copy(demo_home / "crm.sqlite", tmp_path / "crm.sqlite")
    return sqlite_url(tmp_path)


@pytest.fixture
async def assistant(own_store_url: str, demo_home: Path) -> AsyncIterator[Assistant]:
    async with open_assistant(Settings(home=demo_home, database_url=own_store_url)) as opened:
        yield opened


async def say(assistant: Assistant, question: str, id: str, who: str = "jiang.lan", replaces: str | None = None) -> str:
    turn = Turn(id, who, question, "c1", is_kept=True, replaces=replaces)
    *_, finished = [event async for event in assistant.answer(turn)]
    assert isinstance(finished, TurnFinished)
    return finished.answer.answer


async def test_what_was_said_is_read_again_in_order(assistant: Assistant) -> None:
    first = await say(assistant, "王建国有哪些账户？", "t1")
    second = await say(assistant, "他的生日是哪天？", "t2")
    opened = await assistant.history.opened("jiang.lan", "c1")
    assert [(one.question, one.answer and one.answer.answer) for one in opened.exchanges] == [
        ("王建国有哪些账户？", first),
        ("他的生日是哪天？", second),
    ]
    assert opened.title == "王建国有哪些账户？"
    again = await assistant.history.answered("jiang.lan", "c1", "t2")
    assert again is not None
    assert again.answer is not None
    assert again.answer.answer == second


async def test_one_finds_renames_and_deletes_ones_own_and_nobody_elses(assistant: Assistant) -> None:
    await say(assistant, "王建国有哪些账户？", "t1")
    history = assistant.history
    assert [card.id for card in await history.listed("jiang.lan", "王建国 账户")] == ["c1"]
    assert await history.listed("jiang.lan", "100%") == []
    assert await history.listed("ma.jianjun") == []
    for refused in (history.opened("ma.jianjun", "c1"), history.delete("ma.jianjun", "c1"),
                    history.rename("ma.jianjun", "c1", "mine")):  # fmt: skip
        with pytest.raises(UnknownConversation):
            await refused
    assert await history.answered("ma.jianjun", "c1", "t1") is None
    assert (await history.rename("jiang.lan", "c1", "  For  Monday ")).title == "For Monday"
    assert [card.title for card in await history.listed("jiang.lan", "monday")] == ["For Monday"]
    await history.delete("jiang.lan", "c1")
    assert await history.listed("jiang.lan") == []
    with pytest.raises(UnknownConversation):
        await history.opened("jiang.lan", "c1")


async def test_a_question_asked_in_other_words_takes_the_place_of_what_followed(assistant: Assistant) -> None:
    await say(assistant, "王建国有哪些账户？", "t1")
    await say(assistant, "张丽有哪些账户？", "t2")
    await say(assistant, "她的生日是哪天？", "t3")
    about = await say(assistant, "他的生日是哪天？", "t4", replaces="t2")
    opened = await assistant.history.opened("jiang.lan", "c1")
    assert [one.turn for one in opened.exchanges] == ["t1", "t4"]
    assert "王建国" in about, "the conversation stands where it stood before the question that was replaced"


async def test_an_answer_about_a_customer_who_went_to_somebody_else_is_withheld(
    assistant: Assistant, own_store_url: str
) -> None:
    await say(assistant, "王建国有哪些账户？", "t1")
    opened = await assistant.history.opened("jiang.lan", "c1")
    assert opened.exchanges[0].answer is not None
    store = CrmStore(own_store_url)
    async with store.writing() as session:
        for id in opened.exchanges[0].answer.customers:
            (await session.get_one(Customer, id)).manager_id = "li.mingjuan"
    await store.close()
    (kept,) = (await assistant.history.opened("jiang.lan", "c1")).exchanges
    assert (kept.answer, kept.withheld) == (None, True)
    assert await assistant.history.answered("jiang.lan", "c1", "t1") is None


async def test_a_stopped_question_is_kept_and_can_be_asked_again_under_its_id(assistant: Assistant) -> None:
    events = assistant.answer(Turn("t1", "jiang.lan", "王建国有哪些账户？", "c1", is_kept=True))
    async for event in events:
        if isinstance(event, ToolStarted):
            break
    await events.aclose()  # type: ignore[attr-defined]
    (stopped,) = (await assistant.history.opened("jiang.lan", "c1")).exchanges
    assert (stopped.state, stopped.answer) == (ExchangeState.STOPPED, None)
    await say(assistant, "王建国有哪些账户？", "t1")
    (answered,) = (await assistant.history.opened("jiang.lan", "c1")).exchanges
    assert answered.state is ExchangeState.ANSWERED


async def test_a_turn_whose_connection_broke_off_proposes_once(assistant: Assistant) -> None:
    question = "提醒我明天给王建国打电话"
    events = assistant.answer(Turn("t1", "jiang.lan", question, "c1", is_kept=True))
    async for event in events:
        if getattr(getattr(event, "block", None), "kind", "") == "proposal":
            break
    await events.aclose()  # type: ignore[attr-defined]
    before = [one.id for one in await assistant.proposals.listed("jiang.lan")]
    await say(assistant, question, "t1")
    assert [one.id for one in await assistant.proposals.listed("jiang.lan")] == before
    assert len(before) == 1


async def test_a_thumb_is_kept_with_question_answer_and_facts(assistant: Assistant, own_store_url: str) -> None:
    await say(assistant, "王建国的生日是哪天？", "t0")
    said = await say(assistant, "王建国有哪些账户？", "t1")
    rate = assistant.ratings.rate
    await rate("jiang.lan", "c1", "t1", Thumb.UP)
    await rate("jiang.lan", "c1", "t1", Thumb.DOWN, [ThumbReason.INCOMPLETE], " no rates ")
    with pytest.raises(UnknownConversation):
        await rate("ma.jianjun", "c1", "t1", Thumb.UP)
    store = CrmStore(own_store_url)
    (rating,) = await all_ratings(store)
    await store.close()
    assert (rating.thumb, rating.reasons, rating.comment) == ("down", ["incomplete"], "no rates")
    assert (rating.question, rating.answer) == ("王建国有哪些账户？", said)
    assert rating.facts
    assert rating.tools[0]["name"] == "holdings"
    assert rating.earlier == ["王建国的生日是哪天？"]
    assert (await assistant.history.opened("jiang.lan", "c1")).exchanges[1].thumb == "down"


async def test_thumbs_are_cases_to_evaluate(
    assistant: Assistant, own_store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await say(assistant, "王建国有哪些账户？", "t1")
    await say(assistant, "他的生日是哪天？", "t2")
    await assistant.ratings.rate("jiang.lan", "c1", "t1", Thumb.UP)
    await assistant.ratings.rate("jiang.lan", "c1", "t2", Thumb.DOWN, [ThumbReason.WRONG_FIGURE], "no:\n# such day")
    await asyncio.to_thread(print_thumbs, Settings(home=tmp_path, database_url=own_store_url), as_json=False)
    (tmp_path / "thumbs.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    down, up = read_cases(tmp_path / "thumbs.yaml").cases
    assert [turn.ask for turn in down.turns] == ["王建国有哪些账户？", "他的生日是哪天？"]
    assert down.turns[-1].any
    assert up.turns[0].tool == "holdings"
    assert "wrong_figure; no: # such day" in (tmp_path / "thumbs.yaml").read_text(encoding="utf-8")
