"""What a handling may hold, and which field is named when it may not."""

from __future__ import annotations

import pytest

from device.errors import InvalidField
from device.handling import parse_handling

GOOD = {"project_no": "510100-20261122-000017", "service_no": 1}


def test_the_two_required_fields_are_enough():
    handling = parse_handling(GOOD)
    assert handling.service_key == "1/1/510100-20261122-000017"
    assert handling.assessment == 1


def test_unknown_fields_are_left_out():
    assert parse_handling(GOOD | {"id_card": "510…"}) == parse_handling(GOOD)


def test_codes_may_be_numbers_or_strings():
    assert parse_handling(GOOD | {"status": 3, "user_prop": "1"}).status == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"project_no": None}, "handling.project_no"),
        ({"project_no": ""}, "handling.project_no"),
        ({"project_no": "x" * 51}, "handling.project_no"),
        ({"project_no": 17}, "handling.project_no"),
        ({"project_no": " 17"}, "handling.project_no"),
        ({"project_no": "1\u200b7"}, "handling.project_no"),
        ({"project_no": "\ud83d"}, "handling.project_no"),
        ({"project_no": "1\0"}, "handling.project_no"),
        ({"service_no": None}, "handling.service_no"),
        ({"service_no": 0}, "handling.service_no"),
        ({"service_no": True}, "handling.service_no"),
        ({"service_no": 1.0}, "handling.service_no"),
        ({"service_no": 2**53}, "handling.service_no"),
        ({"assessment": 3}, "handling.assessment"),
        ({"task_name": "名" * 201}, "handling.task_name"),
        ({"task_name": "\udc00"}, "handling.task_name"),
        ({"task_type": "001"}, "handling.task_type"),
        ({"status": 100}, "handling.status"),
        ({"status": [3]}, "handling.status"),
        ({"area_code": "5" * 13}, "handling.area_code"),
    ],
)
def test_a_wrong_field_is_named(change, field):
    with pytest.raises(InvalidField) as caught:
        parse_handling(GOOD | change)
    assert caught.value.field == field


@pytest.mark.parametrize("fields", [None, [], "17", 3])
def test_a_handling_must_be_an_object(fields):
    with pytest.raises(InvalidField, match=r"^handling: is required"):
        parse_handling(fields)
