"""What all tests share: no network, no settings of the person who runs them, and an empty store at hand."""

import asyncio
import os
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from knowledge.crm.demo import make_demo_bank
from knowledge.crm.schema import migrate
from knowledge.crm.store import CrmStore, sqlite_url

ROOT = Path(__file__).parents[1]
LOOPBACK = ("127.", "::1", "localhost", "testserver")

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", ANONYMIZED_TELEMETRY="False")
for name in [name for name in os.environ if name.startswith("RAPPORT_")]:
    del os.environ[name]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever calls out fails, at once and by name. Loopback stays open for the servers of tests."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_near(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test calls out to {address}")
        return connect(self, address)

    def look_up_near(host: Any, *rest: Any, **named: Any) -> Any:
        if host is not None and not str(host).startswith(LOOPBACK):
            raise AssertionError(f"a test looks up {host}")
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", connect_near)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_near)


@pytest.fixture(scope="session")
def _empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    migrate(sqlite_url(folder))
    return folder / "crm.sqlite"


@pytest.fixture
def home(tmp_path: Path, _empty_store: Path) -> Path:
    """A home folder with a migrated store that holds nothing."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(_empty_store, folder / "crm.sqlite")
    return folder


@pytest.fixture
def store_url(home: Path) -> str:
    return sqlite_url(home)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[CrmStore]:
    opened = CrmStore(store_url)
    yield opened
    await opened.close()


def _demo_fingerprint() -> str:
    """Changes with whatever may change the demo bank."""
    sources = [*(ROOT / "knowledge" / "crm").rglob("*.py"), *(ROOT / "knowledge" / "crm").rglob("*.yaml")]
    sources += [path for path in (ROOT / "knowledge" / "insight").rglob("*") if path.suffix in (".py", ".sql", ".yaml")]
    sources += (ROOT / "migrations").rglob("*.py")
    return sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()[:16]


@pytest.fixture(scope="session")
def demo_store_url(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demo bank of seed 7 as of 20 November 2026, a copy of this session's own.

    It is made once and kept in pytest's cache until its source changes; workers wait for one another.
    """
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("demo-bank")
    made = kept / f"{_demo_fingerprint()}.sqlite"
    with FileLock(kept / "lock"):
        if not made.exists():
            for old in kept.glob("*.sqlite*"):
                old.unlink()
            making = kept / "making.sqlite"
            make_demo_bank(f"sqlite:///{making}", seed=7, as_of=date(2026, 11, 20))
            with sqlite3.connect(making) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            making.rename(made)
        folder = tmp_path_factory.mktemp("demo")
        shutil.copy(made, folder / "crm.sqlite")
    return sqlite_url(folder)


def _home_fingerprint() -> str:
    """Changes with whatever may change a home folder of the demo bank."""
    folders = [
        ROOT / "knowledge",
        ROOT / "migrations",
        ROOT / "prompts" / "intents",
        ROOT / "assistant" / "understanding",
    ]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


@pytest.fixture(scope="session")
def demo_home(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, demo_store_url: str) -> Path:
    """A home folder with the demo bank, its library and its classifier of questions: a copy of this session's own.

    It is furnished once and kept in pytest's cache until something that goes into it changes.
    """
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("demo-home")
    furnished = kept / _home_fingerprint()
    with FileLock(kept / "lock"):
        if not furnished.exists():
            for old in kept.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            furnishing = kept / "furnishing"
            furnishing.mkdir()
            shutil.copy(Path(demo_store_url.removeprefix("sqlite:///")), furnishing / "crm.sqlite")
            asyncio.run(_furnish(furnishing))
            furnishing.rename(furnished)
        return Path(shutil.copytree(furnished, tmp_path_factory.mktemp("demo-home") / "home"))


@pytest.fixture(scope="module")
def own_demo_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it for one file of tests, which asks a lot and leaves it behind."""
    return Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("own-home") / "home"))


async def _furnish(home: Path) -> None:
    """Adds the documents that ship and the trained classifier to a home folder with a bank."""
    from assistant.settings import Settings
    from assistant.wiring import prepare
    from knowledge.embeddings import open_embeddings
    from knowledge.library.library import Library

    settings = Settings(home=home)
    library = Library(settings.store_url, home, open_embeddings(settings.embeddings))
    await library.add([ROOT / "knowledge" / "documents"])
    await prepare(settings)
