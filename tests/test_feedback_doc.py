"""The commands and questions of docs/feedback.md and docs/triage.md do what they say, in one home."""

import csv
import json
import re
import shlex
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
import yaml

from assistant.cli import main
from assistant.feedback.deadline_rules import deadline_codes, read_deadlines
from assistant.feedback.taxonomy import read_taxonomy
from assistant.settings import Settings
from assistant.web.feedback import Given
from assistant.wiring import open_assistant
from tests.evals.case import ask

ROOT = Path(__file__).parents[1]
FEEDBACK, TRIAGE = ((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("feedback", "triage"))
AS_OF = date(2026, 11, 20)
SAID = {
    "she is angry, the app lost her transfer: file it": "file_feedback",
    "file the last call note of María García López as a complaint": "file_feedback",
    "triage this: ...": "triage",
    "what is open and due today": "due_cases",
    "how does case F00001 stand": "feedback",
    "has she complained before": "feedback",
    "close it: we refunded 30": "settle_feedback",
    "draft a reply to her complaint": "reply_draft",
    "why do people complain about account opening this quarter": "feedback_themes",
    "themes this month against last, by branch": "feedback_themes",
}
Run = Callable[..., str]


@pytest.fixture
def run(own_demo_home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as left:
            main(["feedback", *words, "--home", str(own_demo_home)])
        printed = capsys.readouterr()
        assert (left.value.code or 0) == code, printed.err
        return printed.out

    return command


def command_in(document: str, name: str) -> list[str]:
    """The words of a command as the document has it, without what stands in brackets."""
    found = re.search(rf"^ {{4}}rapport feedback ({name} .+)$", document, re.MULTILINE)
    assert found, name
    return shlex.split(re.sub(r"\[[^\]]*\]", "", found[1]))


def written(file: Path, columns: list[str], *rows: list[str]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([columns, *rows])
    return file


async def test_what_is_said_in_chat_is_understood(own_demo_home: Path) -> None:
    table = re.findall(r'^\| ("[^|]+") \|', FEEDBACK, re.MULTILINE)
    in_document = [said for row in table for said in re.findall(r'"([^"]+)"', row)]
    assert set(SAID) <= set(in_document)
    async with open_assistant(Settings(home=own_demo_home, as_of=AS_OF)) as opened:
        await ask(opened, "ana.garcia", "María García López", "doc", id="first")
        for number, (said, tool) in enumerate(SAID.items()):
            asked = said.replace("...", "the app failed again")
            answer = await ask(opened, "ana.garcia", asked, "doc", id=f"turn-{number}")
            assert [call.name for call in answer.tools] == [tool], (said, answer.answer)


def test_messages_are_added_once(run: Run, tmp_path: Path) -> None:
    command, table, letter = command_in(FEEDBACK, "add")
    columns = re.search(r"there are any ((?:`\w+`[, ]*|and )+)", FEEDBACK.replace("\n", " "))
    assert columns
    names = ["text", *re.findall(r"`(\w+)`", columns[1])]
    told = {"text": "The annual card fee went up without notice", "channel": "web", "customer": "C000002", "key": "1",
            "received_at": "2026-11-19T09:00:00Z"}  # fmt: skip
    rows = [[told.get(name, "") for name in names], ["" for _ in names]]
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "li@example.org", "App", "Thu, 19 Nov 2026 09:00:00 +0000"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("The app crashes whenever I open a deposit.")
    (tmp_path / letter).write_bytes(mail.as_bytes())
    files = [str(written(tmp_path / table, names, *rows)), str(tmp_path / letter)]
    first = run(command, *files, "--as-of", str(AS_OF), code=1)
    assert "2 added, 0 known already, 1 not taken in" in first
    assert "2 known already" in run(command, *files, "--as-of", str(AS_OF), code=1)


def test_corrections_are_written_to_be_learnt_from(run: Run, tmp_path: Path) -> None:
    command, file = command_in(FEEDBACK.replace("`rapport", "\n    rapport").replace("csv`", "csv\n"), "corrected")
    assert "corrected cases in" in run(command, str(tmp_path / file))
    assert (tmp_path / file).read_text(encoding="utf-8-sig").startswith("text,")


def test_a_message_is_triaged_and_files_are_learnt_from_and_judged(run: Run, tmp_path: Path) -> None:
    triaged = json.loads(run(*command_in(TRIAGE, "triage"), "--as-of", str(AS_OF), "--json"))
    assert triaged["triage"]["kind"]["code"] == "complaint"
    assert {"needs_person", "why"} <= set(triaged["triage"])
    assert triaged["triage"]["regulator"] is not None
    command, file = command_in(TRIAGE, "train")
    run(command, str(written(tmp_path / file, ["text", "kind"], ["the car park is full", "no kind"])), code=1)
    rows = [["the car park is always full", "complaint"], ["thank you, well done", "praise"]]
    words = command_in(TRIAGE, "evaluate")
    assert words[3:] == ["--text", "COLUMN", "--label", "COLUMN", "--json"]
    rows = [[f"{text} {number}", label] for number in range(3) for text, label in rows]
    judged = str(written(tmp_path / "TRAIN.csv", ["text", "kind"], *rows))
    found = json.loads(run(words[0], judged, judged, "--text", "text", "--label", "kind", "--json"))
    assert found["evaluation"]["rows"] == len(rows)


def test_the_system_interface_takes_what_the_document_shows() -> None:
    shown = re.search(r'^ {4}(\{"text".+?\})$', FEEDBACK, re.MULTILINE | re.DOTALL)
    assert shown
    Given.model_validate_json(shown[1].replace("...", "a@b.example").replace("BASE64", "QUJD"))


def test_the_rules_are_as_the_documents_say(tmp_path: Path) -> None:
    for file in re.findall(r"`(assistant/[\w/]+\.yaml)`", FEEDBACK + TRIAGE):
        assert (ROOT / file).is_file()
    for code in deadline_codes():
        assert f"`{code}`" in FEEDBACK
        assert f"`{code}`" in TRIAGE
    china, union = (read_deadlines(code).statutory[0] for code in ("cn", "eu"))
    assert china.complex is not None
    assert china.approved is not None
    assert union.complex is not None
    assert f"{china.simple.days} days, {china.complex.days} if complex, {china.approved.days} more" in TRIAGE
    assert f"{union.simple.days} business days, {union.complex.days} where" in TRIAGE
    added = re.search(r"^ {4}version: bank-3\n(?: {4,}.+\n)+", TRIAGE, re.MULTILINE)
    assert added
    (tmp_path / "taxonomy.yaml").write_text(re.sub("^ {4}", "", added[0], flags=re.MULTILINE), encoding="utf-8")
    assert yaml.safe_load((tmp_path / "taxonomy.yaml").read_text(encoding="utf-8"))["version"] == "bank-3"
    assert "parking" in read_taxonomy(tmp_path).causes
