"""`sottovoce box rescore`: score stored calls anew with what is installed, and keep both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.text import Text

from edge.box import Box
from edge.cli import ACTOR, EXIT_OUR_FAULT, Home, Json, box_app, out, print_json, settings_from, stages
from edge.errors import BadInput
from edge.rescoring import Rescoring, Tally, rescore_calls, told

CALLS_SHOWN_MAX = 50

CallIds = Annotated[list[str] | None, typer.Argument(metavar="[CALL]...", help="Their call_ids.", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="Every analysed call that isn't of the installed versions yet.")]


@box_app.command()
def rescore(call_ids: CallIds = None, all_: All = False, home: Home = None, json_: Json = False) -> None:
    """Score calls anew from their stored words; the old scores stay readable. Interrupted, it goes on where it was."""
    if bool(call_ids) == all_:
        raise BadInput("CALL", "it needs either calls or --all", "Name calls, or give --all")
    with Box.open(settings_from(home)) as box:
        for call_id in call_ids or ():
            box.call(call_id)
        wanted = box.outdated(again=True) if all_ else tuple(dict.fromkeys(call_ids or ()))
        with stages() as progress:
            tally, moves = rescore_calls(
                box,
                wanted,
                actor=ACTOR,
                now=lambda: datetime.now(UTC),
                progress=lambda share: progress("rescore", share),
            )
    if json_:
        dumped = TypeAdapter(tuple[Rescoring, ...]).dump_python(moves, mode="json")
        print_json(TypeAdapter(Tally).dump_python(tally, mode="json") | {"changes": dumped})
    else:
        _show(tally, moves)
    if tally.failed:
        raise SystemExit(EXIT_OUR_FAULT)


def _show(tally: Tally, moves: tuple[Rescoring, ...]) -> None:
    for step in moves[:CALLS_SHOWN_MAX]:
        out.print(Text(step.call_id))
        for move in filter(lambda move: move.moved, step.scores):
            out.print(Text(f"  {told(move).zh}\n  {told(move).en}"))
    if len(moves) > CALLS_SHOWN_MAX:
        out.print(f"…另有 {len(moves) - CALLS_SHOWN_MAX} 通 (and more)", highlight=False)
    out.print(
        f"重新评分 {tally.rescored}，其中分数有变 {tally.moved}，已是新版 {tally.current}，跳过 {tally.skipped}，"
        f"失败 {tally.failed}  (rescored, of these moved, current, skipped, failed)",
        highlight=False,
    )
