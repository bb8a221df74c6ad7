"""The library's commands: a folder is mirrored, documents go, contradictions and gaps are shown."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.cli import main
from assistant.journal import Journal, Kind
from assistant.settings import Settings
from assistant.understanding.intents import Intents
from assistant.understanding.reading import Guess
from assistant.wiring import open_assistant
from knowledge.crm.store import CrmStore, sqlite_url
from tests.evals.case import ask
from tests.knowledge.library.conftest import FRONT_MATTER

Run = Callable[..., tuple[int, str, str]]
RULE = "## 1 Answer\n\nEvery complaint of a private customer is answered in writing within {} calendar days.\n"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["library", *words, "--home", str(home)])
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return command


def write(folder: Path, id: str, body: str, audience: str = "internal") -> Path:
    path = folder / f"{id}.en.md"
    matter = FRONT_MATTER.format(
        id=id, title=id.capitalize(), language="en", audience=audience, version="1.0", valid_from="2026-01-01",
        valid_until="null",
    )  # fmt: skip
    path.write_text(matter + body, encoding="utf-8")
    return path


def test_a_folder_is_mirrored_and_a_document_removed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "standards"
    folder.mkdir()
    gone = write(folder, "gone", RULE.format(15))
    write(folder, "kept", "## 1 Owner\n\nThe branch head.\n")
    assert run("add", str(folder))[0] == 0
    gone.unlink()
    code, told, _ = run("add", str(folder), "--mirror", "--json")
    assert (code, json.loads(told)["documents_removed"]) == (0, 1)
    assert [card["id"] for card in json.loads(run("list", "--json")[1])] == ["kept.en"]
    assert run("remove", "kept")[:2] == (0, "removed: kept.en\n")
    assert run("remove", "kept")[:2] == (1, "nothing has such an id\n")


def test_a_changed_file_embeds_only_its_changed_passages(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.library.meaning import Meaning, Wording

    embedded: list[str] = []
    embed = Meaning.passages

    def counted(self: Meaning, wordings: list[Wording], language: str) -> object:
        embedded.extend(wording.text for wording in wordings)
        return embed(self, wordings, language)

    monkeypatch.setattr(Meaning, "passages", counted)
    body = "## 1 Answer\n\nWithin {} days.\n\n## 2 Owner\n\nThe branch head.\n"
    run("add", str(write(tmp_path, "answers", body.format(15))))
    embedded.clear()
    run("add", str(write(tmp_path, "answers", body.format(10))))
    assert embedded == ["Within 10 days."]


def test_contradictions_are_shown(run: Run, tmp_path: Path) -> None:
    run("add", str(write(tmp_path, "handbook", RULE.format(15))), str(write(tmp_path, "leaflet", RULE.format(20))))
    code, told, _ = run("check", "--as-of", "2026-06-15", "--json")
    (found,) = json.loads(told)
    assert (code, found["first"]["id"], found["second"]["id"]) == (1, "handbook.en/1", "leaflet.en/1")
    assert run("check", "--as-of", "2025-06-15")[0] == 0


def test_the_answer_is_the_one_of_the_day(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "handbook", RULE.format(15))
    run("add", str(path))
    newer = path.read_text(encoding="utf-8").replace("15 calendar", "10 calendar").replace('"1.0"', '"2.0"')
    path.write_text(newer.replace("2026-01-01", "2026-07-01"), encoding="utf-8")
    run("add", str(path))
    for day, days in (("2026-06-30", "15"), ("2026-07-01", "10")):
        told = json.loads(run("search", "complaint answered in writing", "--as-of", day, "--json")[1])
        assert [hit["text"].split("within ")[1][:2] for hit in told["hits"]] == [days]


def test_a_search_for_customers_shows_nothing_internal(run: Run, tmp_path: Path) -> None:
    run("add", str(write(tmp_path, "margin", RULE.format(15))), str(write(tmp_path, "leaflet", RULE, "customer")))
    words = ("search", "complaint answered in writing", "--as-of", "2026-06-15", "--json")
    told = json.loads(run(*words, "--audience", "customer")[1])
    assert {hit["document"] for hit in told["hits"]} == {"leaflet"}
    assert run(*words, "--audience", "everybody")[0] == 2


async def test_a_question_without_an_answer_is_kept_for_those_who_write_standards(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Intents, "guess", lambda intents, masked: [Guess("standard", 0.99)])
    async with open_assistant(Settings(home=demo_home, as_of=date(2026, 11, 20))) as assistant:
        assert isinstance(assistant, Assistant)
        await ask(assistant, "tom.baker", "How is James Carter's sourdough bread baked?", "gap", id="gap-1")
        await ask(assistant, "tom.baker", "How quickly must a complaint be answered?", "gap", id="gap-2")
    store = CrmStore(sqlite_url(demo_home))
    try:
        kept = {entry.turn_id: str(entry.body["masked"]) for entry in await Journal(store).masked(Kind.GAP)}
    finally:
        await store.close()
    assert "Carter" not in kept["gap-1"]
    assert "bread" in kept["gap-1"]
    assert "gap-2" not in kept


def test_gaps_are_listed(demo_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["library", "gaps", "--json", "--home", str(demo_home)])
    assert left.value.code == 0
    assert all({"question", "times", "last"} <= set(gap) for gap in json.loads(capsys.readouterr().out))
