"""Settings of language models: what is missing or unreadable is refused by name, and a key stays secret."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import OURS, read_settings

ENDPOINT = {"RAPPORT_LLM_BASE_URL": "http://127.0.0.1:11434/v1", "RAPPORT_LLM_MODEL": "qwen3"}
KEY = "sk-0123456789"


def test_a_configured_model_makes_hybrid_the_engine(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.touch()
    assert read_settings({}).engine == "builtin"
    assert read_settings(ENDPOINT).engine == "hybrid"
    assert read_settings({"RAPPORT_GGUF": str(file)}).engine == "hybrid"
    assert read_settings(ENDPOINT | {"RAPPORT_ENGINE": "builtin"}).engine == "builtin"
    assert read_settings(ENDPOINT, engine="agent").engine == "agent"


@pytest.mark.parametrize(
    "environment, name",
    [
        ({"RAPPORT_ENGINE": "hybrid"}, "RAPPORT_ENGINE"),
        ({"RAPPORT_ENGINE": "agent"}, "RAPPORT_ENGINE"),
        (ENDPOINT | {"RAPPORT_ENGINE": "local"}, "RAPPORT_ENGINE"),
        ({"RAPPORT_LLM_BASE_URL": "http://127.0.0.1/v1"}, "RAPPORT_LLM_MODEL"),
        (ENDPOINT | {"RAPPORT_LLM_BASE_URL": "127.0.0.1:11434"}, "RAPPORT_LLM_BASE_URL"),
        (ENDPOINT | {"RAPPORT_LLM_BASE_URL": "file:///etc/passwd"}, "RAPPORT_LLM_BASE_URL"),
        (ENDPOINT | {"RAPPORT_LLM_BASE_URL": f"https://me:{KEY}@host/v1"}, "RAPPORT_LLM_BASE_URL"),
        (ENDPOINT | {"RAPPORT_LLM_MASKING": "yes"}, "RAPPORT_LLM_MASKING"),
        (ENDPOINT | {"RAPPORT_LLM_EXTRA": "temperature=0"}, "RAPPORT_LLM_EXTRA"),
        (ENDPOINT | {"RAPPORT_LLM_EXTRA": "[1]"}, "RAPPORT_LLM_EXTRA"),
        (ENDPOINT | {"RAPPORT_LLM_FIRST_TOKEN_S": "0"}, "RAPPORT_LLM_FIRST_TOKEN_S"),
        (ENDPOINT | {"RAPPORT_LLM_TURN_S": "nan"}, "RAPPORT_LLM_TURN_S"),
        (ENDPOINT | {"RAPPORT_LLM_CALLS": "0"}, "RAPPORT_LLM_CALLS"),
        (ENDPOINT | {"RAPPORT_LLM_CALLS": "many"}, "RAPPORT_LLM_CALLS"),
        ({"RAPPORT_GGUF": "/nowhere/model.gguf"}, "RAPPORT_GGUF"),
    ],
)
def test_what_does_not_hold_is_refused_by_name(environment: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(environment)
    assert refused.value.values["name"] == name
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("field", sorted(OURS))
def test_what_a_request_is_made_of_is_not_for_others_to_set(field: str) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_LLM_EXTRA"):
        read_settings(ENDPOINT | {"RAPPORT_LLM_EXTRA": f'{{"{field}": []}}'})


def test_everything_that_can_be_set_is_read() -> None:
    settings = read_settings(
        ENDPOINT
        | {
            "RAPPORT_LLM_API_KEY": KEY,
            "RAPPORT_LLM_MASKING": "off",
            "RAPPORT_LLM_EXTRA": '{"temperature": 0, "max_tokens": null}',
            "RAPPORT_LLM_FIRST_TOKEN_S": "2.5",
            "RAPPORT_LLM_TURN_S": "20",
            "RAPPORT_LLM_CALLS": "3",
        }
    )
    assert (settings.llm_api_key, settings.llm_masking) == (KEY, False)
    assert settings.llm_extra == {"temperature": 0, "max_tokens": None}
    assert (settings.llm_first_token_s, settings.llm_turn_s, settings.llm_calls) == (2.5, 20, 3)
    assert KEY not in repr(settings)
