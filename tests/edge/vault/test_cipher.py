"""Sealed content opens at its own place, whole and unchanged, or not at all."""

from __future__ import annotations

import copy
import logging
import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.vault.cipher import CHUNK_BYTES, Address, Damaged, chunks_of, seal, unseal
from edge.vault.encoding import encode
from edge.vault.key import Key, Kind
from edge.vault.suite import Suite

HERE = Address(box="box-1", call="call-1", kind=Kind.AUDIO, version=3)
SIZES = st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7])
CONTENTS = st.builds(lambda size, fill: bytes([fill]) * size, SIZES, st.integers(0, 255))
LONG = bytes(3 * CHUNK_BYTES + 100)


@pytest.fixture(scope="module", params=Suite, ids=str)
def key(request: pytest.FixtureRequest) -> Key:
    suite: Suite = request.param
    return Key(bytes(range(suite.key_bytes)), suite)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_change_of_one_bit_opens(key: Key, data: st.DataObject) -> None:
    sealed = list(seal(key, HERE, data.draw(CONTENTS)))
    chunk = data.draw(st.integers(0, len(sealed) - 1))
    position = data.draw(st.integers(0, len(sealed[chunk]) - 1))
    changed = bytearray(sealed[chunk])
    changed[position] ^= 1 << data.draw(st.integers(0, 7))
    sealed[chunk] = bytes(changed)
    with pytest.raises(Damaged):
        unseal(key, HERE, sealed)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_other_order_or_number_of_chunks_opens(key: Key, data: st.DataObject) -> None:
    sealed = tuple(seal(key, HERE, LONG))
    whole = list(range(len(sealed)))
    picked = data.draw(st.lists(st.sampled_from(whole), max_size=6).filter(lambda some: some != whole))
    with pytest.raises(Damaged):
        unseal(key, HERE, [sealed[chunk] for chunk in picked])


@given(
    st.builds(
        Address,
        box=st.sampled_from(["box-1", "box-2"]),
        call=st.sampled_from(["call-1", "call-2", ""]) | st.text(max_size=5),
        kind=st.sampled_from(Kind),
        version=st.integers(1, 4),
    )
)
@settings(deadline=None)
def test_content_opens_at_its_own_address_only(key: Key, address: Address) -> None:
    sealed = tuple(seal(key, HERE, b"words"))
    if address == HERE:
        assert unseal(key, address, sealed) == b"words"
    else:
        with pytest.raises(Damaged):
            unseal(key, address, sealed)


def test_older_version_doesnt_open_in_the_place_of_a_newer_one(key: Key) -> None:
    old = tuple(seal(key, HERE, b"old words"))
    with pytest.raises(Damaged):
        unseal(key, replace(HERE, version=HERE.version + 1), old)


def test_chunk_of_the_same_call_sealed_at_another_time_doesnt_mix_in_across_lengths(key: Key) -> None:
    long, short = tuple(seal(key, HERE, LONG)), tuple(seal(key, HERE, LONG[:CHUNK_BYTES]))
    with pytest.raises(Damaged):
        unseal(key, HERE, (short[0], *long[1:]))


def test_nothing_opens_with_another_key_or_without_chunks(key: Key) -> None:
    with pytest.raises(Damaged):
        unseal(Key.new(), HERE, tuple(seal(key, HERE, b"words")))
    with pytest.raises(Damaged):
        unseal(key, HERE, ())
    with pytest.raises(Damaged):
        unseal(key, HERE, (b"short",))


@given(CONTENTS)
@settings(max_examples=30, deadline=None)
def test_content_survives_sealing(key: Key, content: bytes) -> None:
    sealed = tuple(seal(key, HERE, memoryview(content)))
    assert len(sealed) == chunks_of(len(content))
    assert unseal(key, HERE, sealed) == content


def test_same_content_never_looks_the_same_twice(key: Key) -> None:
    assert tuple(seal(key, HERE, b"words")) != tuple(seal(key, HERE, b"words"))


FIELDS = st.lists(st.text(max_size=4) | st.integers(-9, 99) | st.binary(max_size=4), max_size=4)


@given(FIELDS, FIELDS)
@settings(deadline=None)
def test_different_fields_never_encode_alike(some: list[str | int | bytes], others: list[str | int | bytes]) -> None:
    assert (encode("d", *some) == encode("d", *others)) is (some == others)


def test_key_never_shows_itself(caplog: pytest.LogCaptureFixture) -> None:
    secret = b"0123456789abcdef0123456789ABCDEF"
    key = Key(secret)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("key %s %r", key, [key])
    shown = f"{key} {key!r} {[key]} { {'k': key} } {caplog.text} {dir(key)}"
    assert "0123456789" not in shown and secret.hex() not in shown
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copying(key)


def test_key_of_the_wrong_length_is_refused_without_being_quoted() -> None:
    with pytest.raises(ValueError, match="32 bytes") as refused:
        Key(b"sixteen bytes !!")
    assert "sixteen" not in str(refused.value)
