"""`rapport evaluate --thumbs`: the answers that people rated, as cases to look at."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.settings import Settings
    from knowledge.crm.exchange import Rating

LONGEST_REMARK = 300


def print_thumbs(settings: "Settings", as_json: bool) -> None:
    """Prints a file of cases, newest first: a thumb down leaves open what is right, a thumb up keeps what was looked
    up. As JSON with the answers and facts that were rated."""
    found = asyncio.run(_ratings(settings))
    if as_json:
        print(json.dumps([_as_dict(rating) for rating in found], ensure_ascii=False, indent=2))
        return
    from assistant.commands.printing import harmless

    if not found:
        print("no answer was rated", file=sys.stderr)
        return
    print(harmless("cases:\n" + "\n".join(_case(rating) for rating in found)))


async def _ratings(settings: "Settings") -> "list[Rating]":
    from assistant.ratings import all_ratings
    from knowledge.crm.store import CrmStore

    store = CrmStore(settings.store_url)
    try:
        return await all_ratings(store)
    finally:
        await store.close()


def _case(rating: "Rating") -> str:
    """One conversation: what was asked before it, and the rated question. JSON is YAML."""
    turns: list[dict[str, object]] = [{"ask": question, "any": True} for question in rating.earlier]
    turns.append({"ask": rating.question, **_expected(rating)})
    lines = [
        f"  # {_remark(rating)}",
        f"  - as: {_quoted(rating.employee_id)}",
        f"    language: {rating.language}",
        "    turns:",
    ]
    return "\n".join([*lines, *(f"      - {_quoted(turn)}" for turn in turns)])


def _expected(rating: "Rating") -> dict[str, object]:
    tools = [use["name"] for use in rating.tools]
    if rating.thumb == "down":
        return {"any": True}
    return {"tools": tools} if len(tools) > 1 else {"tool": tools[0] if tools else "none"}


def _remark(rating: "Rating") -> str:
    said = "; ".join(part for part in (", ".join(rating.reasons), " ".join(rating.comment.split())) if part)
    looked_up = ", ".join(use["name"] for use in rating.tools) or "nothing"
    told = f"{rating.rated_at:%Y-%m-%d}, thumb {rating.thumb}, looked up: {looked_up}"
    return f"{told}: {said}"[:LONGEST_REMARK] if said else told


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _as_dict(rating: "Rating") -> dict[str, object]:
    names = ("employee_id", "turn_id", "thumb", "reasons", "comment", "language", "earlier", "question", "answer",
             "facts", "tools")  # fmt: skip
    return {name: getattr(rating, name) for name in names} | {"rated_at": rating.rated_at.isoformat()}
