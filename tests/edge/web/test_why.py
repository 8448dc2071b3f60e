"""Why a call has its scores and labels, and that it was scored anew: what its reader sees."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from edge.records import Analysis
from tests.edge.explain.stored import an_older_analysis, put_analysed
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

CALL = "/calls/call-1"


@pytest.fixture
async def older(site: Site) -> AsyncIterator[Analysis]:
    """A call whose scores an older version made."""
    yield await asyncio.to_thread(put_analysed, site.box, "call-1", an_older_analysis())


@pytest.mark.asyncio(loop_scope="session")
async def test_call_that_was_just_analysed_has_nothing_to_be_scored_anew(reader: Visitor, call_id: str) -> None:
    page = await reader.text(f"/calls/{call_id}")
    assert f"/calls/{call_id}/rescore" not in page and 'class="explained"' in page


async def test_page_explains_every_score_in_a_paragraph(older: Analysis, site: Site, member: Visitor) -> None:
    await asyncio.to_thread(site.box.rescore, "call-1", actor="test")
    page = await member.text(CALL)
    assert page.count('class="explained"') == len(older.scores)
    assert "影响最大的一处改动" in page and "把握" in page


async def test_scores_of_an_older_version_say_so_and_offer_to_be_made_anew(older: Analysis, member: Visitor) -> None:
    page = await member.text(CALL)
    assert f'action="{CALL}/rescore"' in page and "按新版本重新评分" in page


async def test_call_scored_anew_shows_old_new_and_reason_and_both_stay_readable(
    older: Analysis, member: Visitor
) -> None:
    done = await member.post(f"{CALL}/rescore", {"csrf": await member.token()})
    assert (done.status, done.headers["Location"]) == (303, CALL)
    page = await member.text(CALL)
    assert f'action="{CALL}/rescore"' not in page
    assert "过度承诺风险 0 → " in page and "新增“过度承诺”" in page and f'href="{CALL}?past=1"' in page
    earlier = await member.text(f"{CALL}?past=1")
    assert "这是以前的评分" in earlier and older.versions["lexicon"] in earlier
    assert (await member.get(f"{CALL}?past=2")).status == 404


async def test_json_twins_hold_the_history_and_the_earlier_scores(older: Analysis, member: Visitor) -> None:
    assert "history" not in json.loads(await member.text(f"{CALL}.json"))
    await member.post(f"{CALL}/rescore", {"csrf": await member.token()})
    twin = json.loads(await member.text(f"{CALL}.json"))
    (step,) = twin["history"]
    risk = next(move for move in step["scores"] if move["score"] == "over_promise_risk")
    assert risk["old"] == older.scores["over_promise_risk"].value
    assert risk["new"] == twin["scores"]["over_promise_risk"]["value"]
    earlier = json.loads(await member.text(f"{CALL}.json?past=1"))
    assert earlier["scores"]["over_promise_risk"]["value"] == risk["old"]


async def test_rescoring_needs_a_token_of_our_own_page(older: Analysis, site: Site, member: Visitor) -> None:
    assert (await member.post(f"{CALL}/rescore")).status == 403
    assert await asyncio.to_thread(site.box.is_outdated, "call-1")


async def test_labels_of_one_utterance_are_explained_on_their_own_page(older: Analysis, member: Visitor) -> None:
    said = next(said for said in older.utterances if said.has("empathy"))
    assert f'href="{CALL}/utterances/{said.id}"' in await member.text(CALL)
    page = await member.text(f"{CALL}/utterances/{said.id}")
    assert page.count('class="explained"') == len(said.labels)
    twin = json.loads(await member.text(f"{CALL}/explanation.json?utterance={said.id}"))
    assert {one["label"] for one in twin["labels"]} == {one.label for one in said.labels}
    assert (await member.get(f"{CALL}/utterances/u9999")).status == 400


async def test_explanation_as_json_covers_every_score(older: Analysis, member: Visitor) -> None:
    twin = json.loads(await member.text(f"{CALL}/explanation.json"))
    assert {one["score"] for one in twin["scores"]} == set(older.scores)
    assert all(one["zh"] and one["en"] and one["limits"] and one["limits_en"] for one in twin["scores"])
    assert twin["history"] == []


@pytest.mark.parametrize("path", ["/explanation.json", "/utterances/u0001"])
async def test_explanation_of_a_call_that_is_not_there_is_not_found(member: Visitor, path: str) -> None:
    assert (await member.get(f"/calls/nothing{path}")).status == 404
