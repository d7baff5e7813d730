"""Whether wall time is believed: the kernel, the receipts, the floor, and clocks that ran wild."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from device.clock import Belief, FakeClock, Moment
from device.clock_judgement import RELEASED_AT, judge
from device.province_time import Anchor, better

BOOT = FakeClock().boot
NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
UNKNOWN = Belief()


def reading(wall: datetime = NOW, mono_ms: int = 100_000) -> Moment:
    return Moment(mono_ms, wall, BOOT, "unknown")


def anchor(time: datetime = NOW, mono_ms: int = 100_000, boot: str = BOOT) -> Anchor:
    return Anchor(time, boot, mono_ms)


def judged(
    at: Moment, *, kernel: bool = False, told: Anchor | None = None, before: Belief = UNKNOWN
) -> Belief:
    return judge(at, kernel=kernel, anchor=told, floor=RELEASED_AT, before=before)


def test_a_clock_nobody_vouches_for_is_unknown() -> None:
    assert (judged(reading()).quality, judged(reading()).source) == ("unknown", "none")


def test_the_kernels_word_is_believed() -> None:
    assert judged(reading(), kernel=True) == Belief("trusted", "kernel")


def test_the_kernels_word_for_a_time_before_the_floor_is_not_believed() -> None:
    belief = judged(reading(datetime(1970, 1, 2, tzinfo=UTC)), kernel=True)
    assert (belief.quality, belief.source) == ("unknown", "none")


def test_a_receipt_of_this_boot_that_agrees_makes_the_machines_clock_trusted() -> None:
    assert judged(reading(NOW + timedelta(seconds=4)), told=anchor()) == Belief("trusted", "receipt")


def test_a_receipt_of_this_boot_that_disagrees_takes_the_place_of_the_wall_clock() -> None:
    belief = judged(reading(datetime(1970, 1, 2, tzinfo=UTC), 160_000), told=anchor())
    assert (belief.quality, belief.source) == ("trusted", "receipt")
    assert belief.epoch is not None
    assert belief.epoch + timedelta(milliseconds=160_000) == NOW + timedelta(minutes=1)


def test_a_receipt_outweighs_a_kernel_that_follows_a_wrong_time_service() -> None:
    belief = judged(reading(datetime(2099, 1, 1, tzinfo=UTC)), kernel=True, told=anchor())
    assert belief.source == "receipt"
    assert belief.epoch is not None


def test_a_kernel_that_is_set_stands_against_a_receipt_that_came_late() -> None:
    late = anchor(NOW - timedelta(seconds=8))
    assert judged(reading(), kernel=True, told=late) == Belief("trusted", "kernel")
    assert judged(reading(), told=late).epoch is not None
    assert judged(reading(NOW - timedelta(seconds=8)), kernel=True, told=anchor()).epoch is not None


def test_of_two_receipts_of_a_boot_the_one_that_was_less_late_is_gone_by() -> None:
    good, late = anchor(), anchor(NOW + timedelta(seconds=60 - 8), 160_000)
    assert better(None, late) == late
    assert better(good, late) == good
    again = anchor(NOW + timedelta(seconds=120), 220_000)
    assert better(better(None, late), again) == again
    assert better(good, again) == again


def test_a_crystal_that_runs_fast_does_not_hold_on_to_its_first_receipt_for_ever() -> None:
    day_ms = 24 * 3600 * 1000
    later = anchor(NOW + timedelta(milliseconds=day_ms * (1 - 100e-6)), 100_000 + day_ms)
    assert better(anchor(), later) == later


def test_a_province_that_sets_its_clock_back_is_believed() -> None:
    back = anchor(NOW - timedelta(hours=1), 160_000)
    assert better(anchor(), back) == back


def test_a_receipt_of_a_new_boot_takes_the_place_of_any_before() -> None:
    other = anchor(NOW - timedelta(seconds=8), 1, "another")
    assert better(anchor(), other) == other


def test_a_receipt_of_another_boot_says_nothing_about_now() -> None:
    assert judged(reading(), told=anchor(boot="another")).quality == "unknown"


def test_the_time_taken_from_receipts_does_not_jitter_with_each_of_them() -> None:
    first = judged(reading(datetime(1970, 1, 2, tzinfo=UTC)), told=anchor())
    later = anchor(NOW + timedelta(seconds=60, milliseconds=300), 160_000)
    assert judged(reading(datetime(1970, 1, 2, tzinfo=UTC), 160_000), told=later, before=first) == first


def test_weeks_after_the_last_receipt_a_crystals_drift_is_allowed_for() -> None:
    weeks_ms = 14 * 24 * 3600 * 1000
    drifted = reading(NOW + timedelta(milliseconds=weeks_ms) + timedelta(seconds=60), 100_000 + weeks_ms)
    assert judged(drifted, kernel=True, told=anchor()) == Belief("trusted", "kernel")


def test_within_a_boot_an_unknown_clock_goes_on_evenly_though_somebody_sets_it() -> None:
    clock = FakeClock()
    clock.believe(judged(clock.machine()))
    before = clock.now()
    clock.set_wall(datetime(2035, 1, 1, tzinfo=UTC))
    clock.advance(5_000)
    clock.believe(judged(clock.machine(), before=clock.belief))
    assert clock.now().wall - before.wall == timedelta(seconds=5)


@given(st.integers(-60 * 365, 170 * 365), st.integers(0, 10**9), st.booleans())
def test_whatever_the_wall_clock_says_a_receipt_of_this_boot_gives_the_time(
    days_off: int, later_ms: int, kernel: bool
) -> None:
    at = reading(NOW + timedelta(days=days_off), 100_000 + later_ms)
    belief = judged(at, kernel=kernel, told=anchor())
    said = at.wall if belief.epoch is None else belief.epoch + timedelta(milliseconds=at.mono_ms)
    true = NOW + timedelta(milliseconds=later_ms)
    assert belief.quality == "trusted"
    assert abs(said - true) <= timedelta(seconds=5) + timedelta(milliseconds=later_ms) * 200e-6
