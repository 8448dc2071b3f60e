"""`sottovoce evaluate`: quality figures that anyone can compute again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.table import Table

from edge import models
from edge.cli import Home, Json, app, out, print_json, settings_from, stages
from edge.errors import BadInput

evaluate_app = typer.Typer(help="质量评测 (quality figures)", no_args_is_help=True)
app.add_typer(evaluate_app, name="evaluate")


@evaluate_app.command("speech")
def evaluate_speech(
    manifest: Annotated[Path, typer.Option(help="audio⇥text⇥language with a header line.")],
    home: Home = None,
    json_: Json = False,
) -> None:
    """Character error rate and real-time factor of the recogniser."""
    _need(manifest.is_file(), "--manifest", "file")
    from edge.evaluate.speech import evaluate as figures

    with stages() as progress:
        _figures(figures(manifest, _listener(home), lambda done, total: progress("speech", done / total)), json_)


@evaluate_app.command("nonspeech")
def evaluate_nonspeech(
    dir: Annotated[Path, typer.Option("--dir", help="Recordings in which nobody speaks.")],  # noqa: A002 (the option's name)
    home: Home = None,
    json_: Json = False,
) -> None:
    """Characters invented where nobody speaks."""
    _need(dir.is_dir(), "--dir", "folder")
    from edge.evaluate.nonspeech import evaluate as figures

    with stages() as progress:
        _figures(figures(dir, _listener(home), lambda done, total: progress("nonspeech", done / total)), json_)


@evaluate_app.command("language")
def evaluate_language(
    calls: Annotated[Path, typer.Option(help="Labelled calls, one JSON object a line.")], json_: Json = False
) -> None:
    """Labels, due times, redaction and scores against labelled text."""
    _need(calls.is_file(), "--calls", "file")
    from edge.evaluate.language import evaluate as figures

    _figures(figures(calls), json_)


@evaluate_app.command("swing")
def evaluate_swing(
    calls: Annotated[Path, typer.Option(help="Labelled calls, one JSON object a line.")], json_: Json = False
) -> None:
    """Swings of the customer's mood against labelled text: detected, missed, false alarms."""
    _need(calls.is_file(), "--calls", "file")
    from edge.evaluate.swing import evaluate as figures

    _figures(figures(calls), json_)


@evaluate_app.command("calls")
def evaluate_calls(
    audio: Annotated[Path, typer.Option(help="X.flac, X.sidecar.json, X.truth.json.")],
    home: Home = None,
    json_: Json = False,
) -> None:
    """The language figures from audio, with the recogniser's errors in them."""
    _need(audio.is_dir(), "--audio", "folder")
    from edge.evaluate.calls import evaluate as figures

    with stages() as progress:
        _figures(figures(audio, _listener(home), lambda done, total: progress("calls", done / total)), json_)


def _need(there: bool, option: str, what: str) -> None:
    if not there:
        raise BadInput(option, f"there is no such {what}", f"Give a {what} that exists")


def _listener(home: Path | None) -> Any:
    from edge.speech.listen import Listener

    settings = settings_from(home)
    return Listener(models.speech_model(settings), voice_model=models.VOICE_MODEL, threads=settings.speech.threads)


def _figures(figures: Any, as_json_: bool) -> None:
    dumped = TypeAdapter(type(figures)).dump_python(figures, mode="json")
    if as_json_:
        print_json(dumped)
        return
    for name, value in dumped.items():
        if name == "labels":
            table = Table("label", "precision", "recall", "f1", "support")
            for label, row in value.items():
                table.add_row(label, *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1")), str(row["support"]))
            out.print(table)
        else:
            out.print(f"{name:>20}  {value}")
