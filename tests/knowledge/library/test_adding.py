"""Adding documents: nothing twice, nothing half, old versions kept, and other processes see it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from knowledge.errors import StoreError
from knowledge.library.catalogue import Catalogue
from knowledge.library.chroma import ChromaIndex
from knowledge.library.library import Library
from knowledge.library.passage import Shelved
from knowledge.library.tables import DocumentRow
from tests.knowledge.library.conftest import WordEmbeddings, Writer

TODAY = date(2026, 6, 15)
ROOT = Path(__file__).parents[3]


async def found_ids(library: Library, query: str, as_of: date = TODAY) -> list[str]:
    return [hit.passage.id for hit in (await library.search(query, as_of=as_of)).hits]


async def test_the_same_file_twice_changes_nothing(
    library: Library, words: WordEmbeddings, write_document: Writer
) -> None:
    path = write_document("## 1 Deadlines\n\n### 1.1 Answer\n\nWithin 15 days.\n")
    first = await library.add([path])
    embedded = len(words.embedded)
    second = await library.add([path, path.parent])
    assert (first.documents_added, first.passages_added) == (1, 1)
    assert (second.documents_added, second.documents_replaced, second.documents_unchanged) == (0, 0, 1)
    assert len(words.embedded) == embedded


async def test_a_changed_file_replaces_its_passages(library: Library, write_document: Writer) -> None:
    path = write_document("## 1 Answer\n\nWithin 15 days.\n\n## 2 Escalation\n\nTo the branch head.\n")
    await library.add([path])
    write_document("## 1 Answer\n\nWithin 10 days.\n")
    report = await library.add([path])
    assert (report.documents_replaced, report.passages_added, report.passages_removed) == (1, 1, 2)
    answer = await library.passage("complaints.en/1")
    assert answer is not None
    assert answer.text == "Within 10 days."
    assert await library.passage("complaints.en/2") is None
    assert await found_ids(library, "branch head escalation") == ["complaints.en/1"]


async def test_only_changed_passages_are_embedded_again(
    library: Library, words: WordEmbeddings, write_document: Writer
) -> None:
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n\n## 2 Owner\n\nThe branch head.\n")])
    words.embedded.clear()
    await library.add([write_document("## 1 Answer\n\nWithin 10 days.\n\n## 2 Owner\n\nThe branch head.\n")])
    assert words.embedded == ["Complaints. 1 Answer\nWithin 10 days.", "Complaints: Answer"]


async def test_a_search_after_a_change_loads_what_changed_and_finds_as_a_new_process_would(
    library: Library,
    store_url: str,
    home: Path,
    words: WordEmbeddings,
    write_document: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded, opened = list[int](), list[str]()
    beside, refresh = Catalogue.beside, ChromaIndex.refresh

    def counting(self: Catalogue, known: Mapping[str, int]) -> tuple[int, list[DocumentRow], list[Shelved], list[str]]:
        found = beside(self, known)
        loaded.append(len(found[2]))
        return found

    monkeypatch.setattr(Catalogue, "beside", counting)
    monkeypatch.setattr(ChromaIndex, "refresh", lambda self: opened.append("anew") or refresh(self))
    many = "".join(f"## {n} Rule\n\nRule {n} on cards and fees.\n\n" for n in range(1, 30))
    await library.add([write_document(many, name="many.md", id="many")])
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n")])
    await library.search("answer", as_of=TODAY)
    opened.clear()
    await library.add([write_document("## 1 Answer\n\nWithin 10 days.\n\n## 2 Owner\n\nThe branch head.\n")])
    changed = await library.search("branch head answer within days", as_of=TODAY)
    assert await library.remove(["complaints"]) == ["complaints.en"]
    removed = await library.search("branch head answer within days", as_of=TODAY)
    await library.add([write_document("## 1 Answer\n\nWithin 10 days.\n\n## 2 Owner\n\nThe branch head.\n")])
    again = await library.search("branch head answer within days", as_of=TODAY)
    assert (loaded, opened) == ([30, 2, 0, 2], [])
    assert {hit.passage.document_id for hit in removed.hits} == {"many"}
    fresh = await Library(store_url, home, words).search("branch head answer within days", as_of=TODAY)
    assert [hit.passage for hit in changed.hits] == [hit.passage for hit in again.hits]
    assert [(hit.passage.id, hit.score) for hit in fresh.hits] == [
        (hit.passage.id, pytest.approx(hit.score, abs=0.02)) for hit in again.hits
    ]


async def test_a_new_version_keeps_the_old_one_with_its_dates(library: Library, write_document: Writer) -> None:
    old = write_document("## 1 Answer\n\nWithin 15 days.\n", version="1.0", valid_from="2025-01-01")
    new = write_document("## 1 Answer\n\nWithin 10 days.\n", version="2.0", valid_from="2026-07-01")
    await library.add([old])
    await library.add([new])
    assert await found_ids(library, "answer days", date(2026, 6, 30)) == ["complaints.en/1"]
    assert await found_ids(library, "answer days", date(2026, 7, 1)) == ["complaints.en@2.0/1"]
    assert await found_ids(library, "answer days", date(2024, 12, 31)) == []
    cards = {card.id: card for card in await library.documents()}
    assert cards["complaints.en"].version == "1.0"
    assert cards["complaints.en@2.0"].valid_from == date(2026, 7, 1)


async def test_a_translation_that_has_not_followed_is_not_shown(library: Library, write_document: Writer) -> None:
    await library.add(
        [
            write_document("## 1 Answer\n\nWithin 15 days.\n", version="1.0"),
            write_document("## 1 Respuesta\n\nEn 15 días.\n", version="1.0", language="es", title="Quejas"),
            write_document("## 1 Answer\n\nWithin 10 days.\n", version="2.0", valid_from="2026-05-01"),
        ]
    )
    assert await found_ids(library, "respuesta en 15 días") == ["complaints.en@2.0/1"]


async def test_what_expired_is_not_found(library: Library, write_document: Writer) -> None:
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n", valid_until="2026-06-14")])
    assert await found_ids(library, "answer", date(2026, 6, 14)) == ["complaints.en/1"]
    assert await found_ids(library, "answer", date(2026, 6, 15)) == []


async def test_two_files_of_one_version_are_not_merged(library: Library, write_document: Writer) -> None:
    first = write_document("## 1 Answer\n\nWithin 15 days.\n", name="a.md")
    second = write_document("## 1 Answer\n\nWithin 99 days.\n", name="b.md")
    report = await library.add([first, second])
    assert report.documents_added == 1
    assert [(Path(r.file).name, "has the id, language and version of" in r.reason) for r in report.rejected] == [
        ("b.md", True)
    ]


async def test_files_without_front_matter_of_one_name_stay_apart(library: Library, tmp_path: Path) -> None:
    for branch, text in (("north", "The north branch opens at nine."), ("south", "The south branch opens at ten.")):
        (tmp_path / branch).mkdir()
        (tmp_path / branch / "notes.txt").write_text(f"Opening hours\n{text} " + "It is closed on holidays. " * 4)
    report = await library.add([tmp_path / "north", tmp_path / "south"])
    assert report.documents_added == 2
    assert len({card.document_id for card in await library.documents()}) == 2


async def test_a_file_without_front_matter_never_hides_one_of_the_same_id(
    library: Library, write_document: Writer, tmp_path: Path
) -> None:
    loose = tmp_path / "complaints.en.txt"
    loose.write_text(
        "Complaints\nEvery grumble is written down in the book at the door, and nobody ever reads it again."
    )
    await library.add([loose])
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n")])
    assert len(await found_ids(library, "answer within days")) == 2


async def test_another_process_sees_what_was_added(
    library: Library, store_url: str, home: Path, write_document: Writer
) -> None:
    serving = Library(store_url, home, WordEmbeddings())
    assert await found_ids(serving, "answer") == []
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n")])
    assert await found_ids(serving, "answer") == ["complaints.en/1"]
    await library.add([write_document("## 1 Owner\n\nThe branch head.\n", id="owners", title="Owners")])
    assert "owners.en/1" in await found_ids(serving, "owner branch head")


async def test_a_store_that_fails_leaves_nothing_half_written(
    library: Library, write_document: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n")])

    def fail(self: Catalogue, *arguments: object) -> set[str]:
        raise OperationalError("", {}, Exception("disk I/O error"))

    monkeypatch.setattr(Catalogue, "_unused", fail)
    path = write_document("## 1 Answer\n\nWithin 10 days.\n\n## 2 Owner\n\nNobody.\n")
    with pytest.raises(StoreError, match="disk I/O error"):
        await library.add([path])
    monkeypatch.undo()
    answer = await library.passage("complaints.en/1")
    assert answer is not None
    assert answer.text == "Within 15 days."
    assert await found_ids(library, "answer within days") == ["complaints.en/1"]


async def test_a_library_filled_with_another_engine_is_embedded_anew(
    library: Library, store_url: str, home: Path, write_document: Writer
) -> None:
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n")])
    other = WordEmbeddings()
    other.name = "other"
    found = await Library(store_url, home, other).search("answer within days", as_of=TODAY)
    assert other.embedded
    assert found.hits[0].vector_score > 0


async def test_bad_files_are_named_and_the_rest_goes_on(
    library: Library, write_document: Writer, tmp_path: Path
) -> None:
    bad = {
        "empty.md": b"",
        "blank.txt": b" \n\t\n",
        "program.txt": b"\x7fELF\x02\x01\x01" + bytes(200),
        "noise.txt": bytes(range(256)) * 20,
        "surrogate.txt": b"A clause \xed\xa0\x80 with half a character in it, which no reader can show.",
        "broken.pdf": b"%PDF-1.7\nthis is not a page",
        "broken.docx": b"PK\x03\x04 nothing of a zip file",
        "picture.png": b"\x89PNG\r\n",
        "large.txt": b"a line of text\n" * 1_500_000,
        "matter.md": b"---\nid: [unclosed\n---\ntext",
        "dates.md": b"---\nid: dates\nlanguage: en\nvalid_from: 2026-02-30\n---\n## 1 A\n\ntext",
        "reader.md": b"---\nid: reader\nlanguage: en\naudience: everybody\n---\n## 1 A\n\ntext",
        "tongue.md": b"---\nid: tongue\nlanguage: fr\n---\n## 1 A\n\ntext",
        "turned.md": b"---\nid: turned\nlanguage: en\nvalid_from: 2026-02-01\nvalid_until: 2026-01-01\n---\n## A\n\nt",
        "bare.md": b"---\nid: bare\nlanguage: en\n---\n",
    }
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    paths = [folder / name for name in bad] + [folder / "missing.md"]
    report = await library.add([*paths, write_document("## 1 Answer\n\nWithin 15 days.\n")])
    reasons = {Path(rejected.file).name: rejected.reason for rejected in report.rejected}
    assert set(reasons) == {*bad, "missing.md"}
    assert report.documents_added == 1
    assert "binary" in reasons["program.txt"]
    assert "binary" in reasons["noise.txt"]
    assert "surrogate" in reasons["surrogate.txt"]
    assert "2026-02-30" in reasons["dates.md"]
    assert all("\n" not in reason for reason in reasons.values())


async def test_a_file_name_that_is_no_text_is_taken_in(library: Library, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text(
        "Opening hours\n" + "The café of the branch serves customers from nine until noon. " * 3
    )
    report = await library.add([tmp_path / name])
    assert report.documents_added == 1


async def test_a_server_finds_what_the_command_line_added_meanwhile(
    library: Library, store_url: str, home: Path, write_document: Writer
) -> None:
    await library.add([write_document("## 1 Answer\n\nWithin 15 days.\n")])
    assert await found_ids(library, "owner branch head") == ["complaints.en/1"]
    path = write_document("## 1 Owner\n\nThe branch head.\n", id="owners", title="Owners")
    code = (
        "import asyncio, sys; from pathlib import Path; from knowledge.library.library import Library;"
        "from tests.knowledge.library.conftest import WordEmbeddings;"
        "asyncio.run(Library(sys.argv[1], Path(sys.argv[2]), WordEmbeddings()).add([Path(sys.argv[3])]))"
    )
    command = [sys.executable, "-c", code, store_url, str(home), str(path)]
    await asyncio.to_thread(subprocess.run, command, check=True, cwd=ROOT)
    found = await library.search("owner branch head", as_of=TODAY)
    assert found.hits[0].passage.id == "owners.en/1"
    assert found.hits[0].vector_score > found.hits[1].vector_score


async def test_a_removed_document_is_gone_with_its_vectors(library: Library, write_document: Writer) -> None:
    await library.add(
        [
            write_document("## 1 Answer\n\nWithin 15 days.\n"),
            write_document("## 1 Respuesta\n\nEn 15 días.\n", language="es", title="Quejas"),
            write_document("## 1 Owner\n\nThe branch head.\n", id="owners", title="Owners"),
        ]
    )
    assert await library.remove(["complaints.es", "nothing"]) == ["complaints.es"]
    assert await library.remove(["complaints"]) == ["complaints.en"]
    assert await library.passage("complaints.en/1") is None
    assert await found_ids(library, "answer within 15 days") == ["owners.en/1"]
    assert library._vectors.count("internal-en") == 1
    assert library._vectors.count("internal-es") == 0


async def test_a_mirrored_folder_takes_away_what_is_gone_from_it(library: Library, write_document: Writer) -> None:
    kept = write_document("## 1 Owner\n\nThe branch head.\n", id="owners")
    gone = write_document("## 1 Answer\n\nWithin 15 days.\n")
    moved = write_document("## 1 Vault\n\nClosed at night.\n", id="vault")
    broken = write_document("## 1 Gold\n\nSold by weight.\n", id="gold")
    folder = kept.parent
    await library.add([folder])
    gone.unlink()
    moved.rename(folder / "renamed.md")
    broken.write_text("---\nid: gold\nlanguage: xx\n---\n")
    assert (await library.add([folder])).documents_removed == 0
    report = await library.add([folder], mirror=True)
    assert (report.documents_removed, report.passages_removed, len(report.rejected)) == (1, 1, 1)
    assert {card.document_id for card in await library.documents()} == {"owners", "vault", "gold"}
    assert (await library.add([folder], mirror=True)).documents_removed == 0


async def test_a_folder_without_any_file_takes_nothing_away(library: Library, write_document: Writer) -> None:
    path = write_document("## 1 Answer\n\nWithin 15 days.\n")
    await library.add([path.parent])
    path.unlink()
    assert (await library.add([path.parent], mirror=True)).documents_removed == 0
    assert len(await library.documents()) == 1
