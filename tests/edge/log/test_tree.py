"""RFC 9162's tree: every proof of every small tree, and what isn't one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.log import tree


def grown(count: int) -> tuple[list[bytes], dict[tuple[int, int], bytes]]:
    hashes: list[bytes] = []
    nodes: dict[tuple[int, int], bytes] = {}
    for index in range(count):
        hashes.append(tree.leaf_hash(str(index).encode()))
        for level, place, hashed in tree.completed_by(index, hashes[-1], lambda *at: nodes[at]):
            nodes[level, place] = hashed
    return hashes, nodes


def merkle(hashes: list[bytes]) -> bytes:
    """Section 2.1.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return tree.node_hash(merkle(hashes[:split]), merkle(hashes[split:]))


HASHES, NODES = grown(257)


def stored(level: int, index: int) -> bytes:
    return NODES[level, index]


@pytest.mark.parametrize("size", range(258))
def test_root_is_the_standards(size: int) -> None:
    assert tree.root(stored, size) == merkle(HASHES[:size])


@pytest.mark.parametrize("size", range(1, 258))
def test_every_leaf_of_every_tree_can_be_proved(size: int) -> None:
    root = tree.root(stored, size)
    for index in range(size):
        proof = tree.inclusion_proof(stored, index, size)
        assert tree.verify_inclusion(HASHES[index], index, size, proof, root)
        assert not tree.verify_inclusion(HASHES[(index + 1) % 257], index, size, proof, root)


@pytest.mark.parametrize("new", range(1, 258))
def test_every_tree_is_shown_to_begin_with_every_earlier_one(new: int) -> None:
    root = tree.root(stored, new)
    for old in range(1, new + 1):
        proof = tree.consistency_proof(stored, old, new)
        assert tree.verify_consistency(old, new, tree.root(stored, old), root, proof)
        assert not tree.verify_consistency(old, new, tree.leaf_hash(b"other"), root, proof)


@given(st.integers(1, 257), st.data())
def test_changed_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = list(tree.inclusion_proof(stored, index, size))
    root = tree.root(stored, size)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        proof[place] = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        assert not tree.verify_inclusion(HASHES[index], index, size, proof, root)
    assert not tree.verify_inclusion(HASHES[index], index, size, [*proof, root], root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_leaf_outside_of_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="leaf"):
        tree.inclusion_proof(stored, index, size)
    assert not tree.verify_inclusion(HASHES[0], index, size, (), HASHES[0])
