"""The hybrid engine: the builtin answer, opened by sentences of a model that hold; nothing is lost by the model."""

import pytest

from tests.assistant.engines.conftest import Talk
from tests.assistant.engines.scripted_model import Step

pytestmark = pytest.mark.asyncio(loop_scope="module")
FELL = "How did James Carter's deposits change since August?"


async def test_a_lead_that_holds_opens_the_builtin_answer_with_one_call(talk: Talk) -> None:
    builtin = await talk.ask("tom.baker", FELL, "builtin")
    change = next(fact for fact in builtin.facts if fact.measure == "deposit_change")
    print(builtin.answer)
    answer = await talk.ask("tom.baker", FELL, "hybrid", Step(f"They fell by {change.text}."))
    print(answer.answer)
    assert answer.model_calls == 1
