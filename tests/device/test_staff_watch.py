"""What staff should see to is found by real signs, and shown where nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from device.certificate_life import CERTIFICATE, read_certificate_life
from device.clock import Belief
from device.events import PanelChanged, PanelCondition
from device.faults import Fault, Showing
from device.key_suspicion import DAY_MS, SLIPS, KeySuspicion
from device.snapshot import Screen
from device.staff_watch import CLOCK_UNKNOWN_MS
from device.view import Condition
from tests.device.bench import Bench

HOUR_MS = 3600 * 1000
TODAY = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Receipts:
    """How far the province has come."""

    through: dict[str, int] = field(default_factory=dict)

    def reached(self, log_id: str) -> int:
        return self.through.get(log_id, 0)


@pytest.fixture
def receipts() -> Receipts:
    return Receipts()


@pytest.fixture
def bench(tmp_path: Path, receipts: Receipts) -> Iterator[Bench]:
    made = Bench(tmp_path, receipts=receipts)
    yield made
    made.window.close()


def write_certificate(folder: Path, *, begins: datetime, days: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "d-1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    (folder / CERTIFICATE).write_bytes(made.public_bytes(serialization.Encoding.PEM))


def rate(bench: Bench, number: int = 1) -> None:
    bench.invite(number)
    bench.let(100)
    bench.press(4)
    bench.let(30_000)


def pass_by(bench: Bench, ms: int) -> None:
    """Time goes by at once, as for a device that sleeps; then it looks around."""
    bench.clock.advance(ms)
    bench.let(70_000)


def test_a_device_without_trouble_reminds_of_nothing(bench: Bench) -> None:
    rate(bench)
    bench.let(120_000)
    assert bench.shown.fault is None


def test_a_panel_that_loses_presses_is_suspect_for_a_day(bench: Bench) -> None:
    bench.slips = SLIPS
    bench.let(6_000)
    assert bench.shown.fault == Fault.KEY_SUSPECT
    pass_by(bench, DAY_MS)
    assert bench.shown.fault is None


def test_who_is_asked_is_not_told_what_is_for_staff(bench: Bench) -> None:
    bench.slips = SLIPS
    bench.let(6_000)
    bench.invite()
    bench.let(10_000)
    assert bench.shown.screen is Screen.LEVEL
    assert bench.shown.fault is None


def test_a_device_that_does_not_know_the_time_for_ten_minutes_says_so(bench: Bench) -> None:
    bench.kernel_knows = False
    bench.clock.believe(Belief("unknown", "none"))
    bench.let(CLOCK_UNKNOWN_MS - 60_000)
    assert bench.shown.fault is None
    bench.let(120_000)
    assert bench.shown.fault == Fault.CLOCK_UNKNOWN


def test_a_row_without_a_receipt_for_days_says_that_the_province_is_silent(
    bench: Bench, receipts: Receipts
) -> None:
    rate(bench)
    pass_by(bench, 71 * HOUR_MS)
    assert bench.shown.fault is None
    pass_by(bench, HOUR_MS)
    assert bench.shown.fault == Fault.PROVINCE_SILENT
    receipts.through[bench.guard.log_id] = bench.guard.head.seq
    bench.let(70_000)
    assert bench.shown.fault is None


def test_a_province_that_owes_nothing_may_be_silent(bench: Bench, receipts: Receipts) -> None:
    rate(bench)
    receipts.through[bench.guard.log_id] = bench.guard.head.seq
    pass_by(bench, 20 * 24 * HOUR_MS)
    assert bench.shown.fault is None
    rate(bench, 2)
    bench.let(70_000)
    assert bench.shown.fault is None, "the first row after a holiday has waited for no time"


def test_a_row_of_another_boot_has_waited_by_the_wall_clock_or_since_this_boot(bench: Bench) -> None:
    rate(bench)
    bench.clock.boot = "0" * 32
    pass_by(bench, 73 * HOUR_MS)
    assert bench.shown.fault == Fault.PROVINCE_SILENT


def test_a_wild_clock_makes_no_silence_of_days(bench: Bench) -> None:
    rate(bench)
    bench.clock.boot = "0" * 32
    bench.clock.set_wall(datetime(2036, 1, 1, tzinfo=UTC))
    bench.clock.believe(Belief("unknown", "none"))
    bench.kernel_knows = False
    bench.let(70_000)
    assert bench.shown.fault is None


@pytest.mark.parametrize(("ago_days", "ending"), [(0, False), (74, False), (76, True), (100, True)])
def test_a_certificate_is_ending_when_a_sixth_of_its_life_is_left(
    bench: Bench, tmp_path: Path, ago_days: int, ending: bool
) -> None:
    write_certificate(tmp_path, begins=TODAY - timedelta(days=ago_days), days=90)
    bench.let(70_000)
    assert (bench.shown.fault == Fault.CERTIFICATE_ENDING) is ending


def test_a_renewed_certificate_ends_the_reminder(bench: Bench, tmp_path: Path) -> None:
    write_certificate(tmp_path, begins=TODAY - timedelta(days=80), days=90)
    bench.let(70_000)
    assert bench.shown.fault == Fault.CERTIFICATE_ENDING
    write_certificate(tmp_path, begins=TODAY, days=90)
    bench.let(70_000)
    assert bench.shown.fault is None


def test_what_is_no_certificate_says_nothing(tmp_path: Path) -> None:
    assert read_certificate_life(tmp_path / "none.crt") is None
    (tmp_path / CERTIFICATE).write_text("not one")
    assert read_certificate_life(tmp_path / CERTIFICATE) is None


def test_what_everybody_must_know_comes_before_what_staff_should(bench: Bench) -> None:
    bench.slips = SLIPS
    bench.let(6_000)
    bench.feel(PanelChanged(PanelCondition.LOST, bench.clock.mono_ms(), "the line is gone"))
    assert bench.shown.fault == Fault.PANEL_LOST
    assert bench.window.warnings == (Fault.PANEL_LOST, Fault.KEY_SUSPECT)
    bench.invite()
    bench.let(100)
    assert bench.shown.fault == Fault.PANEL_LOST


@given(st.lists(st.sampled_from([f for f in Fault if f.showing is not Showing.FULL]), unique=True))
def test_of_several_small_faults_a_citizen_is_told_only_of_those_for_everybody(small: list[Fault]) -> None:
    condition = Condition(small=tuple(small))
    assert condition.warning is None or condition.warning.showing is Showing.SMALL
    assert (condition.reminder is None) == (not small)
    assert condition.warning is None or condition.reminder is condition.warning


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3 * HOUR_MS)), max_size=60))
def test_fewer_slips_than_three_in_two_days_are_never_suspect(
    steps: list[tuple[int, int]],
) -> None:
    suspicion, slips, now_ms = KeySuspicion(), 0, 0
    told: list[tuple[int, int]] = []
    for more, passed_ms in steps:
        now_ms += passed_ms
        slips += more
        told.append((now_ms, more))
        suspicion = suspicion.after(slips, now_ms)
        recent = sum(count for at_ms, count in told if now_ms - at_ms <= 2 * DAY_MS)
        if recent < SLIPS:
            assert not suspicion.is_on(now_ms)
