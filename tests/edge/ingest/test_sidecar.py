from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import BadInput, TooLarge
from edge.ingest.sidecar import read_sidecar
from edge.records import BasisKind, BasisState, CallHeader, ChannelRole, Language, Party, Purpose, Scene

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def read(form: Any) -> CallHeader:
    return read_sidecar(json.dumps(form).encode(), now=NOW)


def field_refused(form: Any) -> str:
    with pytest.raises(BadInput) as refusal:
        read(form)
    return refusal.value.field


def changed(form: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one value changed; `path` as `bases.0.party`."""
    form = copy.deepcopy(form)
    at: Any = form
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step) if isinstance(at, list) else step]
    at[last] = value
    return form


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("consent", "sidecar.consent"),
        ("__proto__", "sidecar.__proto__"),
        ("bases.0.noticeid", "sidecar.bases[0].noticeid"),
        ("bases.0.granted", "sidecar.bases[0].granted"),
    ],
)
def test_sidecar_refuses_an_unknown_field_by_its_name(form, path, field):
    assert field_refused(changed(form, path, True)) == field


@pytest.mark.parametrize(
    "name", ["call_id", "started_at", "scene", "direction", "agent_ref", "customer_ref", "channels"]
)
def test_sidecar_names_the_field_that_is_missing(form, name):
    del form[name]
    assert field_refused(form) == f"sidecar.{name}"


@pytest.mark.parametrize("name", ["party", "purpose", "basis", "notice_id", "indicated_at", "method", "evidence_ref"])
def test_sidecar_names_the_field_that_a_basis_lacks(form, name):
    del form["bases"][0][name]
    assert field_refused(form) == f"sidecar.bases[0].{name}"


WRONG = {
    "call_id": [
        "", "../x", "a/b", "a\\b", ".a", "-a", "a b", "a\n", "a\x00", "通话", "a" * 129, 1, None, True, ["a"], "\ud800",
    ],
    "started_at": [
        "2026-03-02", "2026-03-02T10:15:00", "2026-03-02 10:15:00+08:00", "2026-02-30T10:00:00+08:00",
        "2026-03-02T25:00:00+08:00", "2026-03-02T10:15:00+0800", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
        "2999-01-01T00:00:00+08:00", "9999-12-31T23:59:59-14:00", "20260302T101500Z",
        "２026-03-02T10:15:00Z", 1772417700, "", None, "2026-03-02T10:15:00+99:00",
    ],
    "scene": ["", "phone", "CALL_CENTRE", None, 1, []],
    "direction": ["both", None, {}],
    "agent_ref": ["", " ", "a ", " a", "a\tb", "a\u202eb", "a\u0085b", "x" * 257, 7, None, "\udfff"],
    "customer_ref": ["", "a\nb", 7.5],
    "channels": [
        {}, [], None, "mixed", {"0": "agent"}, {"1": "agent"}, {"0": "agent", "1": "agent"},
        {"0": "agent", "1": "mixed"}, {"0": "mixed", "1": "mixed"}, {"0": "agent", "2": "customer"},
        {"0": "agent", "1": "customer", "2": "agent"},
        ["agent"], ["agent", "customer", "agent"], {"a": "agent", "b": "customer"}, {"00": "mixed"},
    ],
    "jurisdiction": ["cn", "CHN", "XX", "EU", "UK", None, 1],
    "language": ["ja", "", "ZH", None],
    "bases": [{}, None, "consent", [1], [None]],
    "bases.0.party": ["manager", None],
    "bases.0.purpose": [[], "record", None, ["sell"], ["record", "record"], {"record": True}],
    "bases.0.basis": ["yes", True],
    "bases.0.indicated_at": ["yesterday", "2026-07-01T00:00:00Z"],
    "bases.0.method": ["telepathy", None],
    "bases.0.notice_id": ["", "a\x1bb", 5],
    "bases.0.evidence_ref": ["", "\ud83d"],
    "bases.0.state": ["maybe", None, True],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [(path, value) for path, values in WRONG.items() for value in values],
    ids=lambda part: ascii(part)[:40],
)
def test_sidecar_refuses_a_wrong_value_and_names_its_field(form, path, value):
    field = field_refused(changed(form, path, value))
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        assert field == "sidecar"  # half a character is found before the fields are looked at
    else:
        assert field.startswith("sidecar." + path.replace(".0", "[0]"))


SECRET = "张伟13800138000"


@pytest.mark.parametrize("path", [*WRONG, "bases.0.purpose"])
def test_sidecar_never_repeats_a_value_in_its_refusal(form, path):
    value = [SECRET] if path == "bases.0.purpose" else SECRET + "\n"
    with pytest.raises(BadInput) as refusal:
        read(changed(form, path, value))
    assert SECRET not in str(refusal.value)


def test_sidecar_repeats_an_unknown_name_on_one_short_line_only(form):
    with pytest.raises(BadInput) as refusal:
        read(form | {"x\x1b[31m\n" + "y" * 5_000: 1})
    assert refusal.value.field.isprintable()
    assert len(refusal.value.field) < 100


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[]", "no JSON object"),
        (b"null", "no JSON object"),
        (b'"call"', "no JSON object"),
        (b'{"a": 1, "a": 1}', "twice"),
        (b'{"bases": [{"party": 1, "party": 2}]}', "twice"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": -Infinity}', "not JSON"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "can't be read"),
        (b"[" * 9 + b"]" * 9, "nested"),
        (b'{"a":' * 5_000, "nested"),
        ('{"agent_ref": "张伟"}'.encode("gbk"), "UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"\\ud800": 1}', "surrogate"),
        (b'{"a": "\xed\xa0\x80"}', "UTF-8"),
        (b'{"a": "\x00"}', "no JSON"),
        (b"{} {}", "no JSON"),
    ],
)
def test_sidecar_says_what_is_wrong_with_the_whole(data, problem):
    with pytest.raises(BadInput) as refusal:
        read_sidecar(data, now=NOW)
    assert problem in refusal.value.problem


def test_sidecar_refuses_more_than_64_kib(form):
    padded = json.dumps(form).encode().ljust(64 * 1024)
    assert read_sidecar(padded, now=NOW).call_id == "c-1"
    with pytest.raises(TooLarge):
        read_sidecar(padded + b" ", now=NOW)


def test_sidecar_refuses_more_bases_than_there_can_be(form):
    assert field_refused(form | {"bases": form["bases"] * 33}) == "sidecar.bases"


def test_sidecar_allows_the_clocks_to_differ_by_five_minutes(form):
    early = form | {"started_at": (NOW + timedelta(minutes=5)).isoformat()}
    assert read(early).started_at == NOW + timedelta(minutes=5)
    assert (
        field_refused(form | {"started_at": (NOW + timedelta(minutes=5, seconds=1)).isoformat()})
        == "sidecar.started_at"
    )


def test_sidecar_becomes_a_header(form):
    header = read(form)
    assert header.call_id == "c-1"
    assert header.started_at == datetime(2026, 3, 2, 10, 15, tzinfo=timezone(timedelta(hours=8)))
    assert header.scene is Scene.CALL_CENTRE
    assert header.channels == (ChannelRole.AGENT, ChannelRole.CUSTOMER)
    (basis,) = header.bases
    assert (basis.party, basis.purposes) == (Party.CUSTOMER, (Purpose.RECORD, Purpose.ANALYSE))
    assert (basis.basis, basis.state) == (BasisKind.CONSENT, BasisState.GIVEN)


@pytest.mark.parametrize(
    ("channels", "roles"),
    [
        ({"1": "customer", "0": "agent"}, (ChannelRole.AGENT, ChannelRole.CUSTOMER)),
        ({"0": "customer", "1": "agent"}, (ChannelRole.CUSTOMER, ChannelRole.AGENT)),
        (["customer", "agent"], (ChannelRole.CUSTOMER, ChannelRole.AGENT)),
        ({"0": "mixed"}, (ChannelRole.MIXED,)),
    ],
)
def test_sidecar_reads_channels_by_their_index(form, channels, roles):
    assert read(form | {"channels": channels}).channels == roles


def test_sidecar_takes_a_refusal_for_the_gate_to_see(form):
    assert read(changed(form, "bases.0.state", "refused")).bases[0].state is BasisState.REFUSED


def test_sidecar_without_the_optional_fields_means_unknown_place_mandarin_and_no_basis(form):
    for name in ("jurisdiction", "language", "bases"):
        del form[name]
    header = read(form)
    assert (header.jurisdiction, header.language, header.bases) == ("", Language.ZH, ())


def test_sidecar_may_begin_with_a_byte_order_mark(form):
    assert read_sidecar(b"\xef\xbb\xbf" + json.dumps(form).encode(), now=NOW).call_id == "c-1"


@given(st.text("abcXYZ019._:@-", min_size=1, max_size=128).filter(lambda text: text[0].isalnum()))
def test_sidecar_takes_every_call_id_of_the_allowed_letters(call_id):
    form = json.loads(FORM)
    assert read(form | {"call_id": call_id}).call_id == call_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
FORM = json.dumps(
    {
        "call_id": "c-1", "started_at": "2026-03-02T10:15:00+08:00", "scene": "store", "direction": "in_store",
        "agent_ref": "A-1", "customer_ref": "C-1", "channels": {"0": "mixed"},
    }
)  # fmt: skip


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*json.loads(FORM), "bases", "jurisdiction", "x"]), JSON, max_size=4))
def test_sidecar_answers_with_a_header_or_bad_input_whatever_the_fields_hold(strange):
    try:
        header = read(json.loads(FORM) | strange)
    except BadInput as refusal:
        assert refusal.field.startswith("sidecar")
    else:
        assert header.channels


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_sidecar_answers_with_bad_input_to_any_bytes(data):
    with pytest.raises(BadInput):
        read_sidecar(data, now=NOW)
