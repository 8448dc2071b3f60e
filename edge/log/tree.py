"""Merkle tree hashing and proofs, as RFC 9162 section 2.1 defines them (leaves and nodes as in RFC 6962).

Pure: hashes come in, hashes go out. Complete subtrees never change as a log grows, so a store keeps the hash of each
under its level and index, and every root or proof is made of about log2(n) of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

HASH_BYTES = 32
Lookup = Callable[[int, int], bytes]
"""The hash of the complete subtree at (level, index), which covers `1 << level` leaves from `index << level` on."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed_by(index: int, hashed: bytes, lookup: Lookup) -> Iterator[tuple[int, int, bytes]]:
    """The complete subtrees that the leaf at `index` finishes, leaf first: (level, index, hash)."""
    level = 0
    yield level, index, hashed
    while index & 1:
        hashed = node_hash(lookup(level, index - 1), hashed)
        level, index = level + 1, index >> 1
        yield level, index, hashed


def root(lookup: Lookup, size: int) -> bytes:
    """The hash of a tree of `size` leaves; of an empty one, the hash of nothing."""
    return _range(lookup, 0, size) if size else hashlib.sha256(b"").digest()


def inclusion_proof(lookup: Lookup, index: int, size: int) -> tuple[bytes, ...]:
    """What leads from a leaf to the root of a tree of `size` leaves (2.1.3.1). Raises: ValueError outside of it."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of {size}")
    return tuple(_path(lookup, index, 0, size))


def consistency_proof(lookup: Lookup, old: int, new: int) -> tuple[bytes, ...]:
    """What shows that the tree of `old` leaves is the beginning of the one of `new` (2.1.4.1). Raises: ValueError."""
    if not 0 < old <= new:
        raise ValueError(f"from {old} to {new} leaves")
    return tuple(_subproof(lookup, old, 0, new, whole=True))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether a leaf's hash stands at `index` under a root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, hashed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(sibling, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == expected


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether one root's tree is the beginning of another's (2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range(lookup: Lookup, start: int, end: int) -> bytes:
    count = end - start
    if count & (count - 1) == 0:  # splitting only ever leaves aligned powers of two
        level = count.bit_length() - 1
        return lookup(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range(lookup, start, middle), _range(lookup, middle, end))


def _path(lookup: Lookup, index: int, start: int, end: int) -> Iterator[bytes]:
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _path(lookup, index, start, middle)
        yield _range(lookup, middle, end)
    else:
        yield from _path(lookup, index, middle, end)
        yield _range(lookup, start, middle)


def _subproof(lookup: Lookup, old: int, start: int, end: int, *, whole: bool) -> Iterator[bytes]:
    if old == end:
        if not whole:
            yield _range(lookup, start, end)
        return
    middle = start + _split(end - start)
    if old <= middle:
        yield from _subproof(lookup, old, start, middle, whole=whole)
        yield _range(lookup, middle, end)
    else:
        yield from _subproof(lookup, old, middle, end, whole=False)
        yield _range(lookup, start, middle)
