"""The pages in a real browser, as their readers use them: Chromium, TLS, the real recogniser."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import soundfile
from playwright.async_api import Browser, Page, async_playwright, expect

from edge.store import expiry
from edge.web.app import pending_setup_code
from tests.edge.explain.stored import an_older_analysis, put_analysed
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import NAME, PASSWORD

shared = pytest.mark.asyncio(loop_scope="session")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--mute-audio",
]
WATCH_POLICY = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
AXE = Path("tests/data/web/axe-core-4.14.1/axe.min.js").read_text("utf-8")
IN_LIST = """(number) => {
  const list = document.getElementById("lines").getBoundingClientRect();
  const line = document.querySelectorAll(".line")[number].getBoundingClientRect();
  return line.top >= list.top - 1 && line.bottom <= list.bottom + 1;
}"""
AT_S = "document.getElementById('audio').currentTime"


@dataclass
class Reading:
    """A browser's page and everything it complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened_page(chromium: Browser, site: Site, **options: Any) -> AsyncIterator[Reading]:
    """A page of its own browser profile; afterwards it must have nothing to complain of."""
    width = options.pop("width", 1280)
    context = await chromium.new_context(
        base_url=site.base, ignore_https_errors=True, viewport={"width": width, "height": 860}, **options
    )
    context.set_default_timeout(20_000)
    await context.add_init_script(WATCH_POLICY)
    reading = Reading(await context.new_page())
    reading.page.on("console", lambda message: note(reading, message.type, message.text))
    reading.page.on("pageerror", lambda error: reading.complaints.append(str(error)))
    yield reading
    await context.close()
    assert reading.complaints == []


def note(reading: Reading, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        reading.complaints.append(text)


async def sign_in(page: Page) -> None:
    await page.goto("/login")
    await page.fill("#name", NAME)
    await page.fill("#password", PASSWORD)
    await page.click("main button")
    await page.wait_for_url("**/calls")


@pytest_asyncio.fixture(loop_scope="session")
async def reading(chromium: Browser, busy: Site, call_id: str) -> AsyncIterator[Page]:
    """A signed-in reader on the page of the analysed call, its waveform drawn and its audio loaded."""
    async with opened_page(chromium, busy) as opened:
        await sign_in(opened.page)
        await opened.page.goto(f"/calls/{call_id}")
        await opened.page.wait_for_selector("#player[data-drawn]")
        await opened.page.wait_for_function("document.getElementById('audio').readyState >= 1")
        yield opened.page


def beginning(recording: bytes, seconds: int) -> bytes:
    samples, rate_hz = soundfile.read(io.BytesIO(recording), dtype="int16", always_2d=True)
    cut = io.BytesIO()
    soundfile.write(cut, samples[: seconds * rate_hz], rate_hz, format="FLAC", subtype="PCM_16")
    return cut.getvalue()


@shared
async def test_newcomer_gets_from_the_setup_code_to_an_analysed_call(
    chromium: Browser, tmp_path: Path, sidecar: bytes, recording: bytes, call_id: str
) -> None:
    from tests.edge.web.conftest import opened

    async with opened(tmp_path / "box") as site, opened_page(chromium, site) as reading:
        page = reading.page
        await page.goto("/")
        await page.fill("#code", pending_setup_code(site.box, site.settings) or "")
        await page.fill("#name", NAME)
        await page.fill("#password", PASSWORD)
        await page.fill("#password_again", PASSWORD)
        await page.click("main button")
        await page.click("main a[href='/upload']")
        call = {"name": "call.json", "mimeType": "application/json", "buffer": sidecar}
        sound = {"name": "call.flac", "mimeType": "audio/flac", "buffer": beginning(recording, 20)}
        await page.set_input_files("#sidecar", call)
        await page.set_input_files("#audio", sound)
        await page.click("#upload button")
        await page.wait_for_url(f"**/calls/{call_id}")
        await expect(page.locator(".state")).to_have_text("排队中")
        assert await asyncio.to_thread(site.box.analyse_next) == call_id
        await expect(page.locator("#player")).to_be_visible()
        await expect(page.locator(".line").first).to_be_visible()
        await page.goto("/calls")
        await expect(page.locator(".mini-scores li").first).to_be_visible()

        with site.box.store.write() as tx:
            expiry.drop_audio(tx, call_id)
        await page.goto(f"/calls/{call_id}")
        await expect(page.locator(".no-audio")).to_be_visible()
        await expect(page.locator(".lanes-blocks .block").first).to_be_attached()
        await expect(page.locator(".line").first).to_be_visible()


@shared
async def test_refused_upload_says_why_and_keeps_what_was_chosen(
    chromium: Browser, quiet: Site, refused_sidecar: bytes, recording: bytes
) -> None:
    async with opened_page(chromium, quiet) as reading:
        page = reading.page
        await sign_in(page)
        await page.goto("/upload")
        call = {"name": "call.json", "mimeType": "application/json", "buffer": refused_sidecar}
        await page.set_input_files("#sidecar", call)
        sound = {"name": "call.flac", "mimeType": "audio/flac", "buffer": beginning(recording, 5)}
        await page.set_input_files("#audio", sound)
        await page.click("#upload button")
        await expect(page.locator("#upload-error")).to_contain_text("客户")
        await expect(page.locator("#upload-error dt")).to_have_text(["字段", "问题", "解决办法"])
        assert await page.evaluate("document.getElementById('audio').files.length") == 1
        await expect(page.locator("#upload button")).to_be_enabled()
        # The browser itself reports the refusal's status; nothing else may be wrong.
        reading.complaints[:] = [text for text in reading.complaints if "status of 403" not in text]


@shared
async def test_click_on_an_utterance_moves_the_audio_there(reading: Page) -> None:
    line = reading.locator(".line").nth(4)
    start_s = float(await line.get_attribute("data-start") or 0)
    await line.locator(".said").click()
    assert await reading.evaluate(AT_S) == pytest.approx(start_s, abs=0.05)
    await expect(line).to_have_attribute("aria-current", "true")


@shared
async def test_click_on_the_waveform_moves_the_audio_there(reading: Page) -> None:
    box = await reading.locator("#lanes").bounding_box()
    assert box is not None
    await reading.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 40)
    duration_s = float(await reading.locator("#player").get_attribute("data-duration") or 0)
    assert await reading.evaluate(AT_S) == pytest.approx(duration_s / 2, abs=1.0)


