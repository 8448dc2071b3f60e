from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from edge.errors import BadInput
from edge.ingest.decode import decode
from edge.ingest.sidecar import read_sidecar
from edge.settings import IngestSettings

FOLDER = Path(__file__).parents[2] / "data" / "hostile"
LIMITS = IngestSettings()


def table(kind: str) -> list[dict[str, str]]:
    with (FOLDER / "EXPECT.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == kind]


def outcomes(row: dict[str, str]) -> set[str]:
    return {row["outcome"], *filter(None, row["also"].split(","))}


@pytest.mark.parametrize("row", table("audio"), ids=lambda row: row["file"])
def test_recording_is_taken_or_refused_as_expected(row):
    try:
        with (FOLDER / row["file"]).open("rb") as file:
            audio = decode(file, limits=LIMITS)
    except BadInput as refusal:
        assert refusal.problem and refusal.fix
        outcome = "reject"
    else:
        outcome = "accept" if audio.loss is None else "accept_truncated"
    assert outcome in outcomes(row), row["why"]


@pytest.mark.parametrize("row", table("sidecar"), ids=lambda row: row["file"])
def test_sidecar_is_taken_or_refused_as_expected(row, now):
    try:
        read_sidecar((FOLDER / row["file"]).read_bytes(), now=now)
        outcome = "accept"
    except BadInput:
        outcome = "reject"
    assert outcome in outcomes(row), row["why"]


def test_table_names_every_file_of_the_folder():
    named = {row["file"] for kind in ("audio", "sidecar") for row in table(kind)}
    assert named == {path.name for path in FOLDER.iterdir()} - {"EXPECT.tsv"}


def test_bomb_is_refused_before_it_has_grown_large():
    bomb = io.BytesIO((FOLDER / "bomb_3h_silence.flac").read_bytes())
    with pytest.raises(BadInput, match="times as large"):
        decode(bomb, limits=LIMITS)
