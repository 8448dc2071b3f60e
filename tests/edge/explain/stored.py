"""Calls in a real box, analysed from words written here: past gate, seals and store, without the recogniser."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import soundfile

from edge import pipeline
from edge.box import Box
from edge.ingest.sidecar import read_sidecar
from edge.records import Analysis, BasisState, CallHeader, Party, Purpose
from edge.scores.weights import PATH, WEIGHTS, read_weights
from edge.store import content
from tests.edge.explain.talks import TALK, an_analysis, reader, spoken

CALLS = Path(__file__).parents[2] / "data/calls"
RATE_HZ = 8_000
OLDER = "0.9.0"
"""The version of the label rules that "older" analyses name."""


def queue_call(box: Box, call_id: str) -> CallHeader:
    """A short recording, unlike any other, received and queued."""
    form = json.loads((CALLS / "dv-020.sidecar.json").read_text("utf-8")) | {"call_id": call_id}
    header = read_sidecar(json.dumps(form).encode(), now=datetime.now(UTC))
    noise = np.random.default_rng(list(call_id.encode())).integers(-900, 900, (RATE_HZ, 2), dtype=np.int16)
    audio = io.BytesIO()
    soundfile.write(audio, noise, RATE_HZ, format="WAV")
    audio.seek(0)
    box.receive(header, audio, actor="test")
    return header


def put_analysed(box: Box, call_id: str, analysis: Analysis, *, fingerprint: str | None = None) -> Analysis:
    """A call whose analysis is this one."""
    queue_call(box, call_id)
    job = pipeline.take(box._parts, call_id=call_id, actor="test")
    assert job is not None
    kept = replace(analysis, call_id=call_id)
    pipeline.keep(box._parts, job, kept, actor="test", fingerprint=fingerprint)
    return kept


def an_older_analysis() -> Analysis:
    """As an older release left it: its label rules had missed the over-promise."""
    call = tuple(
        replace(said, labels=tuple(one for one in said.labels if one.label != "over_promise"), promises=())
        for said in spoken(TALK)
    )
    return dated(an_analysis(call))


def dated(analysis: Analysis) -> Analysis:
    """The analysis as if older label rules, and a part that is no more, had made it."""
    older = {"lexicon": OLDER, "gone_part": "1", "speech_model": "whisper-old"}
    scores = {name: replace(one, versions=one.versions | older) for name, one in analysis.scores.items()}
    return replace(analysis, versions=analysis.versions | older, scores=scores)


def an_analysis_of_other_weights() -> Analysis:
    """The present labels under weights that missed occasions weighed more in."""
    other = PATH.read_bytes().replace(b"prior_missed = { value = 1.2,", b"prior_missed = { value = 2.4,")
    assert other != PATH.read_bytes()
    return an_analysis(spoken(TALK), weights=read_weights(other))


@cache
def a_present_analysis() -> Analysis:
    """What the installed versions make of the talk."""
    made = an_analysis(spoken(TALK))
    assert made.scores["empathy"].versions["scores_weights"] == WEIGHTS.version
    assert reader().versions.items() <= made.versions.items()
    return made


def withdraw(box: Box, header: CallHeader) -> None:
    """The customer takes the agreement back."""
    bases = tuple(
        replace(basis, state=BasisState.WITHDRAWN) if basis.party is Party.CUSTOMER else basis for basis in header.bases
    )
    changed = replace(header, bases=bases)
    sealed = box._parts.gate.seal_header(changed, purpose=Purpose.RECORD, version=2)
    expires_at = box.call(header.call_id).expires_at
    with box.store.write() as tx:
        content.put_content(tx, header.call_id, "header", sealed, chunks=len(sealed), version=2, expires_at=expires_at)


def header_of(box: Box, call_id: str) -> CallHeader:
    """A stored call's header."""
    with box.store.read() as tx:
        sealed = content.get_content(tx, call_id, "header")
    return box._parts.gate.read_header(call_id, sealed.chunks, purpose=Purpose.RECORD, version=sealed.version)
