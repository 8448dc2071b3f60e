"""Certificates of erasure: whole, checkable without the box, and nothing there is opens what was erased."""

from __future__ import annotations

import base64
import copy
import json
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.box import Box
from edge.cli import main
from edge.erasure.certificate import check, targets
from edge.erasure.erase import erase_calls
from edge.erasure.trigger import Trigger
from edge.errors import BadInput
from edge.settings import Settings, VaultSettings
from edge.vault.keystore import KeyStore
from edge.vault.suite import Suite
from edge.vault.trial import attempt
from tests.edge.explain.stored import a_present_analysis, put_analysed, queue_call

PHONE = "13800138000"


def quiet(_: float) -> None:
    """Nobody watches."""


def erased(box: Box, **more: Any) -> int:
    put_analysed(box, PHONE, a_present_analysis())
    (number,) = erase_calls(box._parts, [PHONE], trigger=Trigger.WITHDRAWN, actor="account:3", case="R-17", **more)
    return number


def document_of(box: Box, number: int) -> dict[str, Any]:
    written = json.dumps(box.erasures.certificate(number, now=datetime.now(UTC)).document())
    read: dict[str, Any] = json.loads(written)
    return read


def faults(box: Box, document: dict[str, Any], **more: Any) -> dict[str, str]:
    findings, _ = box.erasures.verify(document, progress=quiet, **more)
    return {finding.what: finding.why for finding in findings if not finding.right}


def test_certificate_is_right_and_names_nobody(box: Box) -> None:
    document = document_of(box, erased(box))
    assert faults(box, document) == {}
    assert {finding.why for finding in check(document, document["vkey"])} == {""}
    told = json.dumps(document) + "".join(target.address.call for target in targets(document))
    assert PHONE not in told and base64.b64encode(PHONE.encode()).decode() not in told
    assert len(document["samples"]) == 3 and document["does_not_prove"]["zh"]
    assert (document["trigger"], document["case"], document["operator"]) == ("withdrawn", "R-17", "account:3")


def test_nothing_of_the_box_opens_it_and_all_was_tried(box: Box) -> None:
    for number in range(3):
        queue_call(box, f"other-{number}")
    number = erased(box)
    findings, (tried,) = box.erasures.verify(document_of(box, number), progress=quiet)
    assert all(finding.right for finding in findings) and tried.opened == ()
    # nine keys of other calls, the box's secrets, the root, the epoch's: each was tried whole
    assert tried.keys >= 9 + 3 + 2 and tried.stretches > 10_000 and tried.files >= 3


def test_copy_of_the_key_store_from_before_opens_it_and_that_is_shown(box: Box, tmp_path: Path) -> None:
    put_analysed(box, PHONE, a_present_analysis())
    before = tmp_path / "stick"
    shutil.copytree(box.settings.home / "keys", before)
    (number,) = erase_calls(box._parts, [PHONE], trigger=Trigger.REQUESTED, actor="test")
    document = document_of(box, number)
    _, tried = box.erasures.verify(document, copies=[before], progress=quiet)
    assert [one.opened for one in tried] == [(), (0, 1, 2)]
    assert faults(box, document, copies=[before]) == {"trial": "opened"}


def test_stale_database_without_its_epochs_key_opens_nothing(box: Box, tmp_path: Path) -> None:
    put_analysed(box, PHONE, a_present_analysis())
    stale = tmp_path / "keys.db"
    shutil.copy(box.settings.home / "keys/keys.db", stale)
    (number,) = erase_calls(box._parts, [PHONE], trigger=Trigger.REQUESTED, actor="test")
    assert faults(box, document_of(box, number), copies=[stale]) == {}


def test_wrapped_key_left_anywhere_in_a_file_is_found(box: Box, tmp_path: Path) -> None:
    """As a free page, a journal or a swap file might keep it."""
    put_analysed(box, PHONE, a_present_analysis())
    keys = box.settings.home / "keys"
    before = tmp_path / "stick"
    before.mkdir()
    database = (keys / "keys.db").read_bytes()
    (before / "debris.bin").write_bytes(random.Random(7).randbytes(777) + database[1:])  # no database any more
    for name in ("root.key", "epoch-1.kek"):
        shutil.copy(keys / name, before / name)
    (number,) = erase_calls(box._parts, [PHONE], trigger=Trigger.REQUESTED, actor="test")
    assert faults(box, document_of(box, number), copies=[before]) == {"trial": "opened"}


CHANGES = {
    "trigger": lambda it: it.update(trigger="officer"),
    "case": lambda it: it.update(case=None),
    "operator": lambda it: it.update(operator="account:4"),
    "time": lambda it: it.update(erased_at="2026-01-01T00:00:00+00:00"),
    "epoch": lambda it: it["key_epoch"].update(before=0),
    "object": lambda it: it["manifest"]["objects"][0].update(bytes=1),
    "objects": lambda it: it["manifest"]["objects"].pop(),
    "keys": lambda it: it["manifest"]["keys"].pop(),
    "sample": lambda it: it["samples"][0].update(ciphertext=base64.b64encode(b"x" * 99).decode()),
    "leaf": lambda it: it.update(
        leaf=base64.b64encode(base64.b64decode(it["leaf"]).replace(b"R-17", b"R-18")).decode()
    ),
    "proof": lambda it: it.update(proof=it["proof"].replace("index ", "index 1")),
    "no proof": lambda it: it.update(proof=None),
    "garbled proof": lambda it: it.update(proof="c2sp.org/tlog-proof@v1\nnonsense"),
}


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with Box.open(Settings(home=tmp_path_factory.mktemp("certified") / "box")) as box:
        return document_of(box, erased(box))


