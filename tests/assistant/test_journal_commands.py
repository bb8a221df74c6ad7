"""`rapport journal`: an answer comes back byte for byte, and what has to be forgotten is forgotten."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.journal import Journal, Kind
from knowledge.crm.store import CrmStore, sqlite_url

QUESTION = "What does James Carter hold?"


def _run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_replay_gives_the_bytes_that_ask_gave(
    capsys: pytest.CaptureFixture[str], own_demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_AS_OF", date(2026, 11, 20).isoformat())
    asking = ("ask", QUESTION, "--as", "tom.baker", "--home", own_demo_home)
    _, asked_json, _ = _run(capsys, *asking, "--json")
    turn = json.loads(asked_json)["turn"]
    monkeypatch.setattr("assistant.wiring.open_assistant", None)
    for _ in range(2):
        assert _run(capsys, "journal", "replay", turn, "--answer", "--json", "--home", own_demo_home)[1] == asked_json
    answer = json.loads(asked_json)["answer"].splitlines()[0]
    assert answer in _run(capsys, "journal", "replay", turn, "--answer", "--home", own_demo_home)[1]
    seen = json.loads(_run(capsys, "journal", "who-saw", "C000005", "--json", "--home", own_demo_home)[1])
    assert [(each["employee"], each["turn"]) for each in seen if each["turn"] == turn] == [("tom.baker", turn)]


async def _keep(url: str) -> None:
    store = CrmStore(url)
    journal = Journal(store)
    await journal.append("t1", "m", Kind.QUESTION, {"question": "?"})
    await journal.append("t1", "m", Kind.ANSWER, {"answer": "x", "customers": ["C1"]})
    await store.close()


def test_a_customer_is_erased_and_the_journal_says_so(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    asyncio.run(_keep(sqlite_url(home)))
    tried = _run(capsys, "journal", "erase", "C1", "--by", "officer", "--dry-run", "--home", home)
    counted = "2 records of the journal would be emptied; 0 exchanges and thumbs, 0 conversations and 0 proposals"
    assert tried[:2] == (0, f"{counted} forgotten\n")
    done = _run(capsys, "journal", "erase", "C1", "--by", "officer", "--home", home)
    assert done[1].startswith("2 records of the journal emptied")
    code, out, _ = _run(capsys, "journal", "verify", "--home", home)
    assert (code, "2 of them emptied by rule" in out) == (0, True)
    code, _, error = _run(capsys, "journal", "replay", "t1", "--answer", "--home", home)
    assert (code, error) == (1, "rapport: the answer was erased by rule (customer)\n")
    assert "[answer] erased by rule (customer)" in _run(capsys, "journal", "replay", "t1", "--home", home)[1]
    assert _run(capsys, "journal", "retain", "--by", "officer", "--home", home)[1].startswith("0 records")
    assert _run(capsys, "journal", "erase", "C1", "--home", home)[0] == 2, "somebody has to answer for it"
