"""What the pages point at is there: links, and the files of ours that they name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from tests.docs.pages import ROOT, Page, every_page

PACKAGES = (
    "device",
    "hardware",
    "ui",
    "sync",
    "province",
    "provisioning",
    "tests",
    "bench",
    "docs",
    "scripts",
)
PAGES = pytest.mark.parametrize("page", every_page(), ids=lambda page: page.path)


@PAGES
def test_every_relative_link_resolves(page: Page) -> None:
    folder = (ROOT / page.path).parent
    assert [link for link in page.links() if not (folder / link).exists()] == []


@PAGES
def test_every_file_of_ours_that_is_named_exists(page: Page) -> None:
    paths = [name for name in page.named() if re.fullmatch(rf"({'|'.join(PACKAGES)})/[\w./-]*", name)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@PAGES
def test_no_page_names_a_place_on_somebodys_machine(page: Page) -> None:
    places = ("/" + "work", "/" + "tmp", "/" + "home", "/" + "root")
    words = re.findall(r"(?<![\w.])/[\w.-]+", page.text)
    assert [word for word in words if PurePosixPath(word).as_posix().startswith(places)] == []


def test_every_page_can_be_found_from_the_readme() -> None:
    reached, ahead = set(), ["README.md"]
    while ahead:
        page = Page(ahead.pop())
        reached.add(page.path)
        folder = PurePosixPath(page.path).parent
        for link in page.links():
            target = str((ROOT / folder / link).resolve().relative_to(ROOT))
            found = [target] if target.endswith(".md") else []
            if (ROOT / target).is_dir():
                found = [str(f.relative_to(ROOT)) for f in (ROOT / target).glob("*.md")]
            ahead += [path for path in found if path not in reached]
    assert {page.path for page in every_page()} - reached - {"CHANGELOG.md"} == set()
