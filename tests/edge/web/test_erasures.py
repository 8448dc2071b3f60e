"""The pages of erasures: what was erased, the certificate to take away, and trying to open it."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import pytest

from edge.erasure.certificate import check
from edge.erasure.erase import erase_calls
from edge.erasure.trigger import Trigger
from edge.web.accounts import Role
from edge.web.permissions import RECORDS, may_use
from tests.edge.explain.stored import a_present_analysis, put_analysed
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

PHONE = "13800138000"
LIST = "/compliance/erasures"


@pytest.fixture
async def erased(site: Site) -> Site:
    """A site that has erased one call."""

    def erase() -> None:
        put_analysed(site.box, PHONE, a_present_analysis())
        erase_calls(site.box._parts, [PHONE], trigger=Trigger.WITHDRAWN, actor="account:1", case="R-17")

    await asyncio.to_thread(erase)
    return site


async def test_nothing_erased_yet_is_said(site: Site, member: Visitor) -> None:
    assert "还没有擦除过任何内容" in await member.text(LIST)


async def test_menu_leads_to_the_erasures(site: Site, member: Visitor) -> None:
    assert f'href="{LIST}"' in await member.text("/calls")


async def test_list_says_why_and_has_its_twins(erased: Site, member: Visitor) -> None:
    page = await member.text(LIST)
    assert "本人撤回了同意" in page and "PIPL 15" in page and "已销毁" in page and PHONE not in page
    (row,) = (await (await member.get(f"{LIST}.json")).json())["erasures"]
    (line,) = csv.DictReader(io.StringIO((await (await member.get(f"{LIST}.csv")).read()).decode("utf-8-sig")))
    assert line["trigger"] == row["trigger"] == "withdrawn" and line["case"] == "R-17"


async def test_certificate_can_be_read_taken_away_and_checked(erased: Site, member: Visitor) -> None:
    page = await member.text(f"{LIST}/1")
    assert "擦除证书" in page and "不能证明什么" in page and PHONE not in page
    document = json.loads(await (await member.get(f"{LIST}/1.json")).read())
    assert all(finding.right for finding in check(document, document["vkey"]))
    saved = await member.get(f"{LIST}/1.html")
    assert "attachment" in saved.headers["Content-Disposition"] and "tlog-proof" in await saved.text()


async def test_trying_shows_that_nothing_opens(erased: Site, member: Visitor) -> None:
    answer = await member.post(f"{LIST}/1/try", {"csrf": await member.token(f"{LIST}/1")})
    page = await answer.text()
    assert answer.status == 200 and page.count("✓") == 7 and "✗" not in page and "打开了 0 个样本" in page


async def test_unknown_number_is_not_found(site: Site, member: Visitor) -> None:
    for number in ("9", "x", "0", "9" * 40):
        assert (await member.get(f"{LIST}/{number}")).status == 404


def test_only_who_may_read_records_may_look() -> None:
    for pattern in (LIST, f"{LIST}.csv", f"{LIST}/{{number}}.json", f"{LIST}/{{number}}/try"):
        assert all(may_use(pattern, [role]) for role in RECORDS)
        assert not may_use(pattern, [Role.IT, Role.STAFF])
