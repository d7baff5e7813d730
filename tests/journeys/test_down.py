"""What the province says to a device: settings and orders, from the command to the screen and the rows."""

from __future__ import annotations

import itertools
import json
import queue
import secrets
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from device.province_settings import Names
from device.sqlite_file import open_reader
from province.settings import read_province_configuration
from sync.contract.envelope import PROVINCE, device_path, wrap
from sync.contract.keys import SigningKey
from sync.contract.messages import Message, Order, Settings
from sync.contract.topics import DownName, down
from sync.mqtt import LinkSettings, MqttLink, Published
from tests.journeys.loop import Loop
from tests.patience import PATIENCE_S, quickest_s, until

TIME = "2026-11-22T10:15:20.000+08:00"


class SteeredLoop(Loop):
    """A loop with the province's commands, as an operator types them."""

    def command(self, *arguments: object) -> str:
        config = self.folder / "province" / "province.toml"
        noun, *rest = map(str, arguments)
        device = str(self.ready["device_id"])
        verb = [noun, rest.pop(0)] if noun == "settings" else [noun]
        done = subprocess.run(
            [sys.executable, "-m", "province", *verb, "--config", config, "--device", device, *rest],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def set(self, *pairs: str) -> int:
        return int(json.loads(self.command("settings", "set", "--json", *pairs))["version"])

    def technician(self, verb: str) -> dict[str, object]:
        command = [sys.executable, "-m", "provisioning", "device", verb, "--json", "--config"]
        done = subprocess.run([*command, self.ready["config"]], capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))

    def in_force(self) -> int | None:
        devices = self.province.get("/api/v1/devices").json()["devices"]
        return next(d["settings_version"] for d in devices if d["device"] == self.ready["device_id"])

    def order(self, kind: str, *arguments: str) -> str:
        pairs = [part for argument in arguments for part in ("--arg", argument)]
        return str(json.loads(self.command("order", kind, "--json", *pairs))["id"])

    def outcome(self, order: str) -> str | None:
        devices = self.province.get("/api/v1/devices").json()["devices"]
        given = next(d["orders"] for d in devices if d["device"] == self.ready["device_id"])
        return next(o["outcome"] for o in given if o["id"] == order)

    def kept_order(self, order: str) -> bool:
        db = open_reader(self.folder / "sync" / "sync.db")
        try:
            return db.execute("SELECT 1 FROM orders WHERE id = ?", [order]).fetchone() is not None
        finally:
            db.close()

    def province_says(self, name: DownName, message: Message, *, subject: str | None = None) -> None:
        """Whoever has the province's keys says `message`; the broker knows nothing of what it says."""
        config = read_province_configuration(self.folder / "province" / "province.toml")
        device = str(self.ready["device_id"])
        payload = wrap(
            message,
            name=name,
            source=PROVINCE,
            subject=subject or device_path(device),
            at=datetime.now(UTC),
            key=SigningKey.load(config.signing.key),
            id=secrets.token_hex(8),
        )
        settings = LinkSettings(
            host=config.broker.host,
            port=config.broker.port,
            ca=config.broker.ca,
            certificate=config.broker.certificate,
            key=config.broker.key,
            client_id="province",
            keepalive_s=30,
            server_name=config.broker.server_name,
        )
        said: queue.SimpleQueue[object] = queue.SimpleQueue()
        with MqttLink(settings, subscriptions=[], will=None, on_event=said.put) as link:
            link.connect(PATIENCE_S)
            link.publish(down(device, name), payload)
            while not isinstance(said.get(timeout=PATIENCE_S), Published):
                pass

    def alarmed(self, code: str) -> int:
        alarms = self.province.get("/api/v1/alarms").json()["alarms"]
        return sum(alarm["times"] for alarm in alarms if alarm["code"] == code)

    def alarms(self) -> set[str]:
        return {alarm["code"] for alarm in self.province.get("/api/v1/alarms").json()["alarms"]}


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
