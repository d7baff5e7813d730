"""Decisions are numbered, dated, and say what was rejected."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, Page

FILES = sorted((ROOT / "docs" / "decisions").iterdir())
EACH = pytest.mark.parametrize(
    "page", [Page(f"docs/decisions/{f.name}") for f in FILES], ids=lambda p: p.path[15:]
)


def test_each_has_a_number_of_its_own_in_ascending_order() -> None:
    assert all(re.match(r"\d{4}-", f.name) for f in FILES)
    numbers = [int(f.name[:4]) for f in FILES]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1


@EACH
def test_the_heading_has_the_number_of_the_file(page: Page) -> None:
    number = page.path.rsplit("/", 1)[-1][:4]
    assert page.text.startswith(f"# {number} ")


@EACH
def test_it_is_dated_and_says_where_it_stands(page: Page) -> None:
    assert re.fullmatch(
        r"20\d\d-\d\d-\d\d · (accepted|replaced by \[\d{4}\]\(.+\))", page.text.splitlines()[2]
    )


@EACH
def test_it_says_what_was_asked_decided_and_rejected_and_at_what_price(page: Page) -> None:
    parts = re.findall(r"^\*\*(\w+)\.\*\*", page.text, re.MULTILINE)
    assert parts == ["Question", "Decision", "Why", "Rejected", "Price"]


@EACH
def test_it_is_one_page(page: Page) -> None:
    assert len(page.text.splitlines()) <= 60
