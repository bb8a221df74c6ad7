"""`rapport proposals`: what waits, a yes with changes, a no, and what cannot be done, said on one line."""

import asyncio
import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.journal import Journal
from assistant.proposals.create_task import CreateTask
from assistant.proposals.proposals import Proposals
from knowledge.clock import Clock
from knowledge.crm.codes import Role
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.crm.tables import Employee, Unit


@pytest.fixture
def proposal(home: Path) -> str:
    async def propose() -> str:
        store = CrmStore(sqlite_url(home))
        async with store.writing() as session:
            session.add(Unit(id="north", kind="branch", name="North"))
            await session.flush()
            session.add_all([Employee(id=id, unit_id="north", role=Role.MANAGER, name=id) for id in ("ana", "ben")])
        proposals = Proposals(store, (CreateTask,), Journal(store), Clock())
        shown = await proposals.propose("ana", CreateTask(title="Call\x1b[31m the notary"))
        await store.close()
        return shown.id

    return asyncio.run(propose())


def run(home: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["proposals", *words, "--home", str(home)])
    return int(left.value.code or 0)


def test_what_waits_is_listed_for_the_one_who_was_asked(
    home: Path, proposal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "list", "--as", "ana") == 0
    listed = capsys.readouterr().out
    assert proposal in listed
    assert "\x1b" not in listed
    assert run(home, "list", "--as", "ben", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_yes_with_a_change_is_done_once(home: Path, proposal: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "confirm", proposal, "--as", "ana", "--set", "title=Visit the notary", "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["state"], first["fields"][0]["value"]) == ("confirmed", "Visit the notary")
    assert run(home, "confirm", proposal, "--as", "ana", "--json") == 0
    assert json.loads(capsys.readouterr().out)["result"] == first["result"]
    assert run(home, "reject", proposal, "--as", "ana") == 1
    assert "confirmed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words, said",
    [
        (["confirm", "{id}", "--as", "ben"], "There is no proposal"),
        (["confirm", "nothing", "--as", "ana"], "There is no proposal"),
        (["confirm", "{id}", "--as", "ana", "--set", "title"], "FIELD=VALUE"),
        (["confirm", "{id}", "--as", "ana", "--set", "due_on=soon"], "due_on cannot be changed like that"),
        (["reject", "{id}", "--as", "nobody"], "Nobody called nobody"),
    ],
)
def test_what_cannot_be_decided_is_one_line(
    home: Path, proposal: str, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(home, *(word.replace("{id}", proposal) for word in words)) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert run(home, "confirm", proposal, "--as", "ana") == 0