@shared
async def test_transcript_follows_the_audio_until_told_not_to(reading: Page) -> None:
    lines = reading.locator(".line")
    last, sixth = await lines.count() - 1, 6
    await play_at(reading, last)
    await reading.wait_for_function(IN_LIST, arg=last)
    await reading.uncheck("#follow")
    await reading.evaluate("document.getElementById('lines').scrollTop = 0")
    await reading.wait_for_function(IN_LIST, arg=0)
    await play_at(reading, sixth)
    assert await reading.evaluate(IN_LIST, 0), "the list stays where the reader put it"


async def play_at(page: Page, number: int) -> None:
    line = page.locator(".line").nth(number)
    await page.evaluate(f"{AT_S} = {await line.get_attribute('data-start')}")
    await expect(line).to_have_attribute("aria-current", "true")


@shared
async def test_keys_play_pause_skip_and_turn(reading: Page) -> None:
    await reading.keyboard.press("Space")
    await reading.wait_for_function("!document.getElementById('audio').paused")
    await expect(reading.locator("#play")).to_have_attribute("aria-label", "暂停")
    await reading.keyboard.press("Space")
    await reading.wait_for_function("document.getElementById('audio').paused")
    await reading.evaluate(f"{AT_S} = 20")
    await reading.keyboard.press("ArrowRight")
    assert await reading.evaluate(AT_S) == pytest.approx(25, abs=0.05)
    await reading.keyboard.press("ArrowLeft")
    await reading.keyboard.press("ArrowLeft")
    assert await reading.evaluate(AT_S) == pytest.approx(15, abs=0.05)
    starts = [float(await line.get_attribute("data-start") or 0) for line in await reading.locator(".line").all()]
    await reading.keyboard.press("]")
    assert await reading.evaluate(AT_S) == pytest.approx(min(start for start in starts if start > 15.05), abs=0.05)
    await reading.keyboard.press("[")
    assert await reading.evaluate(AT_S) == pytest.approx(max(start for start in starts if start < 15), abs=0.6)


