"""The page of all pictures: it names what is there, and needs nothing from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.ui.report import write_index


def told(page: str) -> dict[str, Any]:
    """What the page says of the pictures, in JSON."""
    line = next(line for line in page.splitlines() if line.startswith("const told = "))
    found: dict[str, Any] = json.loads(line.removeprefix("const told = ").removesuffix(";"))
    return found


@pytest.fixture
def page(tmp_path: Path) -> str:
    pictures = ["800x480-7in/level-zh-Hans.webp", "800x480-7in/level-last-en.webp"]
    pictures += ["1080x1920-21.5in-large/level-en.webp", "golden/800x480-7in/level-en-now.png"]
    for picture in pictures:
        (tmp_path / picture).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / picture).touch()
    write_index(tmp_path)
    return (tmp_path / "index.html").read_text("utf-8")


def test_it_names_every_screen_of_every_glass_in_its_language(page: str) -> None:
    screens = {glass["folder"]: glass["screens"] for glass in told(page)["glasses"]}
    assert screens == {
        "800x480-7in": {"zh-Hans": ["level"], "en": ["level-last"]},
        "1080x1920-21.5in-large": {"en": ["level"]},
    }


def test_glasses_are_in_millimetres(page: str) -> None:
    sizes = {g["folder"]: (g["width_mm"], g["height_mm"]) for g in told(page)["glasses"]}
    assert sizes == {"800x480-7in": (152.5, 91.5), "1080x1920-21.5in-large": (267.7, 476.0)}


def test_what_is_not_as_it_was_found_good_is_shown(page: str) -> None:
    assert told(page)["others"] == ["golden/800x480-7in/level-en-now.png"]


def test_it_needs_nothing_from_elsewhere(page: str) -> None:
    assert re.findall(r"https?:|<link|<script src|@import|url\(", page) == []
