"""What comes back on the wire: calls put together from pieces, thoughts kept silent."""

import pytest

from assistant.engines.wire import Aloud, CallPart, Function, WantedCalls


@pytest.mark.parametrize(
    "text, aloud",
    [
        ("Plain.", "Plain."),
        ("<think>hidden</think>Said.", "Said."),
        ("Before <think>a < b </ think> x</think> after", "Before  after"),
        ("<think>never ends", ""),
        ("a < b and <thin air", "a < b and <thin air"),
        ("<think>one</think>1<think>two</think>2", "12"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_thoughts_are_not_said_however_the_text_comes(text: str, aloud: str, size: int) -> None:
    said = Aloud()
    pieces = [said.feed(text[at : at + size]) for at in range(0, len(text), size)]
    assert "".join([*pieces, said.rest()]) == aloud


def test_calls_are_put_together_by_their_index() -> None:
    calls = WantedCalls()
    calls.add([CallPart(index=1, id="b", function=Function(name="loans", arguments="{"))])
    calls.add([CallPart(index=0, function=Function(name="holdings"))])
    calls.add([CallPart(index=1, function=Function(arguments='"a": 1}')), CallPart(index=0)])
    first, second = calls.all()
    assert (first.id, first.name, first.arguments) == ("call_0", "holdings", "")
    assert (second.id, second.name, second.arguments) == ("b", "loans", '{"a": 1}')
