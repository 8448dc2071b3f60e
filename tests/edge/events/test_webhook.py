"""The signature of a webhook: who sent it, what, and when."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from edge.errors import BadInput, Refused, TooLarge
from edge.events import sources, webhook

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECRET = b"secret"
BODY = b'{"events": []}'
STAMP = str(int(NOW.timestamp()))


def check(
    *, secret: bytes | None = SECRET, stamp: str = STAMP, signature: str | None = None, body: bytes = BODY
) -> None:
    webhook.verify(secret, stamp, signature or webhook.sign(SECRET, STAMP, BODY), body, now=NOW)


def test_signature_is_the_documented_one() -> None:
    wanted = hmac.new(SECRET, f"{STAMP}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert webhook.sign(SECRET, STAMP, BODY) == f"v1={wanted}"
    check()


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": b"other"},
        {"secret": None},
        {"body": b'{"events": [1]}'},
        {"stamp": str(int(STAMP) + 1)},
        {"signature": "v1="},
        {"signature": "v1=" + "0" * 64},
        {"signature": "签名"},
    ],
)
def test_request_that_was_changed_or_not_signed_by_its_source_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        check(**changed)  # type: ignore[arg-type]  # any argument
    assert refused.value.field == webhook.SIGNATURE_HEADER


def test_unknown_source_gets_the_answer_of_a_wrong_signature() -> None:
    with pytest.raises(Refused) as unknown:
        check(secret=None)
    with pytest.raises(Refused) as wrong:
        check(secret=b"other")
    assert str(unknown.value) == str(wrong.value)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_request_outside_the_replay_window_is_refused(minutes: int) -> None:
    stamp = str(int((NOW + timedelta(minutes=minutes)).timestamp()))
    with pytest.raises(Refused) as refused:
        webhook.verify(SECRET, stamp, webhook.sign(SECRET, stamp, BODY), BODY, now=NOW)
    assert refused.value.field == webhook.TIMESTAMP_HEADER


@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "٣", "9" * 13, " 1"])
def test_timestamp_that_is_none_is_refused_though_signed(stamp: str) -> None:
    with pytest.raises(Refused):
        webhook.verify(SECRET, stamp, webhook.sign(SECRET, stamp, BODY), BODY, now=NOW)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b"[" * 100_000, "body"),
        (b'{"events": {}}', "body"),
        (b'{"events": [], "more": 1}', "body"),
        (b'{"events": [7]}', "events[0]"),
        (b'{"events": [{"id": 7}]}', "events[0].id"),
        (b'{"events": [{"id": "1", "text": "x"}]}', "events[0].text"),
    ],
)
def test_body_that_holds_no_events_is_refused_by_name(body: bytes, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        webhook.read_body(body, now=NOW)
    assert refused.value.field == field


def test_more_events_than_a_request_may_hold_are_refused() -> None:
    with pytest.raises(TooLarge):
        webhook.read_body(json.dumps({"events": [{}] * (webhook.EVENTS_MAX + 1)}).encode(), now=NOW)


def test_secret_is_private_given_once_and_gone_when_removed(tmp_path) -> None:
    secret = sources.add(tmp_path, "crm")
    file = tmp_path / "sources/crm.secret"
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700
    assert sources.secret_of(tmp_path, "crm") == secret.encode() and len(secret) >= 43
    assert sources.names(tmp_path) == ("crm",)
    with pytest.raises(Exception, match="already"):
        sources.add(tmp_path, "crm")
    sources.remove(tmp_path, "crm")
    assert sources.secret_of(tmp_path, "crm") is None
    assert sources.names(tmp_path) == ()


@pytest.mark.parametrize("name", ["", "../root", "CRM", "a/b", "x" * 33, "-a"])
def test_source_name_that_could_be_a_path_is_refused(tmp_path, name: str) -> None:
    with pytest.raises(BadInput):
        sources.secret_of(tmp_path, name)
