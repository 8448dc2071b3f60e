"""Correcting in a real browser: by keyboard, without scripts, on a small screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.edge.corrections.talk import EMPATHY, PROMISE, a_talk
from tests.edge.explain.stored import put_analysed
from tests.edge.web.conftest import Site, opened
from tests.edge.web.test_browser import chromium, faults, opened_page, shared, sign_in

__all__ = ["chromium"]  # the fixture

CALL = "/calls/call-1"


@pytest_asyncio.fixture(loop_scope="session")
async def talked(tmp_path: Path) -> AsyncIterator[Site]:
    """A box with a call to correct."""
    async with opened(tmp_path / "box") as site:
        site.claim()
        await asyncio.to_thread(put_analysed, site.box, "call-1", a_talk())
        yield site


@shared
async def test_reader_without_a_mouse_corrects_a_label(chromium: Browser, talked: Site) -> None:
    async with opened_page(chromium, talked) as browsing:
        page = browsing.page
        await sign_in(page)
        await page.goto(CALL)
        await page.keyboard.press("c")
        await expect(page.locator(".correction-form")).to_have_count(0)  # the focus isn't in the transcript
        await page.locator(f"#{EMPATHY} .at").focus()
        await page.keyboard.press("c")
        form = page.locator(f"#{EMPATHY} .correction-form")
        await expect(form.locator("[value='removed:empathy']")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(form).to_have_count(0)
        await expect(page.locator(f"#{EMPATHY} a.correct")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(form.locator("[value='removed:empathy']")).to_be_focused()
        await page.keyboard.press("Space")
        await form.locator("[name=reason]").focus()
        await page.keyboard.type("courtesy, c")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**{CALL}#{EMPATHY}")
        await expect(page.locator(f"#{EMPATHY} .chip.removed")).to_contain_text("共情")
        await expect(page.locator(f"#{EMPATHY} .corrections q")).to_have_text("courtesy, c")


@shared
async def test_choosing_a_value_chooses_its_correction(chromium: Browser, talked: Site) -> None:
    async with opened_page(chromium, talked) as browsing:
        page = browsing.page
        await sign_in(page)
        await page.goto(CALL)
        await page.click(f"#{PROMISE} a.correct")
        await page.fill(f"#{PROMISE} [name=due_at]", "2026-03-05T18:00")
        await expect(page.locator(f"#{PROMISE} [value=due]")).to_be_checked()
        await page.fill(f"#{PROMISE} [name=reason]", "改口了")
        await page.click(f"#{PROMISE} .correction-form .primary")
        await expect(page.locator(".promises")).to_contain_text("3月5日 18:00 前")


@shared
async def test_call_is_corrected_and_taken_back_without_scripts(chromium: Browser, talked: Site) -> None:
    async with opened_page(chromium, talked, java_script_enabled=False) as browsing:
        page = browsing.page
        await sign_in(page)
        await page.goto(CALL)
        await page.click(f"#{EMPATHY} a.correct")
        await page.check("[value='removed:empathy']")
        await page.fill("[name=reason]", "只是客套")
        await page.click(".correction-form .primary")
        await expect(page.locator(f"#{EMPATHY} .chip.removed")).to_be_visible()
        await page.click(f"#{EMPATHY} .corrections button")
        await expect(page.locator(".corrections")).to_have_count(0)


@shared
@pytest.mark.parametrize("width", [375, 1280])
async def test_form_fits_its_screen_and_passes_the_accessibility_rules(
    chromium: Browser, talked: Site, width: int
) -> None:
    async with opened_page(chromium, talked, width=width) as browsing:
        page = browsing.page
        await sign_in(page)
        for address in (CALL, f"{CALL}/utterances/{PROMISE}/correct"):
            await page.goto(address)
            if address == CALL:
                await page.click(f"#{PROMISE} a.correct")
            await expect(page.locator(".correction-form")).to_be_visible()
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            assert await faults(page) == []
