"""Explanations on a box that has facts of its site and hears of what happens after calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.box import Box
from edge.errors import Conflict
from edge.events.incoming import Incoming
from edge.explain.call import Asked
from edge.facts import shelf
from edge.facts.grounds import grounds
from edge.facts.table import check_table
from edge.records import Analysis, EventKind
from edge.settings import FactsSettings, Settings
from tests.edge.explain.stored import a_present_analysis, dated, header_of, put_analysed
from tests.edge.explain.talks import STARTED_AT, an_analysis, spoken

SOLD = (
    ("agent", "您好，这里是客服，这款洗衣机是今年的新款，十公斤大容量。"),
    ("customer", "买了多久能到？"),
    ("agent", "三天到，明天下午三点前我给您回电话。"),
)
REGIONAL = (
    "product_line,region,lead_time_p50_days,lead_time_p90_days,authority\n"
    "洗衣机,华东,,,店员: may_promise=stock; 店长: may_promise=*\n洗衣机,华北,1,2,店员: may_promise=*\n"
).encode()
SLOW, FAST = (
    (f"product_line,lead_time_p50_days,lead_time_p90_days\n洗衣机,{days}\n").encode() for days in ("8,12", "1,2")
)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with Box.open(Settings(home=tmp_path / "box")) as opened:
        yield opened


def put_in_force(box: Box, table: bytes) -> str:
    return shelf.put_in_force(box.settings.home, check_table(table), actor="test").version


def held_against_facts(box: Box) -> Analysis:
    then = grounds(box.settings, started_at=STARTED_AT)
    return an_analysis(spoken(SOLD), grounds=then)


def test_score_comes_out_with_the_facts_it_was_made_with_after_newer_ones_came(box: Box) -> None:
    then = put_in_force(box, SLOW)
    made = put_analysed(box, "call-1", held_against_facts(box))
    put_in_force(box, FAST)
    assert made.scores["over_promise_risk"].versions["scores_facts"] == then
    assert made.scores["over_promise_risk"].value != held_against_facts(box).scores["over_promise_risk"].value
    assert not any(check.differences for check in box.recompute("call-1", actor="test"))
    told = box.explain("call-1", Asked(score="over_promise_risk"), actor="test", reveal=True).scores[0]
    assert told.changes and told.changes[0].by is not None and told.changes[0].by < 0


@pytest.mark.parametrize("later", [{"region": "华北"}, {}, {"region": "华东", "role": "店长"}], ids=str)
def test_score_comes_out_with_region_and_role_of_then_after_the_settings_changed(
    tmp_path: Path, later: dict[str, str]
) -> None:
    home = tmp_path / "box"
    with Box.open(Settings(home=home, facts=FactsSettings(region="华东", role="店员"))) as box:
        put_in_force(box, REGIONAL)
        made = put_analysed(box, "call-1", dated(held_against_facts(box)))
    cited = made.scores["over_promise_risk"].versions
    assert (cited["scores_region"], cited["scores_role"]) == ("华东", "店员")
    with Box.open(Settings(home=home, facts=FactsSettings(**later))) as box:
        assert held_against_facts(box).scores["over_promise_risk"].evidence != made.scores["over_promise_risk"].evidence
        pair = box.rescore("call-1", actor="test")
        assert pair is not None and pair[1].scores["over_promise_risk"].evidence == (
            made.scores["over_promise_risk"].evidence
        )
        assert not any(check.differences for check in box.recompute("call-1", actor="test"))


def test_facts_that_are_no_longer_kept_are_named(box: Box) -> None:
    then = put_in_force(box, SLOW)
    put_analysed(box, "call-1", held_against_facts(box))
    (box.settings.home / "facts" / f"{then}.csv").unlink()
    with pytest.raises(Conflict, match=f"scores_facts {then}"):
        box.recompute("call-1", actor="test")


def test_call_scored_anew_is_held_against_the_facts_of_then(box: Box) -> None:
    then = put_in_force(box, SLOW)
    made = put_analysed(box, "call-1", dated(held_against_facts(box)))
    put_in_force(box, FAST)
    pair = box.rescore("call-1", actor="test")
    assert pair is not None
    risk = pair[1].scores["over_promise_risk"]
    assert risk.versions["scores_facts"] == then and risk.value == made.scores["over_promise_risk"].value
    assert box.outdated(again=True) == ()


def test_score_that_later_events_joined_is_explained_as_it_is_read(box: Box) -> None:
    stored = put_analysed(box, "call-1", a_present_analysis())
    opened = Incoming(
        id="e1",
        kind=EventKind.PROPOSAL_OPENED,
        at=STARTED_AT + timedelta(days=1),
        customer_ref=header_of(box, "call-1").customer_ref,
    )
    box.events.take("crm", [opened], now=datetime.now(UTC))
    read = box.analysis("call-1", actor="test").scores["discovery_depth"]
    assert read.value != stored.scores["discovery_depth"].value
    told = box.explain("call-1", Asked(score="discovery_depth"), actor="test", reveal=True).scores[0]
    assert told.value == read.value and told.changes
    assert all(change.value is None or change.value != told.value for change in told.changes)
    assert not any(check.differences for check in box.recompute("call-1", actor="test"))