@pytest.mark.parametrize("change", CHANGES)
def test_no_changed_certificate_passes(certified: dict[str, Any], change: str) -> None:
    document = copy.deepcopy(certified)
    CHANGES[change](document)
    assert document != certified
    try:
        assert any(not finding.right for finding in check(document, certified["vkey"]))
    except BadInput:
        assert change == "objects"  # its samples have nothing to belong to


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from paths(one, (*path, name))


SCALARS = st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats(allow_nan=False) | st.text(max_size=5)
ANYTHING = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=3), SCALARS, max_size=2)
UNPROVEN = {"vkey", "method", "does_not_prove", "form", "kind"}
"""What a certificate tells beside what its leaf commits to."""


@given(st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_put_in_its_place_is_found_or_refused(certified: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([one for one in paths(certified) if one[0] not in UNPROVEN]))
    document = copy.deepcopy(certified)
    place: Any = document
    for name in path[:-1]:
        place = place[name]
    new = data.draw(ANYTHING)
    if (
        path[0] == "key_epoch" and path[-1] != "before"
    ):  # moved on after the leaf was written: the log's next leaf says it
        return
    if place[path[-1]] == new or (path[-1] == "version" and path[0] == "samples"):
        return
    place[path[-1]] = new
    try:
        assert any(not finding.right for finding in check(document, certified["vkey"])), path
        targets(document)
    except BadInput:
        return


def test_certificate_of_another_box_doesnt_pass(certified: dict[str, Any], box: Box) -> None:
    queue_call(box, "call-1")
    assert faults(box, certified)["proof"] == "not_signed"


@pytest.mark.parametrize("document", [{}, {"leaf": "x"}, {"leaf": "e30=", "manifest": []}, {"leaf": 3}])
def test_what_is_no_certificate_is_refused(box: Box, document: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        box.erasures.verify(document, progress=quiet)


def test_gm_suite_erases_just_so(tmp_path: Path) -> None:
    gm = Settings(home=tmp_path / "gm", vault=VaultSettings(suite="sm4-gcm"))
    with Box.open(gm) as box:
        before = tmp_path / "stick"
        put_analysed(box, PHONE, a_present_analysis())
        assert box.analysis(PHONE, actor="test").utterances
        shutil.copytree(gm.home / "keys", before)
        (number,) = erase_calls(box._parts, [PHONE], trigger=Trigger.REQUESTED, actor="test")
        document = document_of(box, number)
        assert document["suite"] == "sm4-gcm" and faults(box, document) == {}
        assert faults(box, document, copies=[before]) == {"trial": "opened"}
    with pytest.raises(BadInput, match="sm4-gcm"):
        Box.open(Settings(home=tmp_path / "gm"))


def test_trial_without_any_key_of_the_box_opens_nothing(certified: dict[str, Any], tmp_path: Path) -> None:
    store = KeyStore.open(tmp_path, Suite.AES)
    (tried,) = attempt(store, tmp_path, targets(certified), progress=quiet)
    assert tried.opened == ()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(["box", "erasures", *arguments])
    return capsys.readouterr().out


def test_commands_list_show_write_and_verify(box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number, home = str(erased(box)), ["--home", str(box.settings.home)]
    listed = json.loads(run(capsys, "list", "--json", *home))["erasures"]
    assert [(one["erasure"], one["trigger"], one["old_key_destroyed"]) for one in listed] == [(1, "withdrawn", True)]
    assert "撤回" in run(capsys, "list", *home)
    shown = run(capsys, "show", number, *home)
    assert "PIPL 15" in shown and "不能证明" in shown and "R-17" in shown
    for name, words in (("zh", "擦除证书"), ("en", "Certificate of erasure")):
        run(capsys, "certificate", number, str(tmp_path / f"{name}.html"), "--language", name, *home)
        page = (tmp_path / f"{name}.html").read_text("utf-8")
        assert words in page and "c2sp.org/tlog-proof@v1" in page and "src=" not in page
    run(capsys, "certificate", number, str(tmp_path / "one.json"), *home)
    for what in (number, str(tmp_path / "one.json")):
        report = json.loads(run(capsys, "verify", what, "--json", *home))
        assert report["verified"] is True and set(report["checks"].values()) == {"right"}
    assert "打不开" in run(capsys, "verify", number, *home)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["show", "9"], "erasure"),
        (["verify", "nowhere.json"], "erasure"),
        (["certificate", "1", "certificate.pdf"], "file"),
        (["certificate", "1", "certificate.html", "--language", "fr"], "--language"),
    ],
)
def test_bad_input_is_named(box: Box, capsys: pytest.CaptureFixture[str], arguments: list[str], field: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["box", "erasures", *arguments, "--json" if "show" in arguments else "--home", str(box.settings.home)])
    assert stopped.value.code == 2


def test_command_fails_where_a_copy_opens_it(box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_analysed(box, PHONE, a_present_analysis())
    shutil.copytree(box.settings.home / "keys", tmp_path / "stick")
    erase_calls(box._parts, [PHONE], trigger=Trigger.REQUESTED, actor="test")
    with pytest.raises(SystemExit) as stopped:
        main(["box", "erasures", "verify", "1", "--copy", str(tmp_path / "stick"), "--home", str(box.settings.home)])
    assert stopped.value.code == 1 and "能打开" in capsys.readouterr().out
