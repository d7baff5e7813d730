"""What the agent tells of the device: its process, the disk, the processor's heat, its own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from device.clock import Belief, FakeClock
from device.clock_judgement import RELEASED_AT
from device.condition import SILENT_AFTER_MS, Condition, StampedCondition
from device.invitation_store import InvitationStore
from device.province_time import Anchor
from sync.agent.agent_clock import AgentClock
from sync.agent.device_condition import SILENT, ConditionSource
from sync.agent.machine import disk_free, temperature_c

SAID = Condition(faults=("F-021",), screen=True, clock="trusted", clock_source="kernel")


def tell(folder: Path, clock: FakeClock) -> None:
    store = InvitationStore(folder / "device.db")
    now = clock.now()
    store.open(now)
    store.keep_condition(StampedCondition(boot=now.boot, mono_ms=now.mono_ms, condition=SAID))
    store.close()


def test_what_the_device_said_is_told(tmp_path: Path) -> None:
    clock = FakeClock()
    tell(tmp_path, clock)
    told = ConditionSource(tmp_path, clock=clock).read()
    assert told.device == SAID
    assert told.disk_free is not None
    assert told.disk_free > 0


def test_a_device_that_says_nothing_is_silent(tmp_path: Path) -> None:
    clock = FakeClock()
    source = ConditionSource(tmp_path, clock=clock)
    assert source.read().device == Condition(faults=(SILENT,))
    tell(tmp_path, clock)
    clock.advance(SILENT_AFTER_MS)
    assert source.read().device == SAID
    clock.advance(1)
    assert source.read().device == Condition(faults=(SILENT,))


def test_what_was_said_in_another_boot_is_not_told(tmp_path: Path) -> None:
    clock = FakeClock()
    tell(tmp_path, clock)
    clock.boot = "another"
    assert ConditionSource(tmp_path, clock=clock).read().device.faults == (SILENT,)


def test_a_file_that_is_no_database_is_silence(tmp_path: Path) -> None:
    (tmp_path / "device.db").write_bytes(b"nonsense" * 1000)
    assert ConditionSource(tmp_path, clock=FakeClock()).read().device.faults == (SILENT,)


def zone(thermal: Path, number: int, kind: str, temp: str) -> None:
    folder = thermal / f"thermal_zone{number}"
    folder.mkdir(parents=True)
    (folder / "type").write_text(f"{kind}\n", "ascii")
    (folder / "temp").write_text(f"{temp}\n", "ascii")


def test_the_processors_zone_is_preferred_and_thousandths_are_degrees(tmp_path: Path) -> None:
    zone(tmp_path, 0, "acpitz", "27800")
    zone(tmp_path, 1, "cpu-thermal", "48312")
    assert temperature_c(tmp_path) == 48.3


def test_a_machine_without_zones_or_with_nonsense_in_them_has_no_temperature(tmp_path: Path) -> None:
    assert temperature_c(tmp_path) is None
    zone(tmp_path, 0, "cpu-thermal", "hot")
    zone(tmp_path, 1, "broken", "999999999")
    assert temperature_c(tmp_path) is None


def test_a_folder_that_is_not_there_has_no_room_to_tell_of(tmp_path: Path) -> None:
    assert disk_free(tmp_path / "nowhere") is None


NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)


def agent_clock(clock: FakeClock, *, kernel: bool = False, floor: datetime | None = None) -> AgentClock:
    return AgentClock(clock, kernel_synchronised=lambda: kernel, floor=floor)


def test_the_agent_dates_certificates_from_the_floor_until_it_knows_the_time() -> None:
    machine = FakeClock(belief=Belief())
    machine.set_wall(datetime(1970, 1, 2, tzinfo=UTC))
    clock = agent_clock(machine)
    assert clock.dates_from == RELEASED_AT
    clock.learn(Anchor(NOW, machine.boot, machine.mono_ms()))
    assert clock.dates_from is None
    assert (clock.now().wall, clock.now().source) == (NOW, "receipt")


def test_a_receipt_that_came_late_does_not_set_the_agents_clock_back() -> None:
    machine = FakeClock(belief=Belief())
    clock = agent_clock(machine)
    clock.learn(Anchor(NOW, machine.boot, machine.mono_ms()))
    machine.advance(60_000)
    clock.learn(Anchor(NOW + timedelta(seconds=60 - 8), machine.boot, machine.mono_ms()))
    assert clock.now().wall == NOW + timedelta(seconds=60)


def test_what_an_earlier_run_was_told_is_the_floor() -> None:
    machine = FakeClock(belief=Belief())
    machine.set_wall(NOW - timedelta(days=1))
    assert agent_clock(machine, floor=NOW).dates_from == NOW
    assert agent_clock(machine, floor=NOW).dates_at is None
    assert agent_clock(machine, kernel=True, floor=NOW).dates_from == NOW
    assert agent_clock(machine, kernel=True, floor=NOW).dates_at == NOW - timedelta(days=1)
    assert agent_clock(machine, kernel=True, floor=NOW - timedelta(days=2)).dates_from is None
