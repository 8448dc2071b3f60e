"""`sottovoce box explain`: why a call has its scores and labels, and whether they can be computed again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from edge.box import Box
from edge.cli import (
    ACTOR,
    EXIT_OUR_FAULT,
    CallId,
    Home,
    Json,
    Reveal,
    box_app,
    out,
    print_json,
    settings_from,
    stages,
)
from edge.explain.call import Asked, CallExplanation
from edge.explain.recompute import Recomputation
from edge.explain.scores import ScoreExplanation
from edge.explain.wording import label_name, score_name
from edge.rescoring import Rescoring, history, told
from edge.web.i18n import writer
from edge.web.phrases import translate

DIFFERENCES_SHOWN_MAX = 20

ScoreName = Annotated[str | None, typer.Option("--score", help="Only this score: empathy, over_promise_risk, …")]
UtteranceId = Annotated[str | None, typer.Option("--utterance", help="Only the labels of this utterance: u0012.")]
Recompute = Annotated[bool, typer.Option("--recompute", help="Compute every number again; exit 1 on a difference.")]
Past = Annotated[int | None, typer.Option("--past", min=1, help="The scores that the N-th scoring anew replaced.")]


@box_app.command()
def explain(
    call_id: CallId,
    score: ScoreName = None,
    utterance: UtteranceId = None,
    recompute: Recompute = False,
    past: Past = None,
    home: Home = None,
    json_: Json = False,
    reveal: Reveal = False,
) -> None:
    """Explain a call's scores and labels, in Chinese and in English."""
    number = None if past is None else str(past)
    with Box.open(settings_from(home)) as box:
        with stages() as progress:
            explained = box.explain(
                call_id,
                Asked(score=score, utterance=utterance),
                actor=ACTOR,
                reveal=reveal,
                past=number,
                progress=lambda share: progress("labels", share),
            )
        steps = history(box, call_id, actor=ACTOR)
        computed = box.recompute(call_id, actor=ACTOR, past=number) if recompute else ()
    if json_:
        print_json(as_json(explained, steps, computed if recompute else None))
    else:
        show(explained, steps, computed, out)
    if any(one.differences for one in computed):
        raise SystemExit(EXIT_OUR_FAULT)


def as_json(
    explained: CallExplanation, steps: Iterable[Rescoring], computed: Iterable[Recomputation] | None
) -> dict[str, Any]:
    """One object: the explanation, the history of its scores, and the recomputation if one was asked for."""
    dumped: dict[str, Any] = TypeAdapter(CallExplanation).dump_python(explained, mode="json")
    for one in dumped["scores"]:
        one["limits_en"] = [_english(limit) for limit in one["limits"]]
    dumped["history"] = TypeAdapter(tuple[Rescoring, ...]).dump_python(tuple(steps), mode="json")
    if computed is not None:
        dumped["recomputed"] = TypeAdapter(tuple[Recomputation, ...]).dump_python(tuple(computed), mode="json")
    return dumped


def show(
    explained: CallExplanation, steps: Iterable[Rescoring], computed: Iterable[Recomputation], console: Console
) -> None:
    """Print paragraphs for a person to read."""
    for one in explained.scores:
        called = score_name(one.score)
        console.print(Panel(Text(_score_text(one)), title=f"{called.zh} {called.en}", title_align="left"))
    for label in explained.labels:
        called = label_name(label.label)
        title = f"{label.utterance} {called.zh} {called.en}"
        console.print(Panel(Text(f"{label.zh}\n\n{label.en}"), title=title, title_align="left"))
    for step in steps:
        console.print(f"重新评分 scored anew {step.at:%Y-%m-%d %H:%M}", highlight=False)
        for move in filter(lambda move: move.moved, step.scores):
            console.print(Text(f"  {told(move).zh}\n  {told(move).en}"))
    for check in computed:
        console.print(Text(_check_text(check)))


def _score_text(one: ScoreExplanation) -> str:
    zh = f"\n局限：{''.join(one.limits)}" if one.limits else ""
    en = f"\nLimits: {' '.join(_english(limit) for limit in one.limits)}" if one.limits else ""
    versions = "  ".join(f"{part} {version}" for part, version in one.versions.items())
    return f"{one.zh}{zh}\n\n{one.en}{en}\n\n版本 versions: {versions}"


def _check_text(check: Recomputation) -> str:
    called = score_name(check.score)
    archived = "（旧权重 weights of the past）" if check.archived else ""
    if not check.differences:
        return f"✓ {called.zh} {called.en}: {check.numbers} 个数字重算一致 numbers come out the same{archived}"
    shown = check.differences[:DIFFERENCES_SHOWN_MAX]
    lines = [f"  {one.where}: 存 stored {one.stored}, 算 computed {one.computed}" for one in shown]
    return "\n".join([f"✗ {called.zh} {called.en}: 重算不一致 doesn't come out as stored{archived}", *lines])


def _english(limit: str) -> str:
    return translate(limit, writer("en"))
