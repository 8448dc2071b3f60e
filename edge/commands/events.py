"""`sottovoce box events …` and `sottovoce box follow-up`: what happens after calls, and how long customers wait."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.table import Table

from edge.box import Box
from edge.cli import ACTOR, EXIT_BAD_INPUT, Home, Json, box_app, err, out, print_json, settings_from, stages
from edge.errors import BadInput
from edge.events import sources
from edge.events.importing import SOURCE, Imported, import_table
from edge.events.intake import MAIL
from edge.events.table import TABLE_BYTES_MAX, read_addresses
from edge.follow_up import WaitReport
from edge.ingest.plain import read_plain
from edge.scores.waits import MedianWait

PROBLEMS_SHOWN_MAX = 20

events_app = typer.Typer(help="通话之外的事件 (what happens outside of calls)", no_args_is_help=True)
box_app.add_typer(events_app, name="events")

File = Annotated[Path, typer.Argument(help="A CSV file.", show_default=False)]
SourceName = Annotated[str, typer.Argument(metavar="SOURCE", help="Which system sends: crm, portal.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check every row and keep nothing.")]


@events_app.command("import")
def import_events(
    file: File,
    source: Annotated[str, typer.Option(help="Which system the table comes from.")] = SOURCE,
    dry_run: DryRun = False,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Import a table of events: all of it or, where a row is wrong, nothing."""
    data = _read(file)
    with Box.open(settings_from(home)) as box:
        imported = import_table(box.events, data, source=source, now=datetime.now(UTC), dry_run=dry_run)
    print_json(_as_json(imported)) if json_ else _show(imported, dry_run=dry_run)
    if imported.problems:
        raise SystemExit(EXIT_BAD_INPUT)


@events_app.command("addresses")
def put_addresses(file: File, dry_run: DryRun = False, home: Home = None, json_: Json = False) -> None:
    """Replace the directory that tells whose mail address is whose (address, customer_ref); kept as pseudonyms."""
    customers = read_addresses(_read(file))
    if not dry_run:
        with Box.open(settings_from(home)) as box:
            box.events.put_addresses(customers)
    print_json({"addresses": len(customers)}) if json_ else out.print(f"地址 {len(customers)} (addresses)")


@events_app.command("status")
def show_events(home: Home = None, json_: Json = False) -> None:
    """Who may send events, and how many of each kind are kept."""
    settings = settings_from(home)
    with Box.open(settings) as box:
        counts = box.events.counts()
    known = sources.names(settings.home)
    if json_:
        kept = [{"source": source, "kind": kind, "count": count} for (source, kind), count in sorted(counts.items())]
        print_json({"sources": known, "events": kept})
        return
    table = Table("来源 source", "种类 kind", "条数 count")
    for (source, kind), count in sorted(counts.items()):
        table.add_row(source, kind, str(count))
    out.print(table)
    out.print(f"可签名发送 may send by webhook: {', '.join(known) or '–'}", highlight=False)


@events_app.command("add-source")
def add_source(name: SourceName, home: Home = None, json_: Json = False) -> None:
    """Let a system send events by webhook; prints its secret, once."""
    if name in (MAIL, SOURCE):
        raise BadInput("source", "that name is the box's own", "Choose another")
    settings = settings_from(home)
    with Box.open(settings):
        secret = sources.add(settings.home, name)
    if json_:
        print_json({"source": name, "path": f"/hooks/events/{name}", "secret": secret})
        return
    err.print(f"密钥只显示这一次 (shown this once); POST /hooks/events/{name}", highlight=False)
    out.print(secret, highlight=False, soft_wrap=True)


@events_app.command("remove-source")
def remove_source(name: SourceName, home: Home = None, json_: Json = False) -> None:
    """Shut a system out at once. What it sent before stays."""
    sources.remove(settings_from(home).home, name)
    print_json({"source": name, "removed": True}) if json_ else out.print("已移除 removed")


@box_app.command("follow-up")
def follow_up(
    agent: Annotated[str | None, typer.Option(help="One agent: the sender's reference, or the pseudonym.")] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """How long customers wait for a follow-up after an objection: Kaplan-Meier medians, unanswered ones not ignored."""
    with Box.open(settings_from(home)) as box, stages() as progress:
        report = box.follow_up(agent=agent, actor=ACTOR, progress=lambda share: progress("follow-up", share))
    if json_:
        print_json(TypeAdapter(WaitReport).dump_python(report, mode="json"))
        return
    table = Table("坐席 agent", "异议通话 calls", "已跟进 answered", "等待中位数 median h", "95 %")
    for each in report.agents:
        table.add_row(each.agent, *_cells(each.wait))
    table.add_row("全部 all", *_cells(report.all))
    out.print(table)
    if report.refused:
        err.print(f"另有 {report.refused} 通话没有处理依据，未计入 (refused by the gate)", highlight=False)


def _show(imported: Imported, *, dry_run: bool) -> None:
    for problem in imported.problems[:PROBLEMS_SHOWN_MAX]:
        err.print(f"[red]{problem.field}[/]: {problem.problem}.  {problem.fix}.", highlight=False)
    taken = imported.taken
    out.print("试运行，未写入 (rehearsal, nothing kept)" if dry_run else "已导入 (imported)", highlight=False)
    out.print(
        f"共 {imported.rows} 行：新 {taken.stored}（其中客户暂无通话 {taken.unclaimed}），重复 {taken.duplicates}，"
        f"有误 {len(imported.problems)}  (rows: new, of these unclaimed, duplicates, wrong)",
        highlight=False,
    )


def _cells(wait: MedianWait) -> tuple[str, ...]:
    interval = "–" if wait.low_h is None else f"{wait.low_h:.1f}–{'?' if wait.high_h is None else f'{wait.high_h:.1f}'}"
    median = "未达到 not reached" if wait.median_h is None else f"{wait.median_h:.1f}"
    return str(wait.waits), str(wait.answered), median, interval


def _read(file: Path) -> bytes:
    try:
        return read_plain(file, bytes_max=TABLE_BYTES_MAX + 1)
    except OSError:
        raise BadInput("file", "there is no such file, or it can't be read", "Give the path of a CSV file") from None


def _as_json(imported: Imported) -> dict[str, object]:
    problems = [each.as_dict() for each in imported.problems]
    return {"rows": imported.rows, **asdict(imported.taken), "problems": problems}
