"""Panels of another make: which bytes are a press, and that none but those of the table ever is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import KeyDown, PanelCondition
from device.key_bytes import read_key_bytes
from hardware.byte_session import ByteSession
from hardware.byte_table import ByteTable

GAP_MS = 50
ENTRIES = (("aa0155", 5), ("aa0154", 4), ("aa01", 3), ("31", 1), ("32", 2))
TABLE = ByteTable(read_key_bytes(ENTRIES))


def presses(*pieces: tuple[int, str]) -> tuple[list[tuple[int, int]], int]:
    """(key, time) of what the pieces (time, hexadecimal) tell, with the number of unknown bytes."""
    session = ByteSession(TABLE, gap_ms=GAP_MS)
    events = []
    for at_ms, digits in (*pieces, (60_000, "")):
        due_ms = session.due_ms()
        if due_ms is not None and due_ms <= at_ms:
            events += session.feed(b"", due_ms)
        events += session.feed(bytes.fromhex(digits), at_ms)
    assert all(isinstance(event, KeyDown) for event in events)
    return [(event.key, event.at_ms) for event in events], session.counters.unknown_bytes


@pytest.mark.parametrize(
    ("pieces", "expected", "unknown"),
    [
        pytest.param([(0, "31")], [(1, 0)], 0, id="one byte"),
        pytest.param([(0, "aa0155")], [(5, 0)], 0, id="three bytes"),
        pytest.param([(0, "aa"), (5, "01"), (10, "54")], [(4, 10)], 0, id="in pieces, when it is complete"),
        pytest.param([(0, "aa01")], [(3, 0)], 0, id="the shorter one, after a silence, at its own time"),
        pytest.param([(0, "aa01"), (50, "31")], [(3, 0), (1, 50)], 0, id="the shorter, then another"),
        pytest.param(
            [(0, "aa01"), (10, "31")], [(3, 10), (1, 10)], 0, id="the shorter, then another at once"
        ),
        pytest.param([(0, "3132")], [(1, 0), (2, 0)], 0, id="two at once are two, for the filter to judge"),
        pytest.param([(0, "ff")], [], 1, id="an unknown byte"),
        pytest.param([(0, "33")], [], 1, id="a digit that is no key"),
        pytest.param([(0, "aa")], [], 1, id="half a sequence"),
        pytest.param([(0, "aa"), (50, "01"), (100, "55")], [], 3, id="too slow for one sequence"),
        pytest.param([(0, "aa0253")], [], 3, id="a message that begins like one of ours"),
        pytest.param([(0, "ff31")], [], 2, id="a key's byte in the middle of an unknown message"),
        pytest.param([(0, "ff"), (40, "31"), (80, "31")], [], 3, id="an unknown message that goes on and on"),
        pytest.param([(0, "ff"), (50, "31")], [(1, 50)], 1, id="after a silence the next counts again"),
        pytest.param([(0, "31ff31")], [(1, 0)], 2, id="what stands before an unknown byte counts"),
    ],
)
def test_what_is_a_press(pieces, expected, unknown) -> None:
    assert presses(*pieces) == (expected, unknown)


@given(st.lists(st.tuples(st.integers(0, 100), st.binary(max_size=6)), max_size=30))
def test_every_press_stands_in_the_bytes_and_every_byte_is_accounted_for(pieces) -> None:
    session = ByteSession(TABLE, gap_ms=GAP_MS)
    at_ms, events, everything = 0, [], b""
    for passed_ms, data in pieces:
        at_ms += passed_ms
        everything += data
        events += session.feed(data, at_ms)
    events += session.feed(b"", at_ms + GAP_MS)
    sequences = {key: sequence for sequence, key in read_key_bytes(ENTRIES).items()}
    told = [sequences[event.key] for event in events]
    assert sum(map(len, told)) + session.counters.unknown_bytes == len(everything)
    at = 0
    for sequence in told:
        at = everything.index(sequence, at) + len(sequence)


@given(st.binary(max_size=200).filter(lambda data: not {0x31, 0x32, 0xAA} & set(data)))
def test_noise_is_never_a_press(data: bytes) -> None:
    session = ByteSession(TABLE, gap_ms=GAP_MS)
    assert session.feed(data, 0) + session.feed(b"", 1_000) == []
    assert session.counters.unknown_bytes == len(data)


def test_unknown_bytes_are_logged_once_without_saying_which(caplog: pytest.LogCaptureFixture) -> None:
    session = ByteSession(TABLE, gap_ms=GAP_MS)
    for at_ms in range(0, 1_000, 100):
        session.feed(b"\xfe\x31", at_ms)
    (record,) = caplog.records
    assert record.getMessage() == (
        'panel=serial unknown_bytes=seen action="ignored: they are not in panel.bytes"'
    )


def test_such_a_panel_is_taken_to_be_well() -> None:
    assert ByteSession(TABLE, gap_ms=GAP_MS).condition(1_000_000)[0] is PanelCondition.OK
