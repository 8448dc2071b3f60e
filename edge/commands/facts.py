"""`sottovoce box facts`: the table that promises are held against (docs/facts.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from edge.cli import ACTOR, EXIT_BAD_INPUT, Home, Json, box_app, err, out, print_json, settings_from
from edge.errors import BadInput
from edge.facts import shelf
from edge.facts.diff import changes
from edge.facts.table import TABLE_BYTES_MAX, Problem, by_column, cells, check_table
from edge.scores.facts import Fact, Facts

facts_app = typer.Typer(help="事实表 (facts that promises are held against)", no_args_is_help=True)
box_app.add_typer(facts_app, name="facts")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The table: CSV in UTF-8 or GBK.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check it and say what it changes; keep nothing.")]
Version = Annotated[str | None, typer.Option("--version", help="A version that was in force before.")]


@facts_app.command("import")
def import_(file: File, dry_run: DryRun = False, home: Home = None, json_: Json = False) -> None:
    """Check a facts table row by row and put it in force; with any problem nothing changes."""
    folder = settings_from(home).home
    if not file.is_file():
        raise BadInput("file", "there is no such file", "Give the path of a CSV file")
    with file.open("rb") as stream:
        checked = check_table(stream.read(TABLE_BYTES_MAX + 1))
    if checked.problems:
        _refuse(checked.problems, as_json_=json_)
    before = shelf.in_force(folder)
    moved = changes(before.facts if before else None, checked.facts)
    if not dry_run:
        shelf.put_in_force(folder, checked, actor=ACTOR)
    if json_:
        counts = {"added": len(moved.added), "removed": len(moved.removed), "kept": moved.kept}
        print_json({**_summary(checked.facts), "in_force": not dry_run, **counts})
        return
    told = "检查通过，未保存 checked, not kept" if dry_run else "已生效 in force"
    out.print(f"{told}: {checked.facts.version}", highlight=False)
    for sign, rows in (("+", moved.added), ("-", moved.removed)):
        for row in rows:
            out.print(f"{sign} {_line(row)}", highlight=False, markup=False)
    out.print(f"不变 unchanged: {moved.kept}", highlight=False)


@facts_app.command()
def show(version: Version = None, home: Home = None, json_: Json = False) -> None:
    """Show the facts table in force, or an earlier version of it."""
    folder = settings_from(home).home
    current = shelf.in_force(folder)
    facts = shelf.table(folder, version) if version else current.facts if current else None
    kept = shelf.versions(folder)
    if json_:
        rows = [by_column(row) for row in facts.rows] if facts else []
        since = current.since.isoformat() if current and facts == current.facts else None
        shown = _summary(facts) if facts else {"version": None, "rows": 0}
        print_json({**shown, "since": since, "table": rows, "versions": list(kept)})
    elif facts is None:
        out.print("还没有事实表 there is no facts table yet: sottovoce box facts import FILE", highlight=False)
    else:
        out.print(f"版本 version {facts.version}    所有版本 all versions: {', '.join(kept)}", highlight=False)
        for row in facts.rows:
            out.print(_grid(row))


def _summary(facts: Facts) -> dict[str, Any]:
    return {"version": facts.version, "rows": len(facts.rows)}


def _grid(row: Fact) -> Table:
    """One row as lines of its own: eleven columns beside one another are too narrow to read."""
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for column, value in by_column(row).items():
        if value:
            grid.add_row(column, Text(value))
    grid.add_row("", "")
    return grid


def _line(row: Fact) -> str:
    return ",".join(cells(row)).rstrip(",")


def _refuse(problems: Iterable[Problem], *, as_json_: bool) -> None:
    """Show every problem, not only the first, and stop."""
    first, *others = problems
    if as_json_:
        error = first.error(others=len(others))
        print_json({"error": error.as_dict(), "problems": [asdict(one) for one in problems]})
    else:
        for one in (first, *others):
            place = f"第 {one.row} 行 row {one.row} {one.column}".rstrip()
            err.print(f"{place}: {one.problem}. {one.fix}.", highlight=False, markup=False)
    raise SystemExit(EXIT_BAD_INPUT)
