"""An analysis as a person wants to read it in a terminal (rich)."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from edge.records import AnalysedUtterance, Analysis, Score, ScoreState, Speaker, TalkMetrics

SCORES = {
    "empathy": "共情 Empathy",
    "over_promise_risk": "过度承诺风险 Over-promise risk",
    "discovery_depth": "需求探询深度 Discovery depth",
    "follow_up_latency": "跟进时延 Follow-up latency",
    "emotion_swing": "情绪起伏 Emotion swing",
}
STATES = {
    ScoreState.SCORED: "",
    ScoreState.NO_OPPORTUNITY: "没有机会 no opportunity",
    ScoreState.NOT_ENOUGH_EVIDENCE: "证据不足 not enough evidence",
    ScoreState.TRANSCRIPT_TOO_POOR: "转写质量不足 transcript too poor",
}
SPEAKERS = {Speaker.AGENT: ("坐席", "cyan"), Speaker.CUSTOMER: ("客户", "yellow"), Speaker.UNKNOWN: ("未明", "white")}
EVIDENCE_SHOWN_MAX = 4
BAR_CELLS = 20


def show(analysis: Analysis, console: Console) -> None:
    """Print what was said, what was found in it and what it scored, with the reasons."""
    texts = {said.id: said.text for said in analysis.utterances}
    console.print(Panel(_head(analysis), title=f"通话 {analysis.call_id}", title_align="left"))
    console.print(_transcript(analysis.utterances, texts))
    for promise in filter(None, (_promise(said, texts) for said in analysis.utterances)):
        console.print(promise)
    console.print(Group(*(_score(name, score, texts) for name, score in analysis.scores.items())))
    console.print(_talk(analysis.talk))
    for warning in analysis.warnings:
        console.print(f"[yellow]注意：{warning}")


def _head(analysis: Analysis) -> str:
    timing = analysis.timing
    return (
        f"{analysis.started_at:%Y-%m-%d %H:%M}  {analysis.scene}  {analysis.duration_s:.0f} s  "
        f"{len(analysis.utterances)} utterances\n"
        f"分析用时 {timing.total_s:.1f} s（实时率 rtf {timing.rtf:.2f}；speech {timing.speech_s:.1f} s，"
        f"language {timing.language_s:.2f} s，scores {timing.scores_s:.2f} s）"
    )


def _transcript(utterances: tuple[AnalysedUtterance, ...], texts: dict[str, str]) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(justify="right", style="dim")
    table.add_column()
    table.add_column(ratio=1, overflow="fold")
    for said in utterances:
        name, colour = SPEAKERS[said.speaker]
        doubt = "?" if said.speaker_doubtful else ""
        labels = "  ".join(f"[{found.label} {found.probability:.0%}]" for found in said.labels)
        line = Text(texts[said.id])
        line.append(f"  {labels}" if labels else "", style="green")
        table.add_row(_clock(said.start_s), Text(name + doubt, style=colour), line)
    return table


def _promise(said: AnalysedUtterance, texts: dict[str, str]) -> Text | None:
    if said.commitment is None:
        return None
    due = f"{said.commitment.due_at:%Y-%m-%d %H:%M}" if said.commitment.due_at else "未定 no due time"
    return Text(f"承诺 {_clock(said.start_s)}  {texts[said.id]}  → {due}", style="magenta")


def _score(name: str, score: Score, texts: dict[str, str]) -> RenderableType:
    lines = Text()
    if score.value is not None and score.interval is not None:
        filled = round(score.value / 100 * BAR_CELLS)
        lines.append(f"{score.value:5.1f} ", style="bold")
        lines.append("█" * filled + "░" * (BAR_CELLS - filled))
        lines.append(f"  {score.interval[0]:.0f}–{score.interval[1]:.0f}", style="dim")
    else:
        lines.append(STATES[score.state], style="dim")
    for part in score.parts:
        known = f"{part.value:5.1f}" if part.value is not None else "    –"
        lines.append(f"\n  {known}  {part.title} {part.title_en}", style="dim")
    strongest = sorted(score.evidence, key=lambda piece: -abs(piece.contribution))[:EVIDENCE_SHOWN_MAX]
    for piece in strongest:
        lines.append(f"\n  {piece.contribution:+5.1f}  {piece.why}")
        lines.append(f"  “{texts.get(piece.utterance, '')[:40]}”" if piece.utterance in texts else "", style="dim")
    return Panel(lines, title=SCORES.get(name, name), title_align="left")


def _talk(talk: TalkMetrics) -> RenderableType:
    table = Table(title=f"通话指标 Talk metrics ({talk.preset})", title_justify="left")
    table.add_column("")
    for side in talk.speakers:
        table.add_column(side)
    rows = ("talk_s", "turns", "characters_per_min", "longest_monologue_s", "interruptions", "questions", "patience_s")
    for row in rows:
        values = (getattr(side, row) for side in talk.speakers.values())
        table.add_row(row, *("–" if value is None else f"{value:.4g}" for value in values))
    return table


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
