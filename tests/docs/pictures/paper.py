"""What is printed, and the province's pages: as pictures."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

_EDGE = "#c8c8c8"
_CHROMIUM = "/usr/bin/chromium"


def first_page(pdf: Path, *, dots_an_inch: int, upper: float = 1.0, left: float = 1.0) -> Image.Image:
    """The first page of `pdf`, or the upper left part of it."""
    done = subprocess.run(
        ["pdftoppm", "-png", "-r", str(dots_an_inch), "-singlefile", str(pdf)],
        capture_output=True,
        check=True,
    )
    page = Image.open(io.BytesIO(done.stdout)).convert("RGB")
    return edged(page.crop((0, 0, round(page.width * left), round(page.height * upper))))


def edged(picture: Image.Image) -> Image.Image:
    """With a thin edge: paper and screens end somewhere."""
    return ImageOps.expand(picture, 1, _EDGE)


def web_page(login: str, address: str, *, locale: str, width: int = 1180, height: int = 330) -> Image.Image:
    """The page at `address` of an operator who came by the link `login`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": width, "height": height}, locale=locale)
        page.goto(login)
        page.goto(address)
        page.wait_for_timeout(1500)  # what the page fetches after it is there
        shot = page.screenshot()
        browser.close()
    return edged(Image.open(io.BytesIO(shot)).convert("RGB"))
