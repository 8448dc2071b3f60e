"""A phrase, a name and numbers that exist nowhere else go in through every door, and are found nowhere.

Before an erasure they must lie nowhere in clear; after it, the sender's own name of the call, which the box's database
needs until then, must be gone too. Looked through: every byte of the box's home, its temporary files, and everything
that any logger says, libraries included.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import edge.rpc  # isort: skip  (before grpc, see its docstring)

import grpc
import numpy as np
import pytest
import soundfile
import structlog
from aiohttp import FormData
from sottovoce.edge.v1 import calls_pb2 as pb
from sottovoce.edge.v1 import calls_pb2_grpc

from edge import certificates, logs, pipeline
from edge.box import Box
from edge.cli import main
from edge.errors import BadInput, Refused
from edge.events import sources, webhook
from edge.events.importing import import_table
from edge.records import PiiSpan
from edge.rpc.server import serve as serve_rpc
from edge.settings import ServeSettings, Settings
from edge.web.accounts import FIRST, Accounts, Role
from edge.web.permissions import ALLOWED
from edge.web.server import serve as serve_web
from tests.canary import forms, hits
from tests.edge.explain.stored import dated
from tests.edge.explain.talks import TALK, an_analysis, spoken
from tests.edge.rpc.conftest import connect
from tests.edge.rpc.sending import pieces, stream
from tests.edge.web.visitor import NAME, PASSWORD, Visitor

assert edge.rpc
PHRASE, ENGLISH = "紫色长颈鹿在屋顶弹三弦", "purple giraffe strumming upstairs"
PERSON, PHONE, CARD = "欧阳子虚乌有", "13912345670", "6222020200119876543"
CANARIES = (PHRASE, ENGLISH, PERSON, PHONE, CARD)
CALL, SECOND = "call-of-17700009911", "call-of-17700009922"  # senders do name calls after telephone numbers
SIDECAR: dict[str, Any] = json.loads((Path(__file__).parent / "data/calls/dv-020.sidecar.json").read_text("utf-8"))
SAID = f"您好{PERSON}女士，{PHRASE}，电话{PHONE}，卡号{CARD}，{ENGLISH}，我保证明天一定给您修好。"
DEADLINE_S, RATE_HZ = 30, 8_000


class Ear(logging.Handler):
    """Hears what every logger says, libraries and their lowest levels included, with what was passed along."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.own = io.StringIO()  # what the box itself logs
        self.libraries: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.libraries.append(f"{record.name} {self.format(record)} {record.args!r}")

    def heard(self) -> str:
        return "\n".join([self.own.getvalue(), *self.libraries])


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    """Everything that is logged, by the box's own loggers as it configures them, and by every library."""
    ear, root, before = Ear(), logging.getLogger(), structlog.get_config()
    level, handlers = root.level, list(root.handlers)
    logs.configure(ear.own)
    monkeypatch.setattr(logs, "configure", lambda: None)  # a command would send them elsewhere
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("sqlalchemy.engine"), "level", logging.INFO)  # every statement
    yield ear
    root.setLevel(level)
    root.handlers[:] = handlers
    structlog.configure(**before)


def sidecar(call_id: str) -> dict[str, Any]:
    bases = [basis | {"evidence_ref": f"{PHRASE} {CARD}"} for basis in SIDECAR["bases"]]
    return SIDECAR | {"call_id": call_id, "agent_ref": PERSON, "customer_ref": f"{PHONE} {ENGLISH}", "bases": bases}


def recording(call_id: str) -> bytes:
    """Four seconds of noise on two channels, unlike any other."""
    noise = np.random.default_rng(list(call_id.encode())).integers(-900, 900, (4 * RATE_HZ, 2), dtype=np.int16)
    audio = io.BytesIO()
    soundfile.write(audio, noise, RATE_HZ, format="WAV")
    return audio.getvalue()


def made_analysis() -> Any:
    """The words that a recogniser might have heard, read and scored by the real stages."""
    said = spoken([*TALK[1:3], TALK[6], ("agent", SAID), ("customer", SAID)])
    found = tuple(
        replace(one, pii=(PiiSpan(start=2, end=2 + len(PERSON), type="person"), *one.pii)) if one.text == SAID else one
        for one in said
    )
    return dated(an_analysis(found))


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[tuple[Box, Visitor, calls_pb2_grpc.CallsStub]]:
    """A box with both doors open, an officer who is signed in, and a machine that may do all."""
    settings = Settings(home=home, serve=ServeSettings(web_port=0, rpc_port=0))
    with Box.open(settings) as box:
        Accounts(box.store).create_first(NAME, PASSWORD, roles=FIRST | frozenset(Role), now=datetime.now(UTC))
        web, rpc = await serve_web(box, settings), await serve_rpc(box, settings)
        try:
            async with (
                Visitor(f"https://localhost:{web.port}") as visitor,
                connect(rpc.port, certificates.operator(home)) as channel,
            ):
                assert (await visitor.sign_in()).status == 303
                yield box, visitor, calls_pb2_grpc.CallsStub(channel)
        finally:
            await rpc.stop(0)
            await web.stop()


