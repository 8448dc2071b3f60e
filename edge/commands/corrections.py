"""`sottovoce box corrections`: how often people corrected the analyses, and their labels for training on the box."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.table import Table

from edge.box import Box
from edge.cli import ACTOR, Home, Json, box_app, err, out, print_json, settings_from
from edge.corrections.counts import Counts
from edge.corrections.file import is_inside, target, write

corrections_app = typer.Typer(help="更正 (what people found wrong in analyses)", no_args_is_help=True)
box_app.add_typer(corrections_app, name="corrections")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The .jsonl file to write, in the box's folder.")]
Outside = Annotated[bool, typer.Option("--outside", help="Write it outside the box's folder all the same.")]


@corrections_app.command("counts")
def show_counts(home: Home = None, json_: Json = False) -> None:
    """Count corrections by label and change. No call, person or utterance is named."""
    with Box.open(settings_from(home)) as box:
        counts = box.corrections.counts(actor=ACTOR)
    if json_:
        print_json(TypeAdapter(Counts).dump_python(counts, mode="json"))
        return
    table = Table("标签 label", "更正 change", "次数 count")
    for one in counts.corrections:
        table.add_row(one.label or "–", str(one.change), str(one.count))
    out.print(table)
    out.print(f"有更正的通话 {counts.calls}，未获准 {counts.refused}  (corrected calls, refused)", highlight=False)


@corrections_app.command()
def export(file: File, outside: Outside = False, home: Home = None, json_: Json = False) -> None:
    """Write the corrected calls as labelled ones, for training on this box. What was said is in it, masked."""
    settings = settings_from(home)
    path = target(file, home=settings.home, outside=outside)
    with Box.open(settings) as box:
        data = box.corrections.training(actor=ACTOR)
    if not is_inside(path, settings.home):
        err.print(
            "[yellow]注意：文件在盒子目录之外，内含通话内容；擦除通话不会删除它。用完请删除。\n"
            "(It lies outside the box's folder and holds what was said; erasing a call won't reach it. "
            "Delete it after use.)"
        )
    write(path, data.lines)
    if json_:
        print_json({"file": str(path), "calls": len(data.lines), "refused": data.refused})
        return
    out.print(f"已写入 {len(data.lines)} 通，未获准 {data.refused}  (calls written, refused): {path}", highlight=False)
