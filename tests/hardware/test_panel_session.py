"""One opening of a serial line: sentences to key events, heartbeats to the panel's condition."""

from __future__ import annotations

import pytest

from device.events import KeyDown, KeyUp, PanelCondition
from hardware.key_panel import PanelCounters
from hardware.panel_session import HEARTBEAT_AWAY_MS, PanelSession
from hardware.sentence import HeartbeatSentence, KeySentence, Stroke


def down(key: int, count: int) -> bytes:
    return KeySentence(key, Stroke.DOWN, count).encode()


def up(key: int, count: int) -> bytes:
    return KeySentence(key, Stroke.UP, count).encode()


def heartbeat(*counts: int) -> bytes:
    return HeartbeatSentence(counts).encode()


def condition(session: PanelSession, at_ms: int) -> PanelCondition:
    return session.condition(at_ms)[0]


def test_a_press_and_its_release_are_told_with_the_time_of_reading() -> None:
    session = PanelSession()
    assert session.feed(down(4, 9), 1_000) == [KeyDown(4, 1_000)]
    assert session.feed(up(4, 9), 1_180) == [KeyUp(4, 1_180)]


def test_a_repeated_sentence_tells_nothing_new() -> None:
    session = PanelSession()
    events = session.feed(down(4, 9) * 3 + up(4, 9) * 3, 0)
    assert events == [KeyDown(4, 0), KeyUp(4, 0)]
    assert session.counters == PanelCounters(repeats=2)


def test_a_release_whose_press_was_before_the_opening_tells_nothing() -> None:
    assert PanelSession().feed(up(4, 9), 0) == []


def test_the_count_of_a_release_does_not_hide_the_next_press() -> None:
    session = PanelSession()
    events = session.feed(down(4, 1) + up(4, 2) + down(4, 2), 0)
    assert events == [KeyDown(4, 0), KeyUp(4, 0), KeyDown(4, 0)]


def test_a_key_that_does_not_exist_tells_nothing_and_is_counted() -> None:
    session = PanelSession()
    assert session.feed(b"$HCPKY,6,D,17*11\r\n\x00noise", 0) == []
    assert session.counters == PanelCounters(unknown_key=1, noise_bytes=6)


def test_lost_presses_and_restarts_are_counted_together_with_what_was_bad() -> None:
    session = PanelSession()
    session.feed(b"\x00" + down(4, 5) + down(4, 8) + down(4, 1) + heartbeat(0, 0, 0, 2, 0), 0)
    assert session.counters == PanelCounters(noise_bytes=1, lost_presses=3, restarts=1)


def test_a_heartbeat_never_seen_is_no_fault() -> None:
    session = PanelSession()
    session.feed(down(4, 9), 0)
    assert condition(session, 10 * HEARTBEAT_AWAY_MS) is PanelCondition.OK


def test_a_heartbeat_seen_before_and_away_for_15_s_is_a_lost_panel_until_it_is_back() -> None:
    session = PanelSession()
    session.feed(heartbeat(0, 0, 0, 0, 0), 1_000)
    assert condition(session, 15_999) is PanelCondition.OK
    assert condition(session, 16_000) is PanelCondition.LOST
    session.feed(heartbeat(0, 0, 0, 0, 0), 20_000)
    assert condition(session, 20_000) is PanelCondition.OK


def test_a_panel_without_heartbeat_still_has_its_presses_heard() -> None:
    session = PanelSession()
    session.feed(heartbeat(0, 0, 0, 0, 0), 0)
    assert condition(session, 60_000) is PanelCondition.LOST
    assert session.feed(down(2, 1), 60_000) == [KeyDown(2, 60_000)]


def test_a_key_down_for_30_s_is_stuck_until_released_and_was_a_press() -> None:
    session = PanelSession()
    session.feed(down(1, 1) + up(1, 1), 0)
    assert session.feed(down(4, 9), 1_000) == [KeyDown(4, 1_000)]
    assert condition(session, 30_999) is PanelCondition.OK
    assert condition(session, 31_000) is PanelCondition.STUCK
    assert session.feed(down(2, 1) + up(2, 1), 32_000) == [KeyDown(2, 32_000), KeyUp(2, 32_000)]
    assert condition(session, 32_000) is PanelCondition.STUCK
    session.feed(up(4, 9), 33_000)
    assert condition(session, 33_000) is PanelCondition.OK


def test_a_panel_that_tells_no_releases_has_no_stuck_keys() -> None:
    session = PanelSession()
    session.feed(down(4, 9), 0)
    assert condition(session, 600_000) is PanelCondition.OK


def test_a_lost_panel_is_lost_though_a_key_is_stuck_too() -> None:
    session = PanelSession()
    session.feed(heartbeat(0, 0, 0, 0, 0) + down(1, 1) + up(1, 1) + down(4, 1), 0)
    assert condition(session, 60_000) is PanelCondition.LOST


@pytest.mark.parametrize("evidence", [heartbeat(0, 0, 0, 0, 0), down(1, 1)])
def test_a_restart_frees_the_keys_that_were_down_before_it(evidence: bytes) -> None:
    session = PanelSession()
    session.feed(down(1, 7) + up(1, 7) + down(4, 9), 0)
    session.feed(evidence, 1_000)
    session.feed(up(1, 1), 1_000)
    assert condition(session, 60_000) is not PanelCondition.STUCK


def test_no_reason_for_the_log_names_a_key() -> None:
    session = PanelSession()
    session.feed(down(1, 1) + up(1, 1) + down(4, 1), 0)
    assert session.condition(40_000) == (PanelCondition.STUCK, "a key has been down for 30 s: free it")
