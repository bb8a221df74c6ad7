"""Settings of language models: what is missing or unreadable is refused by name, and a key stays secret."""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import ENGINES, OURS, Settings, read_settings

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


def test_every_setting_is_in_the_documentation() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    names = [name for name in Settings.__dataclass_fields__ if name.startswith("llm_") or name == "gguf"]
    assert [name for name in names if f"`RAPPORT_{name.upper()}`" not in documented] == []
    assert [engine for engine in ENGINES if f"| `{engine}` |" not in documented] == []


def test_an_answer_without_a_model_imports_no_library_of_models(demo_home: Path) -> None:
    """Whoever has none should not wait for it."""
    heavy = ("langchain", "langchain_core", "langgraph", "openai", "xllamacpp")
    code = (
        "import sys\nfrom assistant.cli import main\ntry:\n"
        f"    main(['ask', 'What does James Carter hold?', '--as', 'tom.baker', '--home', {str(demo_home)!r}])\n"
        f"except SystemExit:\n    sys.exit(','.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
