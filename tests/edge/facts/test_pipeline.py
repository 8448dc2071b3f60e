"""A call on a box with a facts table: read, held against it, the table cited. A stand-in gives the words."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edge import pipeline
from edge.box import Box
from edge.facts import shelf
from edge.facts.table import check_table
from edge.ingest.sidecar import read_sidecar
from edge.language.analyser import LanguageAnalyser
from edge.records import Audio, Score, Speaker, Transcript, Utterance
from edge.settings import Settings

CALLS = Path(__file__).parents[2] / "data/calls"
SAID = (
    (Speaker.AGENT, "您好，这里是客服，这款洗衣机是今年的新款，十公斤大容量。"),
    (Speaker.CUSTOMER, "买了多久能到？"),
    (Speaker.AGENT, "三天到，明天下午三点前我给您回电话。"),
)


class Heard:
    """Hears the same words in every recording."""

    def transcribe(self, audio: Audio, **_: Any) -> Transcript:
        utterances = tuple(
            Utterance(
                id=f"u{number:04d}",
                channel=0,
                speaker=speaker,
                start_s=float(number),
                end_s=number + 0.9,
                text=text,
                confidence=0.9,
            )
            for number, (speaker, text) in enumerate(SAID)
        )
        return Transcript(
            duration_s=audio.duration_s,
            channels=(),
            utterances=utterances,
            speech=dict.fromkeys(Speaker, ()),
            vad_s=0.0,
            speech_s=0.0,
            versions={},
        )


@pytest.fixture
def risk(tmp_path: Path) -> Iterator[Callable[[str | None], Score]]:
    """Puts a table in force, analyses a call, and gives the risk that was stored."""
    with Box.open(Settings(home=tmp_path / "box")) as box:

        def analysed(table: str | None) -> Score:
            if table is not None:
                shelf.put_in_force(box.settings.home, check_table(table.encode()), actor="test")
            header = read_sidecar((CALLS / "dv-020.sidecar.json").read_bytes(), now=datetime.now(UTC))
            box.receive(header, io.BytesIO((CALLS / "dv-020.flac").read_bytes()), actor="test")
            parts = box._parts  # the recogniser is no part of this test
            job = pipeline.take(parts, call_id="dv-020", actor="test")
            assert job is not None
            analysis = pipeline.analyse(parts, job, Heard(), LanguageAnalyser(), progress=lambda *_: None)
            pipeline.keep(parts, job, analysis, actor="test")
            stored = pipeline.read_analysis(parts, "dv-020", actor="test")
            assert stored.utterances[2].promises == analysis.utterances[2].promises != ()
            return stored.scores["over_promise_risk"]

        yield analysed


def a_table(p90_days: int) -> str:
    return f"product_line,aliases,lead_time_p90_days\n滚筒洗衣机,洗衣机,{p90_days}\n"


def test_promise_is_held_against_the_table_in_force(risk: Callable[[str | None], Score]) -> None:
    table = a_table(9)
    score = risk(table)
    assert score.value is not None and score.value > 40
    assert score.versions["scores_facts"] == check_table(table.encode()).facts.version
    assert any("九成订单要 9 天" in piece.why for piece in score.evidence)


@pytest.mark.parametrize("table", [a_table(2), None], ids=["backed", "no table"])
def test_careful_promise_is_no_risk_where_no_fact_is_against_it(
    risk: Callable[[str | None], Score], table: str | None
) -> None:
    assert risk(table).value == 0.0
