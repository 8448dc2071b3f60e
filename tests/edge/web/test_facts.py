"""The page of the facts table: check first, with everything that is wrong; then put in force what was looked at."""

from __future__ import annotations

import html
import io
import re

import pytest
from aiohttp import ClientResponse, FormData

from edge.facts import shelf
from edge.facts.table import EXAMPLE, TABLE_BYTES_MAX
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

GOOD = "product_line,aliases,stock\n滚筒洗衣机,洗衣机,0\n床垫,,3\n"
BAD = "product_line,stock\n床垫,x\n沙发,y\n"
TABLE = re.compile(r'<textarea name="table" hidden>\n?(.*?)</textarea>', re.DOTALL)


async def send(visitor: Visitor, path: str, table: bytes, *, json: bool = False) -> ClientResponse:
    form = FormData()
    form.add_field("csrf", await visitor.token("/facts"))
    form.add_field("table", io.BytesIO(table), filename="facts.csv", content_type="text/csv")
    return await visitor.post(path, form, headers={"Accept": "application/json"} if json else {})


async def confirm(visitor: Visitor, page: str) -> ClientResponse:
    """Press the button of the page that a check answered with, as a browser does: with CRLF in the text."""
    found = TABLE.search(page)
    assert found, "no table to put in force on the page"
    text = html.unescape(found[1]).replace("\n", "\r\n")
    form = FormData()
    form.add_field("csrf", await visitor.token("/facts"))
    form.add_field("table", text, content_type="text/plain; charset=utf-8")
    return await visitor.post("/facts", form)


async def test_table_is_checked_then_put_in_force(site: Site, member: Visitor) -> None:
    checked = await send(member, "/facts/check", GOOD.encode("gbk"))
    page = await checked.text()
    assert checked.status == 200 and "滚筒洗衣机" in page
    assert shelf.in_force(site.settings.home) is None, "a check keeps nothing"
    answer = await confirm(member, page)
    assert answer.status == 303
    current = shelf.in_force(site.settings.home)
    assert current is not None and [row.stock for row in current.facts.rows] == [0, 3]
    shown = await member.text(answer.headers["Location"])
    assert current.facts.version in shown and "滚筒洗衣机" in shown


async def test_check_names_every_problem_in_the_readers_language(site: Site, member: Visitor) -> None:
    answer = await send(member, "/facts/check", BAD.encode())
    page = await answer.text()
    assert answer.status == 400
    assert page.count("不是数字") == 2 and "库存" in page
    assert TABLE.search(page) is None, "a table with problems can't be put in force"
    assert shelf.in_force(site.settings.home) is None


async def test_check_says_what_comes_and_goes(member: Visitor) -> None:
    await send(member, "/facts", GOOD.encode())
    answer = await send(member, "/facts/check", GOOD.replace("床垫,,3", "床垫,,4").encode(), json=True)
    report = await answer.json()
    assert (report["added"], report["removed"], report["kept"], report["problems"]) == (1, 1, 1, [])


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/facts/check", b"colour\n"),
        ("/facts", BAD.encode()),
        ("/facts", b"\xff"),
        ("/facts", b"x" * (TABLE_BYTES_MAX + 1)),
    ],
    ids=["unknown column", "problems", "no text", "too large"],
)
async def test_program_gets_the_problem_and_nothing_changes(
    site: Site, member: Visitor, path: str, table: bytes
) -> None:
    answer = await send(member, path, table, json=True)
    problem = await answer.json()
    assert answer.status in (400, 413) and answer.content_type == "application/problem+json"
    assert problem["field"].startswith("facts") and problem["problem"] and problem["fix"]
    assert shelf.in_force(site.settings.home) is None


@pytest.mark.parametrize("path", ["/facts/check", "/facts"])
async def test_form_without_a_file_is_refused(member: Visitor, path: str) -> None:
    form = FormData({"csrf": await member.token("/facts")})
    form.add_field("other", b"x", filename="x")
    assert (await member.post(path, form)).status == 400
    assert (await member.post(path, {"csrf": await member.token("/facts")})).status == 400


async def test_page_has_a_json_twin_and_a_file_that_can_be_sent_back(member: Visitor) -> None:
    empty = await (await member.get("/facts.json")).json()
    assert (empty["version"], empty["table"]) == (None, [])
    assert (await (await member.get("/facts.csv")).read()).decode("utf-8-sig") == EXAMPLE
    put = await (await send(member, "/facts", GOOD.encode(), json=True)).json()
    twin = await (await member.get("/facts.json")).json()
    assert twin["version"] == put["version"] == twin["versions"][0]
    assert twin["table"][1]["product_line"] == "床垫"
    again = await send(member, "/facts", await (await member.get("/facts.csv")).read(), json=True)
    assert (await again.json())["version"] == put["version"]


async def test_cells_are_shown_as_text(member: Visitor) -> None:
    table = "product_line,aliases\n<script>alert(1)</script>,</textarea><b>x\n"
    page = await (await send(member, "/facts/check", table.encode())).text()
    assert "<script>alert" not in page and "</textarea><b>" not in page
    assert (await confirm(member, page)).status == 303
    assert "<script>alert" not in await member.text("/facts")