@shared
async def test_why_opens_to_evidence_that_leads_to_its_utterance(reading: Page) -> None:
    card = reading.locator(".card:has(.reasons li)").first
    await expect(card.locator(".reasons li").first).to_be_hidden()
    await card.locator(".why > summary").click()
    pointer = card.locator(".reasons a").first
    await expect(pointer).to_be_visible()
    await pointer.click()
    seek_s = float(await pointer.get_attribute("data-seek") or 0)
    assert await reading.evaluate(AT_S) == pytest.approx(seek_s, abs=0.05)
    utterance = (await pointer.get_attribute("href") or "").removeprefix("#")
    ids = [await line.get_attribute("id") for line in await reading.locator(".line").all()]
    await reading.wait_for_function(IN_LIST, arg=ids.index(utterance))


@shared
async def test_original_words_appear_only_after_confirming(reading: Page) -> None:
    masked = reading.locator(".said", has_text="＊")
    await expect(masked.first).to_be_attached()
    await reading.click("[popovertarget='reveal-confirm']")
    await expect(reading.locator("#reveal-confirm")).to_be_visible()
    await reading.click("#reveal-confirm [popovertargetaction='hide']")
    await expect(masked.first).to_be_attached()
    await reading.click("[popovertarget='reveal-confirm']")
    await reading.click("#reveal-confirm .primary")
    await reading.wait_for_url("**?reveal=1")
    await expect(masked).to_have_count(0)
    await reading.click(".call-head .warn")
    await expect(masked.first).to_be_attached()


@shared
async def test_language_and_colours_stay_as_chosen(reading: Page) -> None:
    await expect(reading.locator("html")).to_have_attribute("lang", "zh-Hans")
    await reading.click(".switch button")
    await expect(reading.locator("#transcript-title")).to_have_text("Transcript")
    await reading.click(".menu summary")
    await reading.click(".segments button[value='dark']")
    await reading.goto("/upload")
    await expect(reading.locator("html")).to_have_attribute("lang", "en")
    await expect(reading.locator("html")).to_have_attribute("data-theme", "dark")


@shared
async def test_reader_without_a_mouse_gets_from_login_to_the_evidence(
    chromium: Browser, busy: Site, call_id: str
) -> None:
    async with opened_page(chromium, busy) as opened:
        page = opened.page
        await page.goto(f"/login?next=/calls/{call_id}")
        await expect(page.locator("#name")).to_be_focused()
        await page.keyboard.type(NAME)
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{busy.base}/calls/{call_id}")
        for _ in range(60):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.matches('.why > summary')"):
                break
        assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await page.keyboard.press("Enter")
        await expect(page.locator("details.why[open]")).to_have_count(1)


@shared
async def test_page_reads_without_scripts(chromium: Browser, busy: Site, call_id: str) -> None:
    async with opened_page(chromium, busy, java_script_enabled=False) as opened:
        await sign_in(opened.page)
        await opened.page.goto(f"/calls/{call_id}")
        await expect(opened.page.locator(".line").first).to_be_visible()
        await expect(opened.page.locator(".card").first).to_be_visible()
        await expect(opened.page.locator(".lanes-blocks .block").first).to_be_attached()


@shared
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_pages_fit_their_screen_and_pass_the_accessibility_rules(
    chromium: Browser, busy: Site, call_id: str, colours: Any, width: int
) -> None:
    async with opened_page(chromium, busy, color_scheme=colours, width=width) as opened:
        page = opened.page
        await page.goto("/login")
        assert await faults(page) == []
        await sign_in(page)
        for address in ("/calls", "/upload", f"/calls/{call_id}"):
            await page.goto(address)
            if address.endswith(call_id):
                await page.wait_for_selector("#player[data-drawn]")
                await page.evaluate("for (const each of document.querySelectorAll('details.why')) each.open = true")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert await faults(page) == [], address


@shared
async def test_call_of_an_older_version_fits_a_small_screen_in_both_languages(
    chromium: Browser, tmp_path: Path
) -> None:
    from tests.edge.web.conftest import opened

    async with opened(tmp_path / "box") as site, opened_page(chromium, site, width=390) as reading:
        site.claim()
        await asyncio.to_thread(put_analysed, site.box, "call-1", an_older_analysis())
        page = reading.page
        await sign_in(page)
        for title in ("转写", "Transcript"):
            await page.goto("/calls/call-1")
            await expect(page.locator("#transcript-title")).to_have_text(title)
            await expect(page.locator(".notice form button")).to_be_visible()
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390
            await page.click(".switch button")


async def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA."""
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found["violations"]]
