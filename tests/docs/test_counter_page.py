"""docs/counter.md says of the counter link what the code does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from device.counter import (
    DEFAULT_TTL_S,
    MAX_TTL_S,
    CounterVerb,
    InvitationState,
    Refusal,
    Refused,
    parse_invitation,
)
from device.errors import InvalidField
from device.handling import Handling
from hardware.counter.answers import error_response
from hardware.counter.body import MAX_BYTES
from tests.docs.pages import Page, rows

PAGE = Page("docs/counter.md")
GOOD = {"project_no": "17", "service_no": 1}


def bounds() -> Iterator[tuple[str, int, int, str]]:
    """Field, least, most, unit, for each bound in the table of the handling."""
    for field, value, _ in rows(PAGE.section("The handling")):
        for least, most, unit in re.findall(r"(\d+) to (\d+)( characters)?", value):
            yield field.strip("`"), int(least), int(most), unit.strip()


def refused(handling: dict[str, object]) -> str | None:
    """The field for which an invitation with this handling is refused, or None."""
    try:
        parse_invitation({"handling": handling}, via="http")
    except InvalidField as error:
        return error.field
    return None


def test_the_handling_has_these_fields_and_no_others() -> None:
    said = [row[0].strip("`") for row in rows(PAGE.section("The handling"))]
    assert said == list(Handling.__struct_fields__)


def test_the_fields_said_to_be_required_are() -> None:
    said = {row[0].strip("`") for row in rows(PAGE.section("The handling")) if row[2].startswith("required")}
    assert said == {name for name in GOOD if refused({k: v for k, v in GOOD.items() if k != name})}
    assert refused(GOOD) is None


@pytest.mark.parametrize(("field", "least", "most", "unit"), [*bounds()])
def test_a_bound_of_a_field_is_where_the_page_says(field: str, least: int, most: int, unit: str) -> None:
    def value(size: int) -> object:
        return "1" * size if unit else size

    assert refused(GOOD | {field: value(least)}) is None
    assert refused(GOOD | {field: value(most)}) is None
    assert refused(GOOD | {field: value(most + 1)}) == f"handling.{field}"
    if least:
        assert refused(GOOD | {field: value(least - 1)}) == f"handling.{field}"


@pytest.mark.parametrize("field", ["clerk", "ttl_s", "language", "idempotency_key"])
def test_a_bound_of_the_request_is_where_the_page_says(field: str) -> None:
    allowed = {row[0].strip("`"): row[1] for row in rows(PAGE.section("Inviting"))}[field]
    least, most = map(int, re.match(r"(\d+) to (\d+)", allowed).groups())  # type: ignore[union-attr]

    def field_refused(size: int) -> str | None:
        value = size if field == "ttl_s" else "x" * size
        try:
            parse_invitation({"handling": GOOD, field: value}, via="http")
        except InvalidField as error:
            return error.field
        return None

    assert [field_refused(size) for size in (least - 1, least, most, most + 1)] == [field, None, None, field]


def test_the_default_of_ttl_s_is_said() -> None:
    assert f"{DEFAULT_TTL_S} by default" in PAGE.section("Inviting")
    assert f"1 to {MAX_TTL_S}" in PAGE.section("Inviting")
    assert f"{MAX_BYTES // 1024} KiB" in PAGE.section("Inviting")


def test_the_states_are_those_of_the_code() -> None:
    assert [row[0].strip("`") for row in rows(PAGE.section("States"))] == [s.value for s in InvitationState]


def test_the_actions_are_those_of_the_code() -> None:
    assert {row[0].strip("`") for row in rows(PAGE.section("The window"))} == {v.value for v in CounterVerb}


def test_the_errors_have_the_statuses_of_the_code() -> None:
    said = {row[0].strip("`"): int(row[1]) for row in rows(PAGE.section("Errors"))}
    assert said == {r.value: error_response(Refused(r, "")).status_code for r in Refusal}


def test_the_error_shown_is_the_one_that_is_sent() -> None:
    with pytest.raises(InvalidField) as caught:
        parse_invitation({"handling": {"service_no": 1}}, via="http")
    answer = error_response(Refused(Refusal.INVALID, str(caught.value), field=caught.value.field))
    shown = next(block for block in PAGE.code() if block.startswith('{"error"'))
    assert json.loads(shown) == json.loads(bytes(answer.body))