async def send_calls(box: Box, visitor: Visitor, stub: calls_pb2_grpc.CallsStub) -> None:
    """One call by the page, one by gRPC; both analysed, one of them twice."""
    form = FormData()
    form.add_field("csrf", await visitor.token())
    form.add_field("sidecar", json.dumps(sidecar(CALL)).encode(), filename=f"{PERSON}.json")
    form.add_field("audio", recording(CALL), filename=f"{PHONE}.wav")
    answer = await visitor.post("/calls", form)
    assert answer.status == 303, await answer.text()
    start = pb.UploadCallRequest(start=pb.UploadStart(sidecar_json=json.dumps(sidecar(SECOND)).encode()))
    await stub.UploadCall(stream([start, *pieces(recording(SECOND))]), timeout=DEADLINE_S)
    for call_id in (CALL, SECOND):
        await asyncio.to_thread(keep, box, call_id)
    assert await asyncio.to_thread(box.rescore, CALL, actor="test") is not None


def keep(box: Box, call_id: str) -> None:
    job = pipeline.take(box._parts, call_id=call_id, actor="test")
    assert job is not None
    pipeline.keep(box._parts, job, replace(made_analysis(), call_id=call_id), actor="test")


async def tell_events(box: Box, visitor: Visitor, home: Path) -> None:
    """By a signed webhook and by a table, with canaries for whatever a source may write."""
    row = {"id": f"{PHRASE}-1", "kind": "follow_up_contact", "at": "2026-03-03T10:00:00+08:00"}
    row |= {"customer_ref": f"{PHONE} {ENGLISH}", "agent_ref": PERSON}
    body = json.dumps({"events": [row]}).encode()
    secret, stamp = sources.add(home, "crm"), str(int(time.time()))
    assert secret
    signed = webhook.sign(sources.secret_of(home, "crm") or b"", stamp, body)
    headers = {webhook.TIMESTAMP_HEADER: stamp, webhook.SIGNATURE_HEADER: signed}
    assert (await visitor.post("/hooks/events/crm", body, headers=headers)).status == 200
    cells = f"follow_up_contact,2026-03-04T10:00:00+08:00,{PHONE} {ENGLISH},{PERSON},{CARD}"
    table = f"kind,at,customer_ref,agent_ref,id\n{cells}\n"
    import_table(box.events, table.encode(), source="table", now=datetime.now(UTC), dry_run=False)
    with suppress(BadInput):
        import_table(
            box.events, table.replace("2026-03", CARD).encode(), source="table", now=datetime.now(UTC), dry_run=False
        )


async def correct(box: Box, visitor: Visitor) -> str:
    """Say what is wrong, in words that are somebody's; the correction's id."""
    token = await visitor.token(f"/calls/{CALL}")
    form = {"csrf": token, "utterance": "u0004", "change": "added", "label": "empathy", "reason": f"{PHRASE} {PERSON}"}
    answer = await visitor.post(f"/calls/{CALL}/corrections", form, headers={"Accept": "application/json"})
    assert answer.status == 201, await answer.text()
    return str((await answer.json())["id"])


async def look_at_everything(visitor: Visitor, correction: str) -> None:
    """Fetch every page there is, with the words shown."""
    token = await visitor.token(f"/calls/{CALL}")
    assert (await visitor.post(f"/calls/{CALL}/reveal", {"csrf": token})).status == 303
    named = {"call_id": CALL, "utterance": "u0004", "correction": correction}
    for pattern in ALLOWED:
        address = re.sub(r"\{(\w+)\}", lambda name: named.get(name[1], "1"), pattern)
        await (await visitor.get(f"{address}?reveal=1")).read()
    await (await visitor.get(f"/calls/{CALL}?past=1&reveal=1")).read()
    assert PHRASE in await visitor.text(f"/calls/{CALL}?reveal=1"), "an officer does see the words"


