"""A real box, and calls in it whose words are given: gate, keys and store are real, only the recogniser is left out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from edge import pipeline
from edge.box import Box
from edge.ingest.sidecar import read_sidecar
from edge.records import Analysis, Language
from edge.scores.call import score_call
from edge.settings import Settings
from tests.edge.scores.conftest import a_conversation
from tests.edge.web.analyses import an_analysis

SIDECAR = Path(__file__).parents[2] / "data/calls/dv-020.sidecar.json"
CALL_AT = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=8)))
CALL_S = 60.0

TALK = (
    ("agent", "您好，方案看过了吗？您现在主要怎么用？", "discovery_question"),
    ("customer", "看过了，平时三个人用，旺季五个人。"),
    ("agent", "旺季大概从什么时候开始，忙不过来影响大吗？", "discovery_question", "deep_discovery"),
    ("customer", "十月开始，去年丢了两个单子。可是这个价格太贵了。", "objection:price"),
    ("agent", "我明白，我回去算一下再跟您联系。", "follow_up_offer"),
)


@dataclass
class Clerk:
    """Puts analysed calls into a box."""

    box: Box
    count: int = 0

    def call(
        self,
        customer: str = "C-1",
        *,
        agent: str = "A-1",
        at: datetime = CALL_AT,
        direction: str = "outbound",
        lines: Sequence[tuple[str, ...]] = TALK,
    ) -> str:
        """Receive a call and keep its analysis; its call_id."""
        self.count += 1
        form: dict[str, Any] = json.loads(SIDECAR.read_text("utf-8")) | {
            "call_id": f"call-{self.count}",
            "started_at": at.isoformat(),
            "customer_ref": customer,
            "agent_ref": agent,
            "direction": direction,
        }
        form["bases"] = [one | {"indicated_at": at.isoformat()} for one in form["bases"]]
        header = read_sidecar(json.dumps(form).encode(), now=datetime.now(UTC))
        self.box.receive(header, _recording(self.count), actor="test")
        job = pipeline.take(self.box._parts, call_id=header.call_id, actor="test")
        assert job is not None
        pipeline.keep(self.box._parts, job, _analysis(header.call_id, at, lines), actor="test")
        return header.call_id


def _recording(seed: int) -> io.BytesIO:
    sound = np.random.default_rng(seed).normal(0, 0.1, (8_000, 2))
    file = io.BytesIO()
    soundfile.write(file, sound, 8_000, format="WAV", subtype="PCM_16")
    file.seek(0)
    return file


def _analysis(call_id: str, at: datetime, lines: Sequence[tuple[str, ...]]) -> Analysis:
    utterances = a_conversation(lines)
    made = an_analysis(*utterances)
    scores = score_call(utterances, language=Language.ZH, versions={})
    return replace(made, call_id=call_id, started_at=at, duration_s=CALL_S, scores=scores)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with Box.open(Settings(home=tmp_path / "box")) as opened:
        yield opened


@pytest.fixture
def clerk(box: Box) -> Clerk:
    return Clerk(box)


@pytest.fixture
def on_disk(box: Box) -> Callable[[], bytes]:
    """Every byte of the box's home."""
    return lambda: b"".join(path.read_bytes() for path in box.settings.home.rglob("*") if path.is_file())
