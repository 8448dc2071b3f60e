"""Both cipher suites are what their standards say, and a box keeps to the one it was made with."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import BadInput, Conflict, NotReady
from edge.vault import keystore
from edge.vault.key import NONCE_BYTES, Key, Kind, Owner
from edge.vault.keystore import KeyStore
from edge.vault.pseudonym import Pseudonyms
from edge.vault.suite import Suite

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
both_suites = pytest.mark.parametrize("suite", Suite)


def test_sm4_gcm_is_that_of_rfc_8998() -> None:
    """RFC 8998, appendix A.1."""
    secret, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    about = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = Suite.SM4.encrypt(secret, nonce, plain, about)
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert Suite.SM4.decrypt(secret, nonce, sealed, about) == plain


def test_sm4_is_that_of_gb_t_32907() -> None:
    """GB/T 32907-2016, appendix A.1: one block under a key that is the same block."""
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()
    assert encryptor.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_is_that_of_gb_t_32905(message: bytes, digest: str) -> None:
    """GB/T 32905-2016, appendix A."""
    hashing = hashes.Hash(hashes.SM3())
    hashing.update(message)
    assert hashing.finalize().hex() == digest


def test_hmac_is_over_the_suites_own_hash() -> None:
    """RFC 4231, test case 2; for SM3 by RFC 2104's own construction."""
    assert Suite.AES.mac(b"Jefe", [b"what do ya want ", b"for nothing?"]).hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )

    def sm3(data: bytes) -> bytes:
        hashing = hashes.Hash(hashes.SM3())
        hashing.update(data)
        return hashing.finalize()

    padded = b"Jefe".ljust(64, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in padded) + b"what do ya want for nothing?")
    assert Suite.SM4.mac(b"Jefe", [b"what do ya want for nothing?"]) == sm3(bytes(b ^ 0x5C for b in padded) + inner)


def test_aes_gcm_is_that_of_nist() -> None:
    """NIST SP 800-38D's submission (McGrew and Viega), test case 16."""
    secret = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    about = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = Suite.AES.encrypt(secret, bytes.fromhex("cafebabefacedbaddecaf888"), plain, about)
    assert sealed[-16:].hex() == "76fc6ece0f4e1768cddf8853bb2d551b"


@both_suites
def test_key_of_another_length_is_refused(suite: Suite) -> None:
    for length in (0, 15, 17, 24, 31, 33, 48 - suite.key_bytes):
        with pytest.raises(ValueError, match="bytes"):
            Key(bytes(length), suite)


@both_suites
@given(plain=st.binary(max_size=200), about=st.binary(max_size=20), bit=st.integers(0, 10**6))
@settings(deadline=None, max_examples=60)
def test_whatever_is_changed_cut_or_bound_elsewhere_doesnt_open(
    suite: Suite, plain: bytes, about: bytes, bit: int
) -> None:
    key = Key.new(suite)
    sealed = key.seal(plain, about=about)
    assert key.open(sealed, about=about) == plain
    changed = bytearray(sealed)
    changed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    tries = [(key, bytes(changed), about), (key, sealed, about + b"x"), (Key.new(suite), sealed, about)]
    tries += [(key, sealed[:length], about) for length in range(0, len(sealed), 7)]
    for used, piece, bound in tries:
        with pytest.raises((InvalidTag, ValueError)):
            used.open(piece, about=bound)


