"""The line to an endpoint: what a request says, how long it may take, and what becomes of what is said."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from assistant.engines.endpoint import Address, Ended, Endpoint, Heard, Limits, Line
from assistant.engines.wire import WantedCall
from assistant.errors import ModelFailed
from assistant.grounding.masking import Mask
from assistant.model_call import ModelFailure
from tests.assistant.conftest import Office
from tests.assistant.engines.scripted_model import ScriptedModel, Step, scripted_model

ASKED = [{"role": "user", "content": "Who is Ana García, ana@mail.example?"}]


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    async with scripted_model() as opened:
        yield opened
        opened.check()


def line_of(
    model: ScriptedModel, office: Office, extra: Mapping[str, object] | None = None, limits: Limits | None = None
) -> Line:
    async def address() -> Address:
        return Address(model.url, "the-key")

    endpoint = Endpoint("scripted", address, extra or {}, limits or Limits(10, 20, 3))
    return endpoint.line(Mask(), office.desk())


async def heard(line: Line) -> list[Heard]:
    return [piece async for piece in line.ask(ASKED)]


async def test_text_comes_in_pieces_and_unmasked(model: ScriptedModel, office: Office) -> None:
    model.play(Step("Write to [EMAIL_1] now.", forbids=["ana@mail.example"], expects=["[EMAIL_1]"]))
    pieces = await heard(line_of(model, office))
    assert "".join(piece for piece in pieces if isinstance(piece, str)) == "Write to ana@mail.example now."
    assert len(pieces) > 3
    assert pieces[-1] == Ended(cut=False)


async def test_arguments_of_calls_are_unmasked_whole(model: ScriptedModel, office: Office) -> None:
    model.play(Step(calls=[("holdings", {"customer": "[EMAIL_1]", "more": ["[EMAIL_1]", 1]})]))
    (call,) = [piece for piece in await heard(line_of(model, office)) if isinstance(piece, WantedCall)]
    assert call.arguments == '{"customer": "ana@mail.example", "more": ["ana@mail.example", 1]}'


async def test_a_request_says_what_the_settings_say(model: ScriptedModel, office: Office) -> None:
    model.play(Step("Yes."))
    extra = {"temperature": 0, "max_tokens": None, "max_completion_tokens": 5}
    await heard(line_of(model, office, extra))
    (body,) = model.bodies
    assert (body["model"], body["stream"], body["temperature"], body["max_completion_tokens"]) == (
        "scripted",
        True,
        0,
        5,
    )
    assert "max_tokens" not in body
    assert b"authorization: bearer the-key" in model.received[0].lower()


async def test_a_turn_may_ask_only_so_often(model: ScriptedModel, office: Office) -> None:
    model.play(Step("One."), Step("Two."))
    line = line_of(model, office, limits=Limits(10, 20, 2))
    await heard(line)
    await heard(line)
    with pytest.raises(ModelFailed) as failed:
        await heard(line)
    assert failed.value.values["reason"] == ModelFailure.LOOP


async def test_all_work_of_a_turn_has_one_limit(model: ScriptedModel, office: Office) -> None:
    model.play(Step(silent=True))
    with pytest.raises(ModelFailed) as failed:
        await heard(line_of(model, office, limits=Limits(60, 0.3, 2)))
    assert failed.value.values["reason"] == ModelFailure.SLOW


async def test_who_stops_listening_hangs_up(model: ScriptedModel, office: Office) -> None:
    model.play(Step("One. Two. Three.", breaks_after=3, silent=True))
    line = line_of(model, office)
    pieces = line.ask(ASKED)
    assert isinstance(await anext(pieces), str)
    await pieces.aclose()
    await asyncio.wait_for(model.hung_up.wait(), 20)


async def test_a_redirect_is_not_followed(model: ScriptedModel, office: Office) -> None:
    """Else an endpoint could send a question on to whom it likes."""
    model.play(Step(status=307))
    with pytest.raises(ModelFailed) as failed:
        await heard(line_of(model, office))
    assert failed.value.values["reason"] == ModelFailure.REFUSED
    assert len(model.received) == 1
