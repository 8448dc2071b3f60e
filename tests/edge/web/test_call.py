"""The page of an analysed call, its JSON twin, its audio: the real recogniser on a recorded call."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import soundfile
from aiohttp import FormData

from edge.records import MASK, Analysis
from edge.web.reveals import REVEAL_LIFE, Reveals
from tests.edge.web.conftest import SAMPLES, Site
from tests.edge.web.visitor import Visitor

shared = pytest.mark.asyncio(loop_scope="session")  # the analysed call lives in the session's loop


@pytest.fixture
def analysis(busy: Site, call_id: str) -> Analysis:
    return busy.box.analysis(call_id, actor="test")


@pytest.fixture
def marked(analysis: Analysis) -> list[str]:
    """What the language stage found to identify a person in the call."""
    words = [said.text[span.start : span.end] for said in analysis.utterances for span in said.pii]
    assert words, "the call names a person"
    return words


@shared
@pytest.mark.parametrize("page", ["", ".json"])
async def test_call_is_masked_by_default(reader: Visitor, call_id: str, marked: list[str], page: str) -> None:
    text = await reader.text(f"/calls/{call_id}{page}")
    assert MASK in text or "\\uff0a" in text
    assert not [word for word in marked if word in text]


@shared
async def test_original_words_are_not_shown_without_asking(reader: Visitor, call_id: str, marked: list[str]) -> None:
    page = await reader.get(f"/calls/{call_id}?reveal=1")
    assert (page.status, page.headers["Location"]) == (303, f"/calls/{call_id}")
    twin = await reader.get(f"/calls/{call_id}.json?reveal=1")
    assert twin.status == 403 and not [word for word in marked if word in await twin.text()]


@shared
async def test_original_words_are_shown_to_who_asked_and_to_nobody_else(
    busy: Site, reader: Visitor, call_id: str, marked: list[str]
) -> None:
    asked = await reader.post(f"/calls/{call_id}/reveal", {"csrf": await reader.token()})
    assert asked.headers["Location"] == f"/calls/{call_id}?reveal=1"
    shown = await reader.text(f"/calls/{call_id}.json?reveal=1")
    assert all(word in shown for word in marked)
    async with Visitor(busy.base) as other:
        await other.sign_in()
        assert (await other.get(f"/calls/{call_id}.json?reveal=1")).status == 403
    await reader.post(f"/calls/{call_id}/conceal", {"csrf": await reader.token()})
    assert (await reader.get(f"/calls/{call_id}.json?reveal=1")).status == 403


def test_reveal_ends_by_itself_and_holds_for_one_call() -> None:
    reveals, now = Reveals(), datetime(2026, 3, 2, tzinfo=UTC)
    reveals.grant("session", "call", now=now)
    assert reveals.holds("session", "call", now=now + REVEAL_LIFE - timedelta(seconds=1))
    assert not reveals.holds("session", "call", now=now + REVEAL_LIFE)
    assert not reveals.holds("session", "other", now=now)


@shared
async def test_json_twin_is_the_contracts_analysis(reader: Visitor, call_id: str, analysis: Analysis) -> None:
    twin = json.loads(await reader.text(f"/calls/{call_id}.json"))
    assert twin["call_id"] == call_id
    assert {"utterances", "scores", "talk", "timing", "channels", "duration_s"} <= set(twin)
    assert [said["id"] for said in twin["utterances"]] == [said.id for said in analysis.utterances]
    for score in twin["scores"].values():
        assert {"value", "interval", "state", "evidence", "versions", "limits"} <= set(score)


@shared
async def test_page_shows_every_turn_score_and_promise(reader: Visitor, call_id: str, analysis: Analysis) -> None:
    page = await reader.text(f"/calls/{call_id}")
    assert analysis.utterances
    assert all(f'id="{said.id}"' in page for said in analysis.utterances)
    assert all(f'id="score-{name}"' in page for name in analysis.scores)
    assert page.count('class="promise-list"') == any(said.commitment for said in analysis.utterances)


@shared
async def test_page_draws_the_dimensions_of_a_score_and_the_twin_holds_them(reader: Visitor, call_id: str) -> None:
    parts = json.loads(await reader.text(f"/calls/{call_id}.json"))["scores"]["discovery_depth"]["parts"]
    page = await reader.text(f"/calls/{call_id}")
    assert len(parts) == 6 and parts[-1]["value"] is None
    assert page.count('class="dimensions"') == 1
    assert all(part["title"] in page for part in parts)


@shared
async def test_page_links_to_nothing_outside_the_box(reader: Visitor, call_id: str) -> None:
    page = await reader.text(f"/calls/{call_id}")
    assert not re.findall(r"""(?:src|href|action)=["']?(?:[a-z]+:|//)""", page)


@shared
async def test_audio_is_sent_in_the_ranges_that_the_player_asks_for(reader: Visitor, call_id: str) -> None:
    whole = await reader.get(f"/calls/{call_id}/audio")
    body = await whole.read()
    assert (whole.status, whole.headers["Cache-Control"], whole.content_type) == (200, "no-store", "audio/flac")
    part = await reader.get(f"/calls/{call_id}/audio", headers={"Range": "bytes=100-199"})
    assert (part.status, part.headers["Content-Range"]) == (206, f"bytes 100-199/{len(body)}")
    assert await part.read() == body[100:200]
    past = await reader.get(f"/calls/{call_id}/audio", headers={"Range": f"bytes={len(body)}-"})
    assert past.status == 416


