"""A citizen's own phone, a small one: what is seen of the province's pages there."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.web.conftest import REPORT

SMALL_PHONE: ViewportSize = {"width": 360, "height": 640}
_SERIOUS = {"serious", "critical"}


def check(page: Page, name: str) -> None:
    """Take a picture; nothing serious found, nothing wider than the phone."""
    REPORT.mkdir(exist_ok=True)
    page.screenshot(path=REPORT / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in _SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
