"""Settings from the province: when they come in force, and which never do."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from device.snapshot import Screen, WindowCard
from sync.agent.device_file import DeviceFile, Standing
from tests.device.bench import Bench
from tests.device.signed_province import SEAL, SignedProvince

ASSIGNED = {"assignment": {"device": "d-0001", "window": "W09", "number": 4}}
NAMES = {"names": {"number": "09", "name": "不动产登记", "hall": "新大厅"}}
LOOK_MS = 1_100


@pytest.fixture
def province(tmp_path: Path) -> SignedProvince:
    return SignedProvince(tmp_path)


@pytest.fixture
def bench(tmp_path: Path, province: SignedProvince) -> Bench:
    return Bench(tmp_path, province)


def rate(bench: Bench, number: int) -> dict[str, object]:
    bench.invite(number)
    bench.let(100)
    bench.press(4)
    return bench.rows()[-1]


def test_settings_change_the_card_and_the_rows(bench: Bench, province: SignedProvince) -> None:
    province.set(1, **ASSIGNED, **NAMES)
    bench.let(LOOK_MS)
    assert bench.shown.window == WindowCard("09", "不动产登记", "新大厅")
    row = rate(bench, 1)
    assert (row["window"], row["assignment"]) == ("W09", 4)


def test_a_clerk_is_shown_as_the_province_writes_them_and_recorded_as_the_counter_does(
    bench: Bench, province: SignedProvince
) -> None:
    province.set(1, clerks=[{"id": "C0231", "shown": "王芳", "post": "综合受理"}])
    bench.let(LOOK_MS)
    assert rate(bench, 1)["clerk"] == "C0231"
    assert bench.shown.clerk_shown == "综合受理 王芳"


def test_a_visit_that_is_on_goes_on_as_it_began(bench: Bench, province: SignedProvince) -> None:
    bench.invite(1)
    bench.let(100)
    province.set(1, **ASSIGNED, **NAMES)
    bench.let(LOOK_MS)
    bench.press(4)
    assert bench.shown.screen is Screen.REASONS
    assert bench.rows()[-1]["assignment"] == 3
    assert bench.shown.window.number == "07"
    bench.let(25_000)
    assert bench.shown.screen is Screen.IDLE
    assert bench.shown.window.number == "09"


def test_rules_and_reasons_are_those_of_the_settings(bench: Bench, province: SignedProvince) -> None:
    items = [{"code": f"{level}99", "level": level, "text": f"理由 {level}"} for level in range(1, 6)]
    province.set(1, rules={"reasons_s": 5}, indicators={"version": "2027-1", "items": items})
    bench.let(LOOK_MS)
    assert rate(bench, 1)["indicator_list"] == "2027-1"
    assert [reason.text for reason in bench.shown.reasons] == ["理由 4"]
    assert bench.shown.countdown is not None
    assert bench.shown.countdown.total_ms == 5_000


def test_settings_survive_a_power_cut(bench: Bench, province: SignedProvince) -> None:
    province.set(1, **ASSIGNED, **NAMES)
    bench.let(LOOK_MS)
    bench.restart()
    assert bench.shown.window.number == "09"
    assert rate(bench, 1)["assignment"] == 4


def test_older_settings_are_never_taken_back(bench: Bench, province: SignedProvince) -> None:
    province.set(5, **NAMES)
    bench.let(LOOK_MS)
    province.set(4, names={"number": "11"})
    bench.let(LOOK_MS)
    bench.restart()
    bench.let(LOOK_MS)
    assert bench.shown.window.number == "09"


def test_settings_that_the_province_did_not_sign_are_not_believed(
    bench: Bench, province: SignedProvince, caplog: pytest.LogCaptureFixture
) -> None:
    province.forge(7, **NAMES)
    bench.let(3 * LOOK_MS)
    assert bench.shown.window.number == "07"
    assert sum("not believed" in line for line in caplog.messages) == 1
    province.set(7, **NAMES)
    bench.let(LOOK_MS)
    assert bench.shown.window.number == "09"


@pytest.mark.parametrize(
    "values",
    [
        {"rules": {"answer_s": 14.9}},
        {"rules": {"thanks_s": 11}},
        {"rules": {"uninvited": "pretend"}},
        {"indicators": {"version": "x", "items": [{"code": "201", "level": 3, "text": "理由"}]}},
        {"indicators": {"version": "x", "items": [{"code": "201", "level": 2, "text": "理由"}] * 2}},
    ],
)
def test_settings_that_cannot_be_are_refused_whole(
    bench: Bench, province: SignedProvince, values: dict[str, object]
) -> None:
    province.set(1, **NAMES, **values)
    bench.let(2 * LOOK_MS)
    assert bench.shown.window.number == "07"
    assert bench.store.run("SELECT version FROM settings_refused") == [(1,)]
    province.set(2, **NAMES)
    bench.let(LOOK_MS)
    assert bench.shown.window.number == "09"


def test_settings_that_do_not_hold_any_more_are_not_told_as_in_force(
    bench: Bench, province: SignedProvince
) -> None:
    province.set(7, **ASSIGNED, **NAMES)
    bench.let(LOOK_MS)
    province.forge(7, **ASSIGNED, **NAMES)  # and those of the agent do not hold either
    bench.store.run("UPDATE settings_in_force SET jws = X'00'")  # by a key that is no more
    bench.restart()
    bench.let(LOOK_MS)
    assert bench.shown.window.number == "07"
    assert DeviceFile(bench.folder / "device.db").standing() == Standing()
    province.set(7, **ASSIGNED, **NAMES)  # signed anew
    bench.let(LOOK_MS)
    assert bench.shown.window.number == "09"


def test_settings_that_an_update_made_impossible_are_refused(bench: Bench, province: SignedProvince) -> None:
    province.set(7, **NAMES)
    bench.let(LOOK_MS)
    impossible = SEAL + msgspec.json.encode({"version": 7, "rules": {"answer_s": 5}})
    bench.store.run("UPDATE settings_in_force SET jws = ?", impossible)
    bench.restart()
    bench.let(LOOK_MS)
    assert bench.shown.window.number == "07"
    assert DeviceFile(bench.folder / "device.db").standing() == Standing(None, None, 7)
    assert bench.store.run("SELECT version FROM settings_refused") == [(7,)]
