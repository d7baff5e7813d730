"""The code of a device: every slip of one who reads or types it is noticed."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.device_code import LENGTH, LETTERS, CodeFault, DeviceCode, NotACode, check_value

CODES = st.text(LETTERS, min_size=LENGTH - 1, max_size=LENGTH - 1).map(DeviceCode)
SOME = DeviceCode("7K3MQ9XTWA")


def plain(code: DeviceCode) -> str:
    """Its eleven characters."""
    return str(code).replace("-", "")


@pytest.mark.parametrize(
    "published", ["91330100799655058B", "9144030071526726XG", "911100007109310534", "12100000400010275N"]
)
def test_the_check_is_the_one_of_the_unified_social_credit_code(published: str) -> None:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, table 2
    assert letters[check_value([letters.index(c) for c in published[:17]])] == published[17]


def test_no_letter_is_read_as_another() -> None:
    assert len(set(LETTERS)) == 31
    assert not set(LETTERS) & set("01ILO")


@given(CODES)
@settings(deadline=None)
def test_the_code_is_the_id_and_the_id_the_code(code: DeviceCode) -> None:
    assert DeviceCode.of(code.device_id) == code == DeviceCode.read(str(code))


def test_it_is_shown_in_groups() -> None:
    assert str(SOME) == "7K3M-Q9XT-WAZ"
    assert SOME.device_id == "cp-7k3mq9xtwa"


@pytest.mark.parametrize(
    "typed",
    [
        "7k3m-q9xt-waz",
        " 7K3M Q9XT WAZ\n",
        "7k3mq9xtwaz",
        "７Ｋ３Ｍ－Ｑ９ＸＴ—ＷＡＺ",
        "https://province.example/devices/cp-7k3mq9xtwa#7K3M-Q9XT-WAZ",
    ],
)
def test_case_dashes_and_spaces_do_not_matter_and_what_a_scanner_types_is_taken(typed: str) -> None:
    assert DeviceCode.read(typed) == SOME


def test_every_single_wrong_character_is_noticed() -> None:
    whole = plain(SOME)
    for place, letter in itertools.product(range(LENGTH), LETTERS):
        wrong = whole[:place] + letter + whole[place + 1 :]
        if wrong != whole:
            with pytest.raises(NotACode) as refused:
                DeviceCode.read(wrong)
            assert refused.value.fault is CodeFault.CHECK


def test_every_swap_of_neighbours_is_noticed_whatever_stands_around_them() -> None:
    chance = random.Random(20261122)
    for first, second in itertools.permutations(LETTERS, 2):
        for place in range(LENGTH - 2):
            body = [chance.choice(LETTERS) for _ in range(LENGTH - 1)]
            body[place : place + 2] = first, second
            whole = list(plain(DeviceCode("".join(body))))
            whole[place : place + 2] = second, first
            with pytest.raises(NotACode):
                DeviceCode.read("".join(whole))


@given(CODES)
@settings(deadline=None)
def test_the_last_letter_and_the_check_swapped_are_noticed(code: DeviceCode) -> None:
    whole = plain(code)
    if whole[-1] != whole[-2]:
        with pytest.raises(NotACode):
            DeviceCode.read(whole[:-2] + whole[-1] + whole[-2])


@given(CODES, st.integers(0, LENGTH - 3))
@settings(deadline=None)
def test_two_characters_around_a_third_swapped_are_noticed(code: DeviceCode, place: int) -> None:
    whole = plain(code)
    a, b, c = whole[place : place + 3]
    if a != c:
        with pytest.raises(NotACode):
            DeviceCode.read(whole[:place] + c + b + a + whole[place + 3 :])


@pytest.mark.parametrize(
    ("typed", "fault", "found", "place"),
    [
        ("", CodeFault.LENGTH, "0", 0),
        ("7K3M-Q9XT-WA", CodeFault.LENGTH, "10", 0),
        ("7K3M-Q9XT-WAZZ", CodeFault.LENGTH, "12", 0),
        ("7K3M-O9XT-WAZ", CodeFault.LETTER, "O", 5),
        ("7k3m-q9xt-wa1", CodeFault.LETTER, "1", 11),
        ("7K3M-Q9XT-WAY", CodeFault.CHECK, "", 0),
    ],
)
def test_what_is_wrong_is_named(typed: str, fault: CodeFault, found: str, place: int) -> None:
    with pytest.raises(NotACode) as refused:
        DeviceCode.read(typed)
    assert (refused.value.fault, refused.value.found, refused.value.place) == (fault, found, place)


@given(st.text())
@settings(deadline=None)
def test_nothing_typed_is_more_than_refused(typed: str) -> None:
    try:
        code = DeviceCode.read(typed)
    except NotACode:
        return
    assert DeviceCode.read(str(code)) == code


@pytest.mark.parametrize(
    "device_id", ["", "cp-", "w07", "cp-7k3mq9xtw", "cp-7k3mq9xtwaz", "cp-7K3MQ9XTWA", "cp-0k3mq9xtwa"]
)
def test_an_id_of_another_make_has_no_code(device_id: str) -> None:
    with pytest.raises(NotACode) as refused:
        DeviceCode.of(device_id)
    assert refused.value.fault is CodeFault.ID


def test_new_ones_differ() -> None:
    assert len({DeviceCode.new() for _ in range(1000)}) == 1000
