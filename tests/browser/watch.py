"""What is checked of every page that a test meets: no violation, nothing in the console, nothing that sticks out."""

import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import ClassVar

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, ViewportSize

SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
TALLEST = 2_000
# Chromium notes there that a page was answered with a 4xx: refusals are.
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Watch:
    """Follows one test through its pages."""

    # Of the whole run: a page is checked once, and a scenario (docs/rules.md §8) has one picture of each.
    checked: ClassVar[set[str]] = set()
    pictured: ClassVar[dict[str, list[str]]] = defaultdict(list)

    def __init__(self, pictures_of: str | None, *, looks: bool = True) -> None:
        self._row = pictures_of
        self._looks = looks
        self.complaints: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        """Listen to what the pages of `context` say in the console."""
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _STATUS.match(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def look_at(self, page: Page) -> None:
        """Check the page as it stands, and keep its picture where this test has some."""
        if not self._looks:
            return
        try:
            self._look(page)
        except Error as error:
            # A script was still leading from this page to the next one, which may have the same heading.
            if "context was destroyed" not in error.message:
                raise
            page.wait_for_load_state()
            self._look(page)

    def _look(self, page: Page) -> None:
        # A page that was led to may be there before its style sheet.
        page.wait_for_load_state()
        heading = re.sub(r"\S+@\S+", "adresse", page.locator("h1").first.inner_text())
        notes = page.locator("[aria-invalid=true], .note:visible").count()
        self._check(page, f"{page.title()} | {heading} | {notes}")
        if self._row:
            self._keep_picture(page, self._row, _slug(heading) + (f"-{notes}" if notes else ""))

    def _check(self, page: Page, name: str) -> None:
        if name in self.checked:
            return
        sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sticks_out <= 0, f"{name}: sticks out by {sticks_out} px at {page.viewport_size}"
        violations = Axe().run(page).response["violations"]
        assert violations == [], f"{name}: {[(each['id'], each['nodes'][0]['html']) for each in violations]}"
        self.checked.add(name)

    def _keep_picture(self, page: Page, row: str, name: str) -> None:
        kept = self.pictured[row]
        if name in kept:
            return
        kept.append(name)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            page.screenshot(
                path=SCREENSHOTS / f"{row}-{len(kept):02}-{name}-{size['width']}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": size["width"], "height": height},
            )


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "-")).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40].rstrip("-")
