"""A technician accepts a window: every key, then one rating to the receipt, on real processes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.faults.device_alone import DeviceAlone
from tests.journeys.loop import Loop
from tests.journeys.technician import TechnicianCommand
from tests.patience import PATIENCE_S, until


@pytest.fixture
def device(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    with DeviceAlone(tmp_path, data) as device:
        until(lambda: "欢迎您评价" in device.screen, what="idle", within_s=PATIENCE_S)
        yield device


def tap(device: DeviceAlone, key: int) -> None:
    device.line.press(key)
    time.sleep(0.1)  # a finger
    device.line.release(key)


def pressed_until_saved(device: DeviceAlone, key: int) -> None:
    """Press again and again: before the first frame of the levels a press is dropped."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not any("评价已保存" in screen for screen in device.screens):
        assert time.monotonic() < deadline_s, device.screens
        device.line.press(key)
        time.sleep(1)  # more often would be hammering


def asked_for_keys(device: DeviceAlone, command: TechnicianCommand) -> None:
    until(lambda: command.has_said("Press the five keys"), what="the command asks", within_s=PATIENCE_S)
    until(lambda: "请依次按下五个键" in device.screen, what="the screen asks", within_s=PATIENCE_S)


def test_every_key_is_proven_and_said_live(device):
    with TechnicianCommand("keys", device.config, "--json") as command:
        asked_for_keys(device, command)
        for number, key in enumerate((2, 5, 1, 4, 3), start=1):
            tap(device, key)
            wanted = f"key {key}  proven ({number} of 5)"
            until(lambda w=wanted: command.has_said(w), what=f"{wanted}: {command.said}", within_s=PATIENCE_S)
        code, out = command.ended()
    assert (code, json.loads(out)["proven"]) == (0, [1, 2, 3, 4, 5])
    told = device.line.told()
    assert told.count(b"$HCPBP") == 5
    assert b"$HCPLT,31*" in told
    until(lambda: "五个键全部正常" in "".join(device.screens), what="the result", within_s=PATIENCE_S)
    until(lambda: "欢迎您评价" in device.screen, what="idle again", within_s=PATIENCE_S)
    assert device.state() == {"ready": True, "fault": None}


def test_a_key_test_waits_for_the_citizen_who_is_being_served(device):
    invited = device.invite(1)
    assert invited.status_code == 201
    until(lambda: "请评价本次服务" in device.screen, what="the levels", within_s=PATIENCE_S)
    with TechnicianCommand("keys", device.config) as command:
        until(lambda: command.has_said("waiting"), what=f"it waits: {command.said}", within_s=PATIENCE_S)
        assert "请评价本次服务" in device.screen
        device.counter.delete(f"/v1/invitations/{invited.json()['id']}")
        asked_for_keys(device, command)
        refused = device.invite(2)
        assert (refused.status_code, refused.json()["error"]) == (409, "busy")
        command.interrupt()
        code, _ = command.ended()
    assert code == 1
    until(lambda: "欢迎您评价" in device.screen, what="idle again", within_s=PATIENCE_S)
    device.rate(2, 4)


def test_a_test_rating_without_a_province_ends_when_it_is_saved(device):
    with TechnicianCommand("test-rating", device.config, "--json") as command:
        until(lambda: "测试" in device.screen, what=f"the levels: {command.said}", within_s=PATIENCE_S)
        pressed_until_saved(device, 2)
        code, out = command.ended()
    result = json.loads(out)
    assert (code, result["receipt"]) == (0, None)
    screens = [screen for screen in device.screens if "评价" in screen and "欢迎您评价" not in screen]
    assert screens
    assert all(screen.startswith("测试 · ") for screen in screens)
    assert not any(name in out + "".join(command.said) for name in ("level", "不满意", "dissatisfied"))


def test_a_test_rating_goes_all_the_way_and_is_counted_nowhere(fast_loop: Loop, number):
    fast_loop.answer(number(), 4)
    fast_loop.arrived()
    before = fast_loop.province.get("/api/v1/statistics").json()
    with TechnicianCommand("test-rating", fast_loop.ready["config"], "--json") as command:
        until(lambda: command.has_said("Press a key"), within_s=PATIENCE_S, what=f"asked {command.said}")
        seen = len(fast_loop.all_rows())

        def pressed() -> bool:
            fast_loop.press(1)
            time.sleep(0.3)
            return any(row["kind"] == "test" for row in fast_loop.all_rows()[seen:])

        until(pressed, within_s=PATIENCE_S, what="the row")
        code, out = command.ended()
    assert code == 0, command.said
    result = json.loads(out)
    rows = [row for row in fast_loop.all_rows()[seen:] if row["kind"] == "test"]
    assert result["seq"] == rows[-1]["seq"]
    assert result["receipt"]["through"] >= result["seq"]
    assert {row["kind"] for row in rows} == {"test"}
    held = [row for row in fast_loop.held() if row["kind"] == "test"]
    assert [row["hash"] for row in held][-len(rows) :] == [row["hash"] for row in rows]
    assert not any(row["counted"] for row in held)
    after = fast_loop.province.get("/api/v1/statistics").json()
    assert after == before


def test_the_day_of_the_proof_is_at_the_province(fast_loop: Loop):
    def entry() -> dict[str, object]:
        devices = fast_loop.province.get("/api/v1/devices").json()["devices"]
        return next(d for d in devices if d["device"] == fast_loop.ready["device_id"])

    with TechnicianCommand("keys", fast_loop.ready["config"], "--json") as command:
        until(lambda: command.has_said("Press the five"), within_s=PATIENCE_S, what=f"asked {command.said}")
        for key in range(1, 6):

            def proven(key: int = key) -> bool:
                fast_loop.press(key)
                time.sleep(0.4)
                return command.has_said(f"key {key}  proven")

            until(proven, within_s=PATIENCE_S, what=f"key {key}: {command.said}")
        code, out = command.ended()
    assert code == 0, command.said
    day = json.loads(out)["proven_on"]
    if day is None:
        pytest.skip("this machine's clock is not synchronised, and no receipt has told the time")
    until(lambda: entry()["keys_proven_on"] == day, within_s=PATIENCE_S, what=f"{day} in {entry()}")
    assert entry()["key_health"] == "ok"
