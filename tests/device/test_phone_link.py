"""Links to phones: short, read back as they were made, and by nobody else to be made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from device.errors import ContractError
from device.phone import PhoneLinks
from device.phone_link import (
    BASE_CHARACTERS,
    MOST_CHARACTERS,
    PhoneLink,
    derive_key,
    device_mark,
    point_text,
    read_link,
    read_point,
    sign_link,
)

KEY = bytes(range(32))
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
minutes = st.integers(1, 2**24 - 1).map(lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
links = st.builds(
    PhoneLink,
    mark=st.binary(min_size=6, max_size=6),
    visit=st.binary(min_size=16, max_size=16).map(bytes.hex),
    assignment=st.none() | st.integers(1, 2**24 - 1),
    made_at=st.none() | minutes,
)


@given(links)
def test_a_link_is_read_as_it_was_made_and_holds_by_its_key_alone(link):
    found = read_link(sign_link(link, KEY))
    assert found is not None
    assert found.link == link
    assert found.holds(KEY)
    assert not found.holds(KEY[::-1])


@given(links, st.integers(0, 58), st.sampled_from(LETTERS))
def test_a_link_with_one_other_character_is_no_link_of_the_device(link, place, letter):
    token = sign_link(link, KEY)
    changed = token[:place] + letter + token[place + 1 :]
    found = read_link(changed)
    assert changed == token or found is None or not found.holds(KEY)


@given(st.text())
def test_anything_else_is_read_as_nothing_or_does_not_hold(text):
    found = read_link(text)
    assert found is None or not found.holds(KEY)


@given(links)
def test_the_longest_address_is_as_short_as_promised(link):
    links_of = PhoneLinks("cp-7k3mq9xtwa", "https://" + "h" * (BASE_CHARACTERS - 11) + "/r/", KEY)
    address = links_of.address(link.visit, assignment=link.assignment, made_at=link.made_at)
    assert len(address) == MOST_CHARACTERS == 90


def test_an_assignment_beyond_three_bytes_is_left_out_rather_than_cut():
    link = PhoneLink(device_mark("d"), "0" * 32, 2**24, None)
    found = read_link(sign_link(link, KEY))
    assert found is not None
    assert found.link.assignment is None


def test_device_and_province_derive_the_same_key_and_another_device_another():
    device, province = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    public = read_point(point_text(province.public_key()))
    key = derive_key(device, public, device="cp-1")
    assert key == derive_key(province, device.public_key(), device="cp-1")
    assert key != derive_key(device, public, device="cp-2")
    assert len(key) == 32


@pytest.mark.parametrize("text", ["", "A" * 44, "好" * 44])
def test_what_is_no_point_is_refused(text):
    with pytest.raises(ContractError, match="no point of P-256"):
        read_point(text)


def test_a_key_is_in_no_repr():
    links_of = PhoneLinks("cp-1", "https://h/r/", KEY)
    assert "key" not in repr(links_of)