@shared
async def test_waveform_is_as_long_as_the_recording_on_both_channels(reader: Visitor, call_id: str) -> None:
    peaks = await (await reader.get(f"/calls/{call_id}/peaks.json")).json()
    seconds = soundfile.info(SAMPLES / "call.flac").duration
    assert len(peaks["channels"]) == 2
    assert all(len(channel) / peaks["per_s"] == pytest.approx(seconds, abs=0.1) for channel in peaks["channels"])


@shared
@pytest.mark.parametrize("path", ["", ".json", "/audio", "/peaks.json", "/row", "/progress"])
async def test_call_that_is_not_there_is_not_found(reader: Visitor, path: str) -> None:
    assert (await reader.get(f"/calls/nothing{path}")).status == 404


@shared
async def test_list_shows_the_call_with_its_scores(reader: Visitor, call_id: str) -> None:
    page = await reader.text("/calls")
    assert f'href="/calls/{call_id}"' in page and 'class="mini-scores"' in page
    twin = await (await reader.get("/calls.json")).json()
    assert [call["call_id"] for call in twin["calls"]] == [call_id]


@shared
async def test_erasure_needs_a_reason(busy: Site, reader: Visitor, call_id: str) -> None:
    answer = await reader.post(f"/calls/{call_id}/erase", {"csrf": await reader.token(), "reason": "no idea"})
    assert answer.status == 400
    assert busy.box.call(call_id).call_id == call_id


def upload_form(token: str, **files: bytes) -> FormData:
    form = FormData()
    form.add_field("csrf", token)
    for name, content in files.items():
        form.add_field(name, io.BytesIO(content), filename=name)
    return form


async def test_upload_is_received_and_leads_to_its_call(member: Visitor, sidecar: bytes, recording: bytes) -> None:
    answer = await member.post("/calls", upload_form(await member.token(), sidecar=sidecar, audio=recording))
    call_id = json.loads(sidecar)["call_id"]
    assert (answer.status, answer.headers["Location"]) == (303, f"/calls/{call_id}")
    assert f'hx-get="/calls/{call_id}/progress"' in await member.text(f"/calls/{call_id}")


async def test_call_is_gone_once_it_is_erased(member: Visitor, sidecar: bytes, recording: bytes) -> None:
    await member.post("/calls", upload_form(await member.token(), sidecar=sidecar, audio=recording))
    path = f"/calls/{json.loads(sidecar)['call_id']}"
    answer = await member.post(f"{path}/erase", {"csrf": await member.token(), "reason": "wrong_recording"})
    assert answer.status == 303
    assert (await member.get(path)).status == 404 and (await member.get(f"{path}/audio")).status == 404


@shared
async def test_upload_without_a_basis_is_refused_with_field_problem_and_fix(
    quiet: Site, resident: Visitor, refused_sidecar: bytes, recording: bytes
) -> None:
    form = upload_form(await resident.token(), sidecar=refused_sidecar, audio=recording)
    answer = await resident.post("/calls", form, headers={"Accept": "application/json"})
    problem = await answer.json()
    assert (answer.status, answer.content_type) == (403, "application/problem+json")
    assert "客户" in problem["problem"] and problem["field"] and problem["fix"]
    assert quiet.box.calls() == ()


@shared
@pytest.mark.parametrize(
    ("files", "field"),
    [
        ({"sidecar": b"{"}, "sidecar"),
        ({"audio": b"RIFF", "sidecar": b"{}"}, "sidecar"),
        ({"sidecar": b" " * 200_000}, "sidecar"),
    ],
)
async def test_upload_of_a_wrong_form_is_refused(
    quiet: Site, resident: Visitor, files: dict[str, bytes], field: str
) -> None:
    form = upload_form(await resident.token(), **files)
    answer = await resident.post("/calls", form, headers={"Accept": "application/json"})
    assert answer.status in (400, 413) and (await answer.json())["field"].startswith(field)
    assert quiet.box.calls() == ()


@shared
async def test_upload_of_something_else_than_sound_is_refused_in_the_readers_language(
    quiet: Site, resident: Visitor, sidecar: bytes
) -> None:
    form = upload_form(await resident.token(), sidecar=sidecar, audio=b"%PDF-1.7 " + b"x" * 5_000)
    page = await (await resident.post("/calls", form)).text()
    assert "看起来是PDF 文档" in page and 'role="alert"' in page
    assert quiet.box.calls() == ()


@shared
async def test_upload_of_no_form_with_files_is_refused(resident: Visitor) -> None:
    assert (await resident.post("/calls", {"csrf": await resident.token()})).status == 400


def test_no_content_of_a_call_is_left_beside_the_database(busy: Site, analysis: Analysis) -> None:
    longest = max((said.text for said in analysis.utterances), key=len).encode()
    files = [path for path in Path(busy.settings.home).rglob("*") if path.is_file()]
    assert files and not [path for path in files if longest in path.read_bytes()]


@shared
async def test_page_draws_the_mood_where_it_is_scored(reader: Visitor, call_id: str) -> None:
    swing = json.loads(await reader.text(f"/calls/{call_id}.json"))["scores"]["emotion_swing"]
    page = await reader.text(f"/calls/{call_id}")
    assert page.count('class="mood"') == (swing["value"] is not None)