async def err(box: Box, visitor: Visitor, stub: calls_pb2_grpc.CallsStub, home: Path) -> None:
    """Send canaries where they are wrong: every door must refuse them without keeping or logging them."""
    token = await visitor.token()
    for address in (
        f"/calls/{PHRASE}",
        f"/calls/{PERSON}.json",
        f"/{CARD}",
        f"/calls?state={PHRASE}",
        f"/calls?before={CARD}",
    ):
        assert (await visitor.get(address)).status in (400, 404)
    for address, form in (
        ("/login", {"name": PERSON, "password": PHRASE}),
        ("/preferences", {"csrf": token, "language": PHRASE, "next": PERSON}),
        (f"/calls/{CALL}/erase", {"csrf": token, "reason": PHRASE}),
        (f"/calls/{CALL}/corrections", {"csrf": token, "utterance": PHRASE, "change": PERSON, "label": CARD}),
        (f"/calls/{CALL}/corrections/{PHRASE}/take-back", {"csrf": token}),
        ("/calls", {"csrf": PHRASE}),
        ("/facts/check", {"csrf": token, "table": PHRASE}),
    ):
        assert (await visitor.post(address, form)).status >= 300
    for broken in (f'{{"{PHRASE}": 1}}', f'{{"call_id": "{CARD}', json.dumps(sidecar(PHONE) | {"scene": PHRASE})):
        upload = FormData()
        upload.add_field("csrf", token)
        upload.add_field("sidecar", broken.encode(), filename="call.json")
        upload.add_field("audio", b"RIFF" + PHRASE.encode(), filename=f"{PERSON}.wav")
        assert (await visitor.post("/calls", upload)).status == 400
        start = pb.UploadCallRequest(start=pb.UploadStart(sidecar_json=broken.encode()))
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.UploadCall(stream([start, *pieces(PHRASE.encode() * 99)]), timeout=DEADLINE_S)
    for ask in (
        stub.GetAnalysis(pb.GetAnalysisRequest(call_id=PHRASE)),
        stub.DeleteCall(pb.DeleteCallRequest(call_id=CARD)),
    ):
        with pytest.raises(grpc.aio.AioRpcError):
            await ask
    await asyncio.to_thread(break_inside, box)
    for arguments in (
        ["show", PHRASE],
        ["erasures", "verify", PERSON],
        ["explain", CALL, "--score", PHRASE],
        ["calls", PHRASE],
    ):
        with suppress(SystemExit):
            await asyncio.to_thread(main, ["box", *arguments, "--home", str(home)])


def break_inside(box: Box) -> None:
    """A fault of our own, with the words in the exception and in its frames."""
    words = SAID
    try:
        raise RuntimeError(words)
    except RuntimeError:
        structlog.get_logger().exception("analysis failed", call="L-AAAA", text=words)


def back_up(home: Path, content: Path, keys: Path) -> None:
    """Copies as a backup takes them: content and keys apart."""
    shutil.copytree(home, content, ignore=shutil.ignore_patterns("keys", "workers"))
    shutil.copytree(home / "keys", keys)


async def look_at_what_is_left(visitor: Visitor) -> None:
    """No page of the erasures, and no certificate, names whom it was about."""
    for address in ("", ".json", ".csv", "/1", "/1.json", "/1.html", "/2", "/2.json"):
        page = await visitor.text(f"/compliance/erasures{address}")
        assert "PIPL" in page and not any(word in page for word in (*CANARIES, CALL[8:], SECOND[8:]))


def nothing_opens(home: Path, content: Path) -> bool:
    """Whether the backed-up content stays shut with the keys of today."""
    shutil.copy(content / "box.db", home / "box.db")
    with Box.open(Settings(home=home)) as box:
        for call_id in (CALL, SECOND):
            for read in (box.analysis, box.audio):
                with pytest.raises(Refused):
                    read(call_id, actor="test")
    return True


async def erase(visitor: Visitor, stub: calls_pb2_grpc.CallsStub) -> None:
    """Each call by another door."""
    token = await visitor.token()
    answer = await visitor.post(f"/calls/{CALL}/erase", {"csrf": token, "reason": "consent_withdrawn"})
    assert answer.status == 303
    request = pb.DeleteCallRequest(call_id=SECOND, reason=pb.ERASURE_REASON_PARTY_REQUEST)
    await stub.DeleteCall(request, timeout=DEADLINE_S)


async def test_words_and_numbers_are_nowhere_before_and_after_an_erasure(
    tmp_path: Path, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, scratch = tmp_path / "box", tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    async with served(home) as (box, visitor, stub):
        await send_calls(box, visitor, stub)
        await tell_events(box, visitor, home)
        correction = await correct(box, visitor)
        await look_at_everything(visitor, correction)
        await err(box, visitor, stub, home)
        assert hits(CANARIES, [home, scratch], ear.heard()) == []
        assert any(CALL.encode() in path.read_bytes() for path in home.glob("box.db")), "the search finds what is there"
        assert "analysis failed" in ear.own.getvalue() and "sqlalchemy.engine" in ear.heard(), "the ear hears"
        content, keys = tmp_path / "content backup", tmp_path / "keys backup"
        back_up(home, content, keys)
        assert hits(CANARIES, [content, keys]) == []
        await erase(visitor, stub)
        await look_at_what_is_left(visitor)
        shutil.rmtree(keys)  # its days are over
        assert hits((*CANARIES, CALL, SECOND, CALL[8:], SECOND[8:]), [home, scratch], ear.heard()) == []
    assert hits((*CANARIES, CALL, SECOND), [home, scratch], ear.heard()) == []
    assert hits(CANARIES, [content]) == [] and nothing_opens(home, content)


@pytest.mark.parametrize("form", forms(PHRASE))
def test_search_finds_every_form(tmp_path: Path, form: str) -> None:
    (tmp_path / "file").write_bytes(b"\x01some" + forms(PHRASE)[form] + b"more")
    assert hits([PHRASE], [tmp_path])


def test_search_finds_base64_at_every_place(tmp_path: Path) -> None:
    import base64

    for before in range(7):
        (tmp_path / "file").write_bytes(base64.b64encode(b"x" * before + PHRASE.encode() + b"y" * 3))
        assert hits([PHRASE], [tmp_path])
