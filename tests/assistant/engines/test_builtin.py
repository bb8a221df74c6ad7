"""What the engine without a model does where it is not sure, and what it keeps of a turn it did not understand."""

import pytest

from assistant.answer import Paragraph
from assistant.engines.builtin import Builtin
from assistant.engines.engine import Reply
from assistant.events import BlockReady
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import CustomerMention, Guess, Mentions, Reading
from assistant.wiring import TOOLS
from tests.assistant.conftest import Office

pytestmark = pytest.mark.asyncio


async def answered(office: Office, reading: Reading) -> tuple[str, Dialogue]:
    """What is said, and the dialogue afterwards."""
    said, dialogue = [], Dialogue()
    async for event in Builtin(TOOLS).answer(reading, Dialogue(), office.desk()):
        if isinstance(event, BlockReady) and isinstance(event.block, Paragraph):
            said.append("".join(span.text for span in event.block.line))
        if isinstance(event, Reply):
            dialogue = event.dialogue
    return " ".join(said), dialogue


def unsure(*guesses: tuple[str, float], mentions: Mentions | None = None) -> Reading:
    found = tuple(Guess(ability, probability) for ability, probability in guesses)
    return Reading("hm", "en", found[0].ability, found[0].probability, mentions or Mentions("hm"), found)


@pytest.mark.parametrize(
    "guesses, offered",
    [
        ([("holdings", 0.35), ("loans", 0.05)], ["holdings"]),
        ([("holdings", 0.3), ("loans", 0.2), ("tasks", 0.15)], ["holdings", "loans"]),
        ([("holdings", 0.15), ("loans", 0.05)], []),
        ([("smalltalk", 0.4), ("loans", 0.05)], []),
    ],
)
async def test_what_is_likely_is_offered(office: Office, guesses: list[tuple[str, float]], offered: list[str]) -> None:
    said, dialogue = await answered(office, unsure(*guesses))
    assert (dialogue.pending.abilities if dialogue.pending else []) == offered
    assert ("Answer with “yes”" in said) == (len(offered) == 1)


async def test_a_turn_that_was_not_understood_is_still_about_its_customer(office: Office) -> None:
    named = Mentions("{customer}, hm", customers=(CustomerMention(0, 5, "Zhang", ("C000002",)),))
    _, dialogue = await answered(office, unsure(("holdings", 0.1), mentions=named))
    assert dialogue.customer == "C000002"
    several = Mentions("{customer}, hm", customers=(CustomerMention(0, 5, "Zhang", ("C000002", "C000003")),))
    _, dialogue = await answered(office, unsure(("holdings", 0.1), mentions=several))
    assert dialogue.customer is None, "nobody is guessed"
