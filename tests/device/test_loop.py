"""The device loop on a bench: what is on the disk, on the screen and at the counter after each step."""

from __future__ import annotations

import re

import pytest

from device.counter import (
    CounterAction,
    CounterVerb,
    DeviceQuery,
    DeviceStatus,
    Done,
    InvitationCancel,
    InvitationQuery,
    InvitationState,
    InvitationStatus,
    Invited,
    OpenInvitationsQuery,
    Refusal,
)
from device.events import (
    Button,
    ButtonTile,
    KeyDown,
    LevelTile,
    PanelChanged,
    PanelCondition,
    Stop,
    TouchDown,
)
from device.faults import Fault
from device.level import Level
from device.snapshot import Notice, Screen
from tests.device.bench import Bench, refusal


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.let(100)
    yield bench
    bench.window.close()


def test_one_press_is_on_the_disk_before_the_screen_and_the_counter_say_so(bench):
    seen = []

    class Watch(list):
        def append(self, item):
            seen.append((item, len(bench.rows())))
            super().append(item)

    invited = bench.invite()
    bench.let(100)
    bench.snapshots, bench.announced = Watch(bench.snapshots), Watch(bench.announced)
    bench.press(2)
    assert [(s.screen, rows) for s, rows in seen if hasattr(s, "screen") and s.screen is Screen.REASONS] == [
        (Screen.REASONS, 1)
    ]
    assert (InvitationStatus(invited.id, InvitationState.ANSWERED), 1) in seen
    row = bench.rows()[0]
    assert (row["level"], row["outcome"], row["input"], row["clerk"]) == (2, "rated", "key", "C0231")
    assert row["invite"] == {"id": invited.id, "via": "http", "signed": False}
    assert (row["window"], row["assignment"], row["layout_id"]) == ("W07", 3, "row5-desc-1")


def test_the_screens_of_a_visit_left_alone(bench):
    bench.invite()
    bench.let(100)
    bench.press(2)
    bench.let(30_000)
    screens = [s.screen for s in bench.snapshots]
    assert [a for a, b in zip(screens, [None, *screens], strict=False) if a is not b] == [
        Screen.IDLE,
        Screen.LEVEL,
        Screen.REASONS,
        Screen.THANKS,
        Screen.IDLE,
    ]
    reasons = next(s for s in bench.snapshots if s.screen is Screen.REASONS)
    assert [(r.key, r.code) for r in reasons.reasons] == [(1, "207"), (2, "208"), (3, "209")]
    assert (reasons.page, reasons.pages) == (0, 3)
    assert reasons.pressed is None


def test_reasons_by_keys_make_a_second_row(bench):
    bench.invite()
    bench.let(100)
    bench.press(1)
    bench.let(1600)
    bench.press(2)
    bench.press(5)
    rows = bench.rows()
    assert [(r["seq"], r["replaces"], r["indicators"]) for r in rows] == [(1, None, []), (2, 1, ["109"])]


def test_a_press_is_highlighted_at_once_and_a_second_key_takes_it_back(bench):
    bench.invite()
    bench.let(100)
    bench.feel(KeyDown(4, bench.clock.mono_ms()))
    assert bench.shown.pressed is Level.SATISFIED
    assert bench.rows() == []
    bench.feel(KeyDown(1, bench.clock.mono_ms()))
    assert bench.shown.pressed is None
    bench.let(100)
    assert bench.rows() == []


def test_after_declining_nothing_is_said_to_be_saved(bench):
    bench.invite()
    bench.let(100)
    bench.feel(TouchDown("a", ButtonTile(Button.DECLINE), bench.shown.number, bench.clock.mono_ms()))
    bench.let(100)
    assert (bench.shown.screen, bench.shown.declined) == (Screen.THANKS, True)
    assert [r["outcome"] for r in bench.rows()] == ["declined"]


def test_presses_before_the_first_frame_are_dropped(bench):
    bench.drawing = False
    bench.invite()
    bench.press(1)
    bench.let(1000)
    assert bench.rows() == []
    assert bench.shown.screen is Screen.LEVEL


def test_a_touch_on_a_screen_that_is_gone_chooses_nothing(bench):
    bench.invite()
    bench.let(100)
    old = bench.shown.number
    bench.press(5)
    bench.let(30_000)
    bench.invite(2)
    bench.let(100)
    bench.inbox.put(TouchDown("a", LevelTile(Level(1)), old, bench.clock.mono_ms()))
    bench.let(100)
    assert [r["level"] for r in bench.rows()] == [5]


def test_a_press_without_an_invitation_is_refused_kindly(bench):
    bench.press(5)
    assert bench.rows() == []
    assert bench.shown.notice is Notice.NOT_INVITED
    bench.let(10_000)
    assert bench.shown.notice is None


def test_a_rated_service_is_not_offered_again_but_its_follow_up_is(bench):
    bench.invite()
    bench.let(100)
    bench.press(5)
    assert refusal(bench.invite()) is Refusal.RATED
    bench.let(30_000)
    assert refusal(bench.invite()) is Refusal.RATED
    handling = {"project_no": "510100-20261122-000001", "service_no": 1, "assessment": 2}
    assert isinstance(bench.invite(handling=handling), Invited)


def test_a_service_that_was_never_rated_is_spent_after_three_invitations(bench):
    for _ in range(3):
        assert isinstance(bench.invite(), Invited)
        bench.let(61_000)
    assert refusal(bench.invite()) is Refusal.SPENT
    assert [r["outcome"] for r in bench.rows()] == ["unanswered"] * 3


