"""What the province says to a device: settings and orders, from the command to the screen and the rows."""

from __future__ import annotations

import itertools
import json
import signal
import time

import pytest

from device.province_settings import Names
from sync.contract.messages import Order, Settings
from sync.contract.topics import DownName
from tests.journeys.steered_loop import SteeredLoop
from tests.patience import quickest_s, until

pytestmark = pytest.mark.first

TIME = "2026-11-22T10:15:20.000+08:00"


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    loop = SteeredLoop(tmp_path_factory.mktemp("down") / "demo", "--headless", "--fast")
    yield loop
    assert loop.stop() == 0


def test_settings_changed_at_the_province_are_on_the_screen_and_in_the_next_row_within_3_s(loop, number):
    before = loop.screenshot()
    version = loop.set("window.id=W09", "window.number=09", "window.name=不动产登记", "clerk.C0231=王芳")
    until(lambda: loop.screenshot() != before, what="another idle screen")
    until(lambda: loop.in_force() == version, what="the province knows it")
    loop.answer(number(), 4)
    row = loop.rows()[-1]
    assert (row["window"], row["assignment"]) == ("W09", 2)
    rating = loop.arrived()[-1]
    assert (rating["window"], rating["assignment"], rating["counted"]) == ("W09", 2, True)

    names = itertools.cycle(["婚姻登记", "不动产登记"])

    def change():
        before, version = loop.screenshot(), loop.set(f"window.name={next(names)}")
        began_s = time.monotonic()
        until(lambda: loop.screenshot() != before, what="another idle screen")
        until(lambda: loop.in_force() == version, what="the province knows it")
        return time.monotonic() - began_s

    assert quickest_s(change, under_s=3) < 3


def test_settings_whose_retained_copy_was_wiped_still_arrive(loop):
    """The broker keeps nothing over a restart; the agent is away while the settings are made."""
    loop.kill("sync", number=signal.SIGSTOP)  # SIGSTOP: it does not hear what is published
    try:
        version = loop.set("window.hall=新政务大厅")
        loop.kill_and_wait("broker")
    finally:
        loop.kill("sync", number=signal.SIGCONT)
    until(lambda: loop.in_force() == version, what=f"settings {version} in force\n{loop.logs()}")


def test_settings_survive_a_kill_of_the_device(loop, number):
    version = loop.set("window.number=11")
    until(lambda: loop.in_force() == version, what="settings in force")
    loop.kill_and_wait("device")
    loop.answer(number(), 5)
    assert loop.technician("show")["settings_version"] == version


def test_settings_out_of_bounds_are_refused_and_those_before_stay(loop):
    before = loop.in_force()
    version = loop.set("visit.answer_s=5")
    until(lambda: "settings_refused" in loop.alarms(), what="the refusal")
    shown = json.loads(loop.command("settings", "show", "--json"))
    assert (shown["version"], shown["in_force"]) == (version, before)
    assert "15 to 300 s" in shown["refused"]
    better = loop.set("visit.answer_s=30")
    until(lambda: loop.in_force() == better, what="the corrected settings")


def test_an_order_is_done_and_answered(loop):
    before = loop.screenshot()
    order = loop.order("show_notice", "text=下午三点停电", "seconds=5")
    until(lambda: loop.screenshot() != before, what="the notice")
    noticed = loop.screenshot()
    until(lambda: loop.screenshot() != noticed, what="the screen without it")
    until(lambda: loop.outcome(order) == "done", what=f"the answer\n{loop.logs()}")


def test_an_unknown_order_is_refused(loop):
    order = loop.order("dance")
    until(lambda: loop.outcome(order) == "refused", what="the answer")


def test_an_order_is_executed_once_although_asked_twice_and_the_agent_killed_in_between(loop):
    pid = loop.pids()["device"]
    loop.kill("device", number=signal.SIGSTOP)  # it has not seen the order when the agent is killed
    try:
        order = loop.order("restart")
        until(lambda: loop.kept_order(order), what="the order at the agent")
        loop.kill_and_wait("sync")
    finally:
        loop.kill("device", number=signal.SIGCONT)
    until(lambda: loop.outcome(order) == "done", what=f"the answer\n{loop.logs()}")
    until(lambda: loop.pids()["device"] != pid, what="the device started again")
    pid = loop.pids()["device"]
    loop.kill_and_wait("sync")  # asked for what is due once more, in a new session
    time.sleep(3)
    assert loop.pids()["device"] == pid


def test_older_settings_replayed_are_refused_with_an_alarm(loop):
    loop.set("window.name=一")
    in_force = loop.set("window.name=二")
    until(lambda: loop.in_force() == in_force, what="settings in force")
    loop.province_says(DownName.SETTINGS, Settings(version=in_force - 1, names=Names(number="99")))
    until(lambda: "replayed" in loop.alarms(), what=f"the alarm\n{loop.logs()}")
    assert loop.in_force() == in_force


def test_an_order_of_another_session_or_device_is_ignored_with_an_alarm(loop):
    pid = loop.pids()["device"]
    order = Order(id="o-replayed", session="0123456789abcdef", kind="restart", issued_at=TIME)
    before = loop.alarmed("replayed")
    loop.province_says(DownName.ORDER, order)
    until(lambda: loop.alarmed("replayed") > before, what=f"the alarm\n{loop.logs()}")
    before = loop.alarmed("replayed")
    loop.province_says(DownName.ORDER, order, subject="/devices/d-other")
    until(lambda: loop.alarmed("replayed") > before, what=f"the alarm\n{loop.logs()}")
    time.sleep(1.5)
    assert loop.pids()["device"] == pid
    assert not loop.kept_order("o-replayed")


def test_a_technician_sees_the_device_and_pauses_it(loop, number):
    shown = loop.technician("show")
    assert shown["ready"] is True
    assert shown["head"] == len(loop.all_rows())
    assert shown["settings_version"] == (loop.in_force() or 0)
    assert loop.technician("pause")["paused"] is True
    assert loop.invite(number()).json()["error"] == "busy"
    assert loop.technician("resume")["paused"] is False
    loop.answer(number(), 5)
