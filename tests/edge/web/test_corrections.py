"""Correcting on the call page: what its reader sees, and what a form can't do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator

import pytest

from edge.records import Analysis
from tests.edge.corrections.talk import EMPATHY, GREETING, OBJECTION, PROMISE, a_talk
from tests.edge.corrections.talk import NAME as SPOKEN_NAME
from tests.edge.explain.stored import put_analysed
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import NAME, Visitor

CALL = "/calls/call-1"


@pytest.fixture
async def analysed(site: Site) -> AsyncIterator[Analysis]:
    yield await asyncio.to_thread(put_analysed, site.box, "call-1", a_talk())


async def correct(member: Visitor, **form: str) -> tuple[int, str]:
    """Send the form as a browser does; status, and where it leads or what it says."""
    sent = {"csrf": await member.token(), "utterance": EMPATHY, "reason": "只是客套话"} | form
    answer = await member.post(f"{CALL}/corrections", sent)
    return answer.status, answer.headers.get("Location") or await answer.text()


def line(page: str, utterance: str) -> str:
    """One utterance's part of the page."""
    found = re.search(rf'<li class="line[^>]*id="{utterance}".*?(?=<li class="line|</ol>)', page, re.S)
    assert found
    return found[0]


async def reasons(member: Visitor, address: str) -> list[str]:
    return [one["reason"] for one in json.loads(await member.text(address))["corrections"]]


async def test_correction_needs_a_token_of_our_own_page(analysed: Analysis, site: Site, member: Visitor) -> None:
    refused = await member.post(f"{CALL}/corrections", {"utterance": EMPATHY, "change": "removed:empathy"})
    assert refused.status == 403
    assert await asyncio.to_thread(site.box.corrections.of_call, "call-1", actor="test") == ()


async def test_form_that_is_wrong_says_so_and_keeps_what_was_typed(analysed: Analysis, member: Visitor) -> None:
    status, page = await correct(member, change="due", reason="说的是后天")
    assert status == 400 and 'role="alert"' in page and "这里没有承诺" in page
    assert 'value="说的是后天"' in page


async def test_removed_label_is_struck_and_says_who_when_and_why(analysed: Analysis, member: Visitor) -> None:
    assert await correct(member, change="removed:empathy") == (303, f"{CALL}#{EMPATHY}")
    shown = line(await member.text(CALL), EMPATHY)
    assert "<s>共情</s>" in shown and "人工：不是" in shown
    assert NAME in shown and "<q>只是客套话</q>" in shown and "<time" in shown
    assert 'class="corrections"' not in line(await member.text(CALL), PROMISE)


async def test_correction_taken_back_leaves_the_page_as_it_was(analysed: Analysis, member: Visitor) -> None:
    before = line(await member.text(CALL), EMPATHY)
    await correct(member, change="removed:empathy")
    action = re.search(rf'action="({CALL}/corrections/\w+/take-back)"', await member.text(CALL))
    assert action
    assert (await member.post(action[1], {"csrf": await member.token()})).status == 303
    assert line(await member.text(CALL), EMPATHY) == before
    assert (await member.post(action[1], {"csrf": await member.token()})).status == 404


async def test_every_change_is_shown_beside_what_the_machine_said(analysed: Analysis, member: Visitor) -> None:
    await correct(member, change="added", label="hedge")
    await correct(member, utterance=PROMISE, change="kind", kinds="over_promise/outcome")
    await correct(member, utterance=PROMISE, change="due", due_at="2026-03-05T23:59")
    await correct(member, utterance=GREETING, change="speaker:customer")
    page = await member.text(CALL)
    assert "人工补充" in line(page, EMPATHY)
    assert "<s>否认风险</s>" in line(page, PROMISE) and "3月5日 内" in line(page, PROMISE)
    assert "人工更正：3月5日 内" in page and "3月3日 内" in page
    assert re.search(r'<span class="corrected">客户</span> <s>坐席</s>', line(page, GREETING))


async def test_stored_analysis_and_scores_stay_as_they_were(analysed: Analysis, site: Site, member: Visitor) -> None:
    before = await member.text(f"{CALL}.json")
    await correct(member, change="removed:empathy")
    assert await member.text(f"{CALL}.json") == before


async def test_what_a_reason_quotes_of_a_person_is_masked_until_it_is_revealed(
    analysed: Analysis, member: Visitor
) -> None:
    name = SPOKEN_NAME[:2]
    await correct(member, change="removed:empathy", reason=f"{name}说的是客套")
    assert f"{name}说的是客套" not in await member.text(CALL)
    assert await reasons(member, f"{CALL}/corrections.json") == ["＊＊说的是客套"]
    await member.post(f"{CALL}/reveal", {"csrf": await member.token()})
    assert f"{name}说的是客套" in await member.text(f"{CALL}?reveal=1")
    assert await reasons(member, f"{CALL}/corrections.json?reveal=1") == [f"{name}说的是客套"]


async def test_json_twin_makes_shows_and_takes_back(analysed: Analysis, member: Visitor) -> None:
    headers = {"Accept": "application/json", "X-CSRF-Token": await member.token()}
    form = {"utterance": PROMISE, "change": "removed", "label": "over_promise", "reason": "有条件"}
    made = await member.post(f"{CALL}/corrections", form, headers=headers)
    assert made.status == 201
    one = json.loads(await made.text())
    assert (one["change"], one["label"], one["by"]) == ("removed", "over_promise", "account:1")
    assert json.loads(await member.text(f"{CALL}/corrections.json")) == {"corrections": [one]}
    gone = await member.post(f"{CALL}/corrections/{one['id']}/take-back", headers=headers)
    assert gone.status == 200
    assert json.loads(await member.text(f"{CALL}/corrections.json")) == {"corrections": []}
    wrong = await member.post(f"{CALL}/corrections", form | {"label": "nonsense"}, headers=headers)
    assert wrong.status == 400 and json.loads(await wrong.text())["field"] == "label"


async def test_form_offers_the_codebooks_labels_for_that_speaker_alone(analysed: Analysis, member: Visitor) -> None:
    page = await member.text(f"{CALL}/utterances/{EMPATHY}/correct")
    assert 'value="over_promise/price"' in page and 'value="hedge"' in page
    assert 'value="objection/price"' not in page and 'value="removed:empathy"' in page
    assert "<html" in page and "<html" not in await member.text(f"{CALL}/utterances/{EMPATHY}/correct?part=1")
    assert (await member.get(f"{CALL}/utterances/u9999/correct")).status == 404


async def test_promise_stands_under_its_utterance_in_a_structure(analysed: Analysis, member: Visitor) -> None:
    page = await member.text(CALL)
    assert 'class="promised"' not in line(page, OBJECTION)
    promised = line(page, PROMISE).split('class="promised"')[1]
    assert "本公司" in promised and "条件：有货" in promised and "3月3日 内" in promised and "毫无保留" in promised
    english = await member.text(CALL, headers={"Accept-Language": "en", "Cookie": "__Host-language=en"})
    assert "without any condition" in english
