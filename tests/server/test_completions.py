"""The OpenAI-compatible surface, through OpenAI's own client."""

from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from tests.server.running import Served


def client(served: Served, employee_id: str = "E102") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key=served.tokens.mint(employee_id), max_retries=0)


def user(text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text}


def assistant(text: str) -> ChatCompletionMessageParam:
    return {"role": "assistant", "content": text}


def test_models_are_listed(demo: Served) -> None:
    assert [model.id for model in client(demo).models.list()] == ["rapport", "rapport-builtin"]


def test_a_whole_completion(demo: Served) -> None:
    completion = client(demo).chat.completions.create(model="rapport-builtin", messages=[user("deposits of Ana")])
    assert "EUR 1,284,500.00" in (completion.choices[0].message.content or "")
    assert completion.choices[0].finish_reason == "stop"
    assert completion.model_extra is not None
    assert completion.model_extra["rapport"]["facts"][0]["id"] == "f1"
    assert demo.assistant.turns[0].engine == "builtin"
    assert demo.assistant.turns[0].employee_id == "E102"


def test_a_streamed_completion_is_the_same_text(demo: Served) -> None:
    whole = client(demo).chat.completions.create(model="rapport", messages=[user("到期")])
    chunks = list(
        client(demo).chat.completions.create(
            model="rapport", messages=[user("到期")], stream=True, stream_options={"include_usage": True}
        )
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == (
        whole.choices[0].message.content
    )
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


def test_the_next_turn_of_a_stateless_client_is_in_the_same_conversation(demo: Served) -> None:
    chat = client(demo).chat.completions
    opening = [user("deposits of Ana")]
    chat.create(model="rapport", messages=opening)
    chat.create(model="rapport", messages=[*opening, assistant("..."), user("and her loans?")])
    first, second = demo.assistant.turns
    assert second.question == "and her loans?"
    assert first.conversation_id == second.conversation_id
    assert (first.is_first, second.is_first) == (True, False)
    assert first.id != second.id


def test_another_opening_or_another_asker_is_another_conversation(demo: Served) -> None:
    for employee_id, opening in (("E102", "deposits"), ("E102", "loans"), ("E202", "deposits")):
        client(demo, employee_id).chat.completions.create(model="rapport", messages=[user(opening)])
    assert len({turn.conversation_id for turn in demo.assistant.turns}) == 3


def test_a_client_that_knows_its_conversation_can_name_it(demo: Served) -> None:
    for opening in ("deposits", "loans"):
        client(demo).chat.completions.create(
            model="rapport", messages=[user(opening)], metadata={"conversation_id": "c-17"}, user="head office"
        )
    assert {turn.conversation_id for turn in demo.assistant.turns} == {"c-17"}
    assert {turn.employee_id for turn in demo.assistant.turns} == {"E102"}


def test_text_parts_are_joined_and_pictures_refused(demo: Served) -> None:
    parts: Any = [{"type": "text", "text": "deposits"}, {"type": "text", "text": "of Ana"}]
    client(demo).chat.completions.create(model="rapport", messages=[{"role": "user", "content": parts}])
    assert demo.assistant.turns[0].question == "deposits\nof Ana"
    picture: Any = [{"type": "image_url", "image_url": {"url": "x"}}]
    with pytest.raises(openai.UnprocessableEntityError):
        client(demo).chat.completions.create(model="rapport", messages=[{"role": "user", "content": picture}])


def test_errors_are_openais(demo: Served) -> None:
    chat = client(demo).chat.completions
    with pytest.raises(openai.NotFoundError) as unknown:
        chat.create(model="gpt-4", messages=[user("deposits")])
    assert unknown.value.code == "not_found"
    assert unknown.value.type == "not_found_error"
    with pytest.raises(openai.UnprocessableEntityError):
        chat.create(model="rapport", messages=[])
    with pytest.raises(openai.UnprocessableEntityError):
        chat.create(model="rapport", messages=[user("deposits"), assistant("...")])
    with pytest.raises(openai.UnprocessableEntityError):
        chat.create(model="rapport", messages=[user("deposits")], n=2)
    with pytest.raises(openai.PermissionDeniedError):
        client(demo, "E999").chat.completions.create(model="rapport", messages=[user("deposits")])
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=f"{demo.url}/v1", api_key="wrong", max_retries=0).models.list()
    with pytest.raises(openai.InternalServerError) as broken:
        chat.create(model="rapport", messages=[user("break at once")])
    assert "secret detail" not in str(broken.value)


def test_a_stream_that_breaks_says_so(demo: Served) -> None:
    with pytest.raises(openai.APIError) as broken:
        list(client(demo).chat.completions.create(model="rapport", messages=[user("break half way")], stream=True))
    assert "secret detail" not in str(broken.value)
