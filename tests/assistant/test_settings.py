"""Settings: what is unknown or unreadable is refused, and a secret stays one."""

from datetime import date
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import read_settings

SECRET = "correct horse battery staple, 32+ bytes"


def test_without_any_setting_it_runs_at_home() -> None:
    settings = read_settings({"PATH": "/bin", "OTHER_RAPPORT_X": "1"})
    assert settings.home == Path(".rapport")
    assert settings.store_url == "sqlite:///.rapport/crm.sqlite"
    assert settings.engine == "builtin"
    assert settings.as_of is None


def test_the_environment_is_read_and_options_win() -> None:
    environment = {"RAPPORT_HOME": "/a", "RAPPORT_DATABASE_URL": "postgresql://bank", "RAPPORT_AS_OF": "2026-02-28"}
    settings = read_settings(environment, home="/b", engine=None)
    assert settings.home == Path("/b")
    assert settings.store_url == "postgresql://bank"
    assert settings.as_of == date(2026, 2, 28)


@pytest.mark.parametrize("name", ["RAPPORT_COLOUR", "RAPPORT_", "RAPPORT_STORE_URL", "RAPPORT___INIT__"])
def test_a_setting_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="no such setting"):
        read_settings({name: "1"})


@pytest.mark.parametrize("value", ["", "today", "2026-02-30", "02/03/2026", "2026-1-1"])
def test_a_day_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_AS_OF"):
        read_settings({"RAPPORT_AS_OF": value})


@pytest.mark.parametrize("engine", ["", "BUILTIN", "magic"])
def test_an_engine_that_does_not_exist_is_refused(engine: str) -> None:
    with pytest.raises(SettingsError, match="RAPPORT_ENGINE"):
        read_settings({"RAPPORT_ENGINE": engine})


def test_the_secret_is_never_shown() -> None:
    settings = read_settings({"RAPPORT_AUTH_SECRET": SECRET})
    assert settings.auth_secret == SECRET
    assert SECRET not in repr(settings)
    with pytest.raises(SettingsError) as error:
        read_settings({"RAPPORT_AUTH_SECRET": SECRET, "RAPPORT_AS_OF": "x"})
    assert SECRET not in str(error.value)
