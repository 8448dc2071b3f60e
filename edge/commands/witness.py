"""`sottovoce witness`: sign heads of boxes' logs, on a machine that isn't the box and belongs to somebody else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from edge.cli import app, out
from edge.commands.log import read_text
from edge.durable import replace_file
from edge.log.note import Verifier
from edge.log.proofs import Consistency
from edge.log.witness import Witness

witness_app = typer.Typer(help="见证人 (a witness of boxes' logs)", no_args_is_help=True)
app.add_typer(witness_app, name="witness")

File = Annotated[Path, typer.Argument(metavar="WITNESS-FILE", help="The witness's own file; keep it safe.")]


@witness_app.command()
def key(file: File, name: Annotated[str, typer.Option(help="The witness's name, on first use.")] = "") -> None:
    """Print the witness's public key, to be told to the box; makes the file on first use."""
    print(Witness(file, name=name).verifier)  # noqa: T201 - one line to be copied whole


@witness_app.command()
def sign(
    file: File,
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="What the box asks to be signed.")],
    answer: Annotated[Path, typer.Argument(metavar="ANSWER", help="The file to carry back to the box.")],
    log: Annotated[str, typer.Option("--log", help="The box's public key (vkey), told by another way.")],
) -> None:
    """Sign a head that continues the one this witness has seen; refuse any other (exit code 2)."""
    asked = Consistency.read(read_text(request))
    signed = Witness(file).sign(asked, Verifier.read(log), now=datetime.now(UTC))
    replace_file(answer, str(signed).encode(), mode=0o644)
    out.print(f"已见证 {signed.size} 条 (leaves witnessed): {answer}", highlight=False)
