"""Pseudonyms stand for references, and for nobody without the box's key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge.errors import NotFound
from edge.vault.keystore import KeyStore
from edge.vault.pseudonym import Pseudonyms


@pytest.fixture
def pseudonyms(tmp_path: Path) -> Pseudonyms:
    return Pseudonyms(KeyStore.open(tmp_path))


def test_pseudonyms_of_two_boxes_and_of_two_roles_have_nothing_in_common(
    pseudonyms: Pseudonyms, tmp_path: Path
) -> None:
    other = Pseudonyms(KeyStore.open(tmp_path / "other"))
    same = [each(text) for each in (pseudonyms.agent, pseudonyms.customer, pseudonyms.log_reference) for text in ["7"]]
    same += [other.agent("7"), other.customer("7"), other.log_reference("7")]
    assert len({pseudonym[2:] for pseudonym in same}) == 6
    assert pseudonyms.digest([b"7"]) != other.digest([b"7"])


def test_pseudonym_has_its_form_and_stays_the_same(pseudonyms: Pseudonyms) -> None:
    assert re.fullmatch(r"A-[A-Z2-7]{16}", pseudonyms.agent("王小明"))
    assert re.fullmatch(r"C-[A-Z2-7]{16}", pseudonyms.customer("13800138000"))
    assert pseudonyms.customer("13800138000") == pseudonyms.customer("13800138000")


def test_digest_finds_the_same_content_however_it_is_cut(pseudonyms: Pseudonyms) -> None:
    assert pseudonyms.digest([b"ab", b"", b"c"]) == pseudonyms.digest([b"abc"])
    assert pseudonyms.digest([b"abc"]) != pseudonyms.digest([b"abd"])


def test_reference_comes_back_until_it_is_forgotten(pseudonyms: Pseudonyms) -> None:
    with pytest.raises(NotFound):
        pseudonyms.reference(pseudonyms.agent("王小明"))
    pseudonyms.remember(agent="王小明", customer="13800138000")
    pseudonyms.remember(agent="王小明", customer="13900139000")
    assert pseudonyms.reference(pseudonyms.agent("王小明")) == "王小明"
    pseudonyms.forget(pseudonyms.customer("13800138000"))
    with pytest.raises(NotFound):
        pseudonyms.reference(pseudonyms.customer("13800138000"))
    assert pseudonyms.reference(pseudonyms.customer("13900139000")) == "13900139000"
