"""Proofs of keys: by the day, and when they are too old."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from device.clock import FakeClock, Moment
from device.key_proof import KEYS, PanelProofs, Proof, proof_at

NOW = FakeClock().now()
TODAY = date(2026, 11, 22)
DAY_MS = 24 * 3600 * 1000


def after(days: int, now: Moment = NOW, **changes: object) -> Moment:
    later = replace(now, wall=now.wall + timedelta(days=days), mono_ms=now.mono_ms + days * DAY_MS)
    return replace(later, **changes)  # type: ignore[arg-type]


def unsure(now: Moment) -> Moment:
    return replace(now, quality="unknown")


def test_all_are_proven_when_each_is_and_since_the_day_of_the_oldest():
    some = PanelProofs("p").proven((1, 2, 3, 4), proof_at(NOW))
    assert (some.all_proven, some.proven_on) == (False, None)
    whole = some.proven((5,), proof_at(after(3)))
    assert (whole.all_proven, whole.proven_on) == (True, TODAY)


def test_they_are_overdue_the_day_after_the_last():
    proofs = PanelProofs("p").proven(KEYS, proof_at(NOW))
    assert not proofs.is_overdue(after(30), 30)
    assert proofs.is_overdue(after(31), 30)


def test_one_key_that_is_overdue_is_enough():
    proofs = PanelProofs("p").proven(KEYS, proof_at(NOW)).proven((1, 2, 3, 4), proof_at(after(20)))
    assert proofs.is_overdue(after(31), 30)
    assert not proofs.proven((5,), proof_at(after(20))).is_overdue(after(31), 30)


def test_keys_never_proven_are_overdue_as_long_after_the_first_day():
    assert not PanelProofs("p").is_overdue(after(1000), 30)
    new = PanelProofs("p").dated(NOW)
    assert new.since == TODAY
    assert not new.is_overdue(after(30), 30)
    assert new.is_overdue(after(31), 30)


def test_a_proof_never_takes_the_place_of_a_later_one():
    proofs = PanelProofs("p").proven(KEYS, proof_at(after(5)))
    assert proofs.proven(KEYS, proof_at(NOW)) == proofs


def test_without_a_clock_a_proof_is_dated_as_soon_as_the_time_is_known():
    proofs = PanelProofs("p").proven(KEYS, proof_at(unsure(NOW)))
    assert (proofs.all_proven, proofs.proven_on) == (True, None)
    assert proofs.dated(after(2)).proven_on == TODAY


def test_without_a_clock_a_proof_ages_by_the_time_since_boot():
    proofs = PanelProofs("p").proven(KEYS, proof_at(unsure(NOW)))
    assert not proofs.is_overdue(unsure(after(30)), 30)
    assert proofs.is_overdue(unsure(after(31)), 30)


def test_after_another_boot_without_a_clock_nothing_is_said_to_be_overdue():
    proofs = PanelProofs("p").proven(KEYS, proof_at(unsure(NOW)))
    assert not proofs.is_overdue(unsure(after(1000, boot="other")), 30)


def test_a_proof_that_never_got_its_day_counts_from_the_panels_first():
    proofs = PanelProofs("p", since=TODAY).proven(KEYS, Proof(None, "an earlier boot", 5))
    assert proofs.dated(NOW).proven_on is None
    assert not proofs.is_overdue(after(30), 30)
    assert proofs.is_overdue(after(31), 30)
