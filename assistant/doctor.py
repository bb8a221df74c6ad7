"""The doctor: looks at everything an answer needs, and says what is wrong where."""

import asyncio
import re
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from sqlalchemy import func, select, text

from assistant.commands.lines import line_of
from assistant.journal import Journal
from assistant.settings import Settings
from knowledge.clock import Clock
from knowledge.crm import schema
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Account, Base, Customer, Employee, Transaction
from knowledge.embeddings import open_embeddings
from knowledge.errors import EmbeddingsError, RapportError, StoreError

LEAST_DISK = 500_000_000
"""Bytes that should be free: a store and its index grow, and SQLite needs room for its log."""
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is in order, and what was found."""

    what: str
    ok: bool
    detail: str


async def examine(settings: Settings) -> list[Finding]:
    """Looks at everything, one after the other; what cannot be looked at is a finding, not an error."""
    findings = [_python(), _packages(), _home(settings.home)]
    for what, look in _CHECKS.items():
        try:
            findings.append(await look(settings))
        except (RapportError, OSError) as error:
            findings.append(Finding(what, False, line_of(error)))
    return findings


def _python() -> Finding:
    return Finding("python", sys.version_info >= OLDEST_PYTHON, sys.version.split()[0])


def _packages() -> Finding:
    """Whether all that the installation asks for is there, extras aside."""
    try:
        needed = [re.split(r"[\s\[<>=!~;(]", line)[0] for line in requires("rapport") or [] if "extra ==" not in line]
        own = version("rapport")
    except PackageNotFoundError:
        return Finding("packages", False, "rapport itself is not installed")
    missing = [name for name in needed if not _is_installed(name)]
    detail = f"{', '.join(missing)} missing" if missing else f"rapport {own}, {len(needed)} packages it needs"
    return Finding("packages", not missing, detail)


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _home(home: Path) -> Finding:
    if not home.is_dir():
        return Finding("disk", False, f"{home} is no folder yet: run `rapport demo` or `rapport import`")
    free = shutil.disk_usage(home).free
    return Finding("disk", free >= LEAST_DISK, f"{home}: {free / 1e9:.1f} GB free")


async def _store_version(settings: Settings) -> Finding:
    await asyncio.to_thread(schema.check, settings.store_url)
    return Finding("store version", True, str(await asyncio.to_thread(schema.version, settings.store_url)))


async def _store(settings: Settings) -> Finding:
    """The pages of the file, and that there is someone to ask and somebody to ask about."""
    store = await _open(settings)
    try:
        async with store.auditing() as session:
            if store.url.get_backend_name() == "sqlite":
                state = str((await session.execute(text("PRAGMA quick_check(1)"))).scalar_one())
                if state != "ok":
                    return Finding("store", False, state)
            models: tuple[type[Base], ...] = (Customer, Account, Transaction, Employee)
            counts = {
                model.__tablename__: (await session.scalars(select(func.count()).select_from(model))).one()
                for model in models
            }
    finally:
        await store.close()
    detail = ", ".join(f"{count:,} {name}s" for name, count in counts.items())
    return Finding("store", counts["customer"] > 0 and counts["employee"] > 0, detail)


async def _embeddings(settings: Settings) -> Finding:
    engine = await asyncio.to_thread(open_embeddings, settings.embeddings)
    vectors = await asyncio.to_thread(engine.queries, ["maturity", "到期", "vencimiento"])
    if vectors.shape != (3, engine.dimensions):
        raise EmbeddingsError(engine=engine.name, reason=f"gives vectors of the shape {vectors.shape}")
    return Finding("embeddings", True, f"{engine.name}, {engine.dimensions} dimensions")


async def _library(settings: Settings) -> Finding:
    from knowledge.library.library import Library

    await _open(settings)
    engine = await asyncio.to_thread(open_embeddings, settings.embeddings)
    library = Library(settings.store_url, settings.home, engine)
    cards = await library.documents()
    found = await library.search("complaint 投诉 queja", as_of=Clock(settings.as_of).today())
    passages = sum(card.passages for card in cards)
    detail = f"{len(cards)} documents, {passages} passages, {len(found.hits)} found by a search"
    return Finding("library", bool(cards and found.hits), detail)


async def _journal(settings: Settings) -> Finding:
    store = await _open(settings)
    try:
        verdict = await Journal(store).verify()
    finally:
        await store.close()
    if verdict.fault:
        return Finding("journal", False, f"broken at record {verdict.fault.number}: {verdict.fault.what}")
    return Finding("journal", True, f"{verdict.records} records, every link holds")


async def _model(settings: Settings) -> Finding:
    """Whether the language model answers; a bank without one needs none."""
    if settings.engine == "builtin":
        return Finding("model", True, "none is asked: the builtin engine answers")
    from assistant.model_engines import probe  # takes seconds to import, and builtin does without it

    answered = await probe(settings)
    masked = "masked" if settings.llm_masking is not False and settings.llm_base_url else "not masked"
    times = ", ".join(f"{name} answers in {ms} ms" for name, ms in answered.items())
    return Finding("model", True, f"{times}; personal data leave {masked}")


async def _open(settings: Settings) -> CrmStore:
    if await asyncio.to_thread(schema.version, settings.store_url) is None:
        raise StoreError(reason="there is no store to look at")
    return CrmStore(settings.store_url)


_CHECKS: dict[str, Callable[[Settings], Awaitable[Finding]]] = {
    "store version": _store_version,
    "store": _store,
    "embeddings": _embeddings,
    "library": _library,
    "journal": _journal,
    "model": _model,
}
