"""`rapport evaluate --misses`: which questions were not understood."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.misses import Miss
    from assistant.settings import Settings


def print_misses(settings: "Settings", as_json: bool, kind: str = "missed") -> None:
    """Shows which questions were not understood, or not answered by the library, newest first and without names.

    `kind` is the kind of their records in the journal.
    """
    found = asyncio.run(_misses(settings, kind))
    if as_json:
        print(json.dumps([_as_dict(miss) for miss in found], ensure_ascii=False, indent=2))
        return
    from assistant.commands.printing import print_table

    if not found:
        print("no question was missed", file=sys.stderr)
    rows = [
        (f"{miss.last:%Y-%m-%d %H:%M}", str(miss.times), miss.language, miss.question, _likely(miss)) for miss in found
    ]
    print_table(("last (UTC)", "times", "language", "question", "likeliest"), rows)


async def _misses(settings: "Settings", kind: str) -> "list[Miss]":
    from assistant.journal import Kind
    from assistant.misses import grouped_misses
    from assistant.understanding.intents import everyday_words
    from knowledge.crm.store import CrmStore

    store = CrmStore(settings.store_url)
    try:
        return await grouped_misses(store, everyday_words(), Kind(kind))
    finally:
        await store.close()


def _likely(miss: "Miss") -> str:
    return ", ".join(f"{ability} {probability:.0%}" for ability, probability in miss.likely)


def _as_dict(miss: "Miss") -> dict[str, object]:
    return {
        "question": miss.question,
        "language": miss.language,
        "times": miss.times,
        "last": miss.last.isoformat(),
        "likely": [{"ability": ability, "probability": probability} for ability, probability in miss.likely],
    }