@both_suites
def test_nonces_are_random_and_never_twice(suite: Suite) -> None:
    key = Key.new(suite)
    nonces = [key.seal(b"words", about=b"")[:NONCE_BYTES] for _ in range(2_000)]
    assert len(set(nonces)) == len(nonces)
    ones = Counter(bit for nonce in nonces for bit in range(96) if nonce[bit // 8] >> bit % 8 & 1)
    assert all(800 < ones[bit] < 1_200 for bit in range(96)), "every bit of 2,000 is one about half the time (9 sigma)"


@both_suites
def test_fingerprints_and_commitments_tell_keys_apart_and_not_what_they_are(suite: Suite) -> None:
    one, other = Key.new(suite), Key.new(suite)
    assert one.fingerprint() == Key(one.expose(), suite).fingerprint() != other.fingerprint()
    assert one.commitment(b"72") == one.commitment(b"72") != one.commitment(b"73")
    assert one.commitment(b"72") != other.commitment(b"72")
    assert one.fingerprint() not in one.expose() + hashlib.sha256(one.expose()).digest()


@both_suites
def test_store_does_everything_under_its_suite_and_no_other(tmp_path: Path, suite: Suite) -> None:
    keys = KeyStore.open(tmp_path, suite)
    made = keys.create_keys("call-1", Kind)
    before = Pseudonyms(keys).customer("13800138000")
    Pseudonyms(keys).remember(agent="A-1", customer="13800138000")
    keys.advance_epoch()
    again = KeyStore.open(tmp_path, suite)
    sealed = made[Kind.AUDIO].seal(b"sound", about=b"")
    assert again.release_key("call-1", Kind.AUDIO).open(sealed, about=b"") == b"sound"
    assert again.reference(before) == "13800138000" and again.suite is suite
    assert len(made[Kind.AUDIO].expose()) == len((tmp_path / "keys/root.key").read_bytes()) == suite.key_bytes
    assert len(again.sign(b"head")) == 64, "the log is signed with Ed25519 under either"
    other = next(each for each in Suite if each is not suite)
    with pytest.raises(BadInput, match="never mixed") as refused:
        KeyStore.open(tmp_path, other)
    assert refused.value.field == "settings.vault.suite" and suite in refused.value.fix


def test_store_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    keys = KeyStore.open(tmp_path)
    made = keys.create_keys("call-1", Kind)
    keys.destroy("call-0", now=NOW)
    with closing(sqlite3.connect(tmp_path / "keys/keys.db")) as db:
        for statement in (
            "ALTER TABLE box DROP COLUMN suite",
            "ALTER TABLE box DROP COLUMN wraps",
            "ALTER TABLE tombstone DROP COLUMN fingerprint",
            "PRAGMA user_version = 1",
        ):
            db.execute(statement)
        db.commit()
    taken = KeyStore.open(tmp_path)
    assert taken.suite is Suite.AES and taken.destroyed("call-0") == set(Kind)
    assert taken.release_key("call-1", Kind.AUDIO).fingerprint() == made[Kind.AUDIO].fingerprint()
    taken.destroy("call-1", now=NOW)
    assert len(taken.fingerprints(["call-1", "call-0"])) == 3, "of what was destroyed before nobody knows them"


def test_epoch_moves_before_its_key_has_wrapped_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = KeyStore.open(tmp_path)
    monkeypatch.setattr(keystore, "WRAPS_MAX", 12)
    for number in range(2):
        keys.create_keys(f"call-{number}", Kind)
    assert keys.epoch() == 1
    keys.create_keys("call-2", Kind)  # with the box's three secrets it has wrapped twelve
    assert keys.epoch() == 2 and not keys.has_epoch(1)


def test_key_of_a_person_is_its_own_and_stays_destroyed(tmp_path: Path) -> None:
    keys = KeyStore.open(tmp_path)
    person = keys.own_key(Owner.SUBJECT, "C-1")
    assert person.fingerprint() == KeyStore.open(tmp_path).own_key(Owner.SUBJECT, "C-1").fingerprint()
    others = [keys.own_key(Owner.SUBJECT, "C-2"), keys.own_key(Owner.CASE, "C-1"), keys.own_key(Owner.HOLD, "C-1")]
    assert person.fingerprint() not in {other.fingerprint() for other in others}
    keys.destroy_own(Owner.SUBJECT, "C-1", now=NOW)
    with pytest.raises(Conflict):
        keys.own_key(Owner.SUBJECT, "C-1")
    assert keys.own_fingerprint(Owner.SUBJECT, "C-1") == person.fingerprint().hex()
    assert keys.own_fingerprint(Owner.SUBJECT, "C-9") is None


def test_restored_store_loses_again_what_the_ledger_names(tmp_path: Path) -> None:
    keys = KeyStore.open(tmp_path)
    keys.create_keys("call-1", Kind)
    keys.create_keys("call-2", Kind)
    ledger = set(keys.fingerprints(["call-1"]).values())
    assert keys.destroy_fingerprints(ledger | {"00" * 16}, now=NOW) == 3
    assert keys.destroyed("call-1") == set(Kind) and keys.destroyed("call-2") == set()
    assert keys.destroy_fingerprints(ledger, now=NOW) == 0


def test_damaged_key_can_still_be_erased(tmp_path: Path) -> None:
    keys = KeyStore.open(tmp_path)
    keys.create_keys("call-1", Kind)
    with closing(sqlite3.connect(tmp_path / "keys/keys.db")) as db:
        db.execute("UPDATE data_key SET wrapped = zeroblob(60) WHERE kind = 'audio'")
        db.commit()
    with pytest.raises(NotReady):
        keys.release_key("call-1", Kind.AUDIO)
    keys.destroy("call-1", now=NOW)
    assert keys.destroyed("call-1") == set(Kind)
