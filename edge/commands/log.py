"""`sottovoce box log`: signed heads, proofs, the export for auditors, and what goes to witnesses and comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from edge.box import Box
from edge.cli import Home, Json, box_app, err, out, print_json, settings_from
from edge.durable import replace_file
from edge.errors import BadInput
from edge.log.heads import Standing

log_app = typer.Typer(help="日志 (the tamper-evident log)", no_args_is_help=True)
box_app.add_typer(log_app, name="log")

Target = Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")]
WitnessName = Annotated[str, typer.Argument(metavar="WITNESS", help="The witness's name.")]
Since = Annotated[int | None, typer.Option(help="Leaves in the head that the witness holds, if its answer was lost.")]
PUBLIC_MODE = 0o644


@log_app.command()
def head(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Write the signed head there, to be kept.")
    ] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Sign the log as it stands and print the head, the box's public key, and how far witnesses have seen it."""
    with Box.open(settings_from(home)) as box:
        checkpoint = box.log.sign(now=_now())
        standing, vkey = box.log.standing(), str(box.log.verifier)
    if file is not None:
        replace_file(file, str(checkpoint).encode(), mode=PUBLIC_MODE)
    if json_:
        print_json({"vkey": vkey, "checkpoint": str(checkpoint), **_numbers(standing)})
        return
    out.print(str(checkpoint), highlight=False, markup=False, soft_wrap=True)  # wrapped, a note is none any more
    out.print(f"公钥 (public key)  {vkey}", highlight=False, soft_wrap=True)
    out.print(f"见证 (witnessed)   {standing.witnessed_size} / {standing.size}", highlight=False)


@log_app.command()
def export(file: Target, home: Home = None, json_: Json = False) -> None:
    """Write the whole log for an auditor; scripts/verify_log.py checks it offline."""
    with Box.open(settings_from(home)) as box, Progress(console=err, transient=True) as bars:
        bar = bars.add_task("导出 (export)", total=1.0)
        box.log.export(file, now=_now(), progress=lambda share: bars.update(bar, completed=share))
        standing = box.log.standing()
    if json_:
        print_json({"file": str(file), **_numbers(standing)})
        return
    out.print(f"已写入 {standing.size} 条  (leaves written): {file}", highlight=False)


@log_app.command()
def prove(
    index: Annotated[int, typer.Argument(help="The leaf's number.")],
    file: Target,
    epoch: Annotated[int, typer.Option(help="The leaf's epoch.")] = 1,
    home: Home = None,
) -> None:
    """Write the proof that a leaf stands in the log (C2SP tlog-proof)."""
    with Box.open(settings_from(home)) as box:
        box.log.sign(now=_now())
        proof = box.log.prove(epoch, index)
    replace_file(file, str(proof).encode(), mode=PUBLIC_MODE)
    out.print(f"已写入证明 (proof written): {file}", highlight=False)


@log_app.command("add-witness")
def add_witness(
    vkey: Annotated[str, typer.Argument(help="The public key that the witness printed.")], home: Home = None
) -> None:
    """Let somebody outside IT sign heads of this log."""
    with Box.open(settings_from(home)) as box:
        name = box.log.add_witness(vkey, now=_now()).name
    out.print(f"已登记见证人 (witness added): {name}", highlight=False)


@log_app.command()
def request(witness: WitnessName, file: Target, since: Since = None, home: Home = None) -> None:
    """Write what a witness is asked to sign: the present head, and the proof that it continues the one it holds."""
    with Box.open(settings_from(home)) as box:
        asked = box.log.request(witness, now=_now(), since=since)
    replace_file(file, str(asked).encode(), mode=PUBLIC_MODE)
    out.print(f"已写入 {asked.checkpoint.size} 条的请求 (request written): {file}", highlight=False)


@log_app.command()
def accept(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The head that the witness signed.")], home: Home = None
) -> None:
    """Take in a witness's signature."""
    with Box.open(settings_from(home)) as box:
        name, checkpoint = box.log.accept(read_text(file))
    out.print(f"{name} 已见证 {checkpoint.size} 条 (leaves witnessed)", highlight=False)


def read_text(file: Path) -> str:
    """A small text file that somebody brought. Raises: BadInput."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput("file", "it can't be read as text", "Name the file as it was written") from None


def _numbers(standing: Standing) -> dict[str, object]:
    return {
        "epoch": standing.epoch,
        "size": standing.size,
        "signed_size": standing.signed_size,
        "witnessed_size": standing.witnessed_size,
        "witnessed_at": standing.witnessed_at.isoformat() if standing.witnessed_at else None,
        "unwitnessed_since": standing.unwitnessed_since.isoformat() if standing.unwitnessed_since else None,
    }


def _now() -> datetime:
    return datetime.now(UTC)