def test_the_same_service_while_it_is_open_gets_the_same_invitation(bench):
    first = bench.invite()
    assert bench.invite() == first
    second = bench.invite(2)
    assert bench.invite(2) == second
    assert refusal(bench.invite(3)) is Refusal.BUSY


def test_an_idempotency_key_repeats_its_first_answer_even_after_the_end(bench):
    first = bench.invite(1, idempotency_key="k")
    bench.let(100)
    bench.press(5)
    assert bench.invite(1, idempotency_key="k") == first
    assert refusal(bench.invite(2, idempotency_key="k")) is Refusal.CONFLICT


def test_the_counter_learns_the_states_and_nothing_else(bench):
    invited = bench.invite()
    assert bench.ask(InvitationQuery(invited.id)) == InvitationStatus(invited.id, InvitationState.WAITING)
    assert bench.ask(OpenInvitationsQuery()).invitations == (
        InvitationStatus(invited.id, InvitationState.WAITING),
    )
    bench.let(100)
    bench.press(1)
    assert bench.ask(InvitationQuery(invited.id)) == InvitationStatus(invited.id, InvitationState.ANSWERED)
    assert bench.ask(OpenInvitationsQuery()).invitations == ()
    assert bench.ask(InvitationCancel(invited.id)) == Done()
    assert bench.ask(InvitationQuery(invited.id)).state is InvitationState.ANSWERED
    assert refusal(bench.ask(InvitationQuery("i-unknown"))) is Refusal.NOT_FOUND
    assert bench.ask(DeviceQuery()) == DeviceStatus(True, None)


@pytest.mark.parametrize("end", ["cancelled", "not shown in time"])
def test_a_waiting_invitation_that_ends_does_not_disturb_the_reasons_of_the_visit_that_is_on(bench, end):
    bench.invite(1)
    bench.let(100)
    bench.press(2)
    bench.let(1600)
    bench.press(1)
    waiting = bench.invite(2, ttl_s=1)
    if end == "cancelled":
        bench.ask(InvitationCancel(waiting.id))
    else:
        bench.let(1100)
    bench.press(5)
    assert bench.shown.screen is Screen.THANKS
    rows = bench.rows()
    assert [(r["outcome"], r["replaces"], r["indicators"]) for r in rows[::2]] == [
        ("rated", None, []),
        ("rated", 1, ["207"]),
    ]
    assert rows[1]["invite"]["id"] == waiting.id


def test_a_cancelled_invitation_is_recorded_and_closed(bench):
    invited = bench.invite()
    assert bench.ask(InvitationCancel(invited.id)) == Done()
    assert [status.state.value for status in bench.announced] == ["waiting", "closed"]
    assert [r["outcome"] for r in bench.rows()] == ["cancelled"]


def test_a_press_made_before_the_cancel_comes_first(bench):
    invited = bench.invite()
    bench.let(100)
    bench.inbox.put(KeyDown(1, bench.clock.mono_ms()))
    bench.ask(InvitationCancel(invited.id))
    assert [(r["outcome"], r["level"]) for r in bench.rows()] == [("rated", 1)]


def test_a_paused_window_refuses_until_resumed_and_shows_it(bench):
    bench.ask(CounterAction(CounterVerb.PAUSE, None))
    assert bench.shown.screen is Screen.PAUSED
    assert refusal(bench.invite()) is Refusal.BUSY
    bench.ask(CounterAction(CounterVerb.RESUME, None))
    assert isinstance(bench.invite(), Invited)


def test_the_clerk_who_logged_in_stands_in_the_row_when_the_invitation_names_none(bench):
    bench.ask(CounterAction(CounterVerb.LOGIN, "C0042"))
    assert bench.shown.clerk == "C0042"
    bench.invite(1, clerk=None)
    bench.let(100)
    bench.press(5)
    assert bench.rows()[0]["clerk"] == "C0042"


def test_a_lost_panel_is_a_small_warning(bench):
    bench.inbox.put(PanelChanged(PanelCondition.LOST, bench.clock.mono_ms(), "unplugged"))
    bench.let(10)
    assert (bench.shown.screen, bench.shown.fault) == (Screen.IDLE, Fault.PANEL_LOST)
    bench.inbox.put(PanelChanged(PanelCondition.OK, bench.clock.mono_ms(), "back"))
    bench.let(10)
    assert bench.shown.fault is None


def test_reasons_ticked_when_the_device_is_stopped_are_kept(bench):
    bench.invite()
    bench.let(100)
    bench.press(5)
    bench.let(1600)
    bench.press(1)
    bench.inbox.put(Stop())
    while bench.loop.turn():
        pass
    assert [r["indicators"] for r in bench.rows()] == [[], ["510"]]


def test_nothing_in_the_log_tells_a_key_a_level_a_reason_or_a_handling(bench, caplog):
    caplog.set_level("DEBUG")
    bench.invite()
    bench.let(100)
    bench.press(2)
    bench.let(1600)
    bench.press(1)
    bench.let(30_000)
    bench.restart()
    text = re.sub(r"log=[0-9a-f]{32}", "log=", caplog.text)  # a log_id may hold any digits
    for secret in ("level", "510100", "207", "key=", "reason"):
        assert secret not in text
