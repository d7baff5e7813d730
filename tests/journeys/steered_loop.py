"""The demo with the province's commands, as an operator types them, and with what the province says."""

from __future__ import annotations

import json
import queue
import secrets
import subprocess
import sys
from datetime import UTC, datetime

from device.sqlite_file import open_reader
from province.crew import link_settings
from province.settings import read_province_configuration
from sync.contract.envelope import PROVINCE, device_path, wrap
from sync.contract.keys import SigningKey
from sync.contract.messages import Message
from sync.contract.topics import DownName, down
from sync.mqtt import MqttLink, Published
from tests.journeys.loop import Loop
from tests.patience import PATIENCE_S

NO_WORKER = 14  # has a certificate and does not run: a second client of a name would throw the first out


class SteeredLoop(Loop):
    """As `Loop`, with what an operator has it do."""

    def command(self, *words: object, exit_code: int = 0) -> str:
        """What it prints; where that is nothing, what it says of its way."""
        nouns = words[:2] if words[0] == "settings" else words[:1]
        config = self.folder / "province" / "province.toml"
        known = ("--config", config, "--device", self.ready["device_id"])
        arguments = [str(word) for word in (*nouns, *known, *words[len(nouns) :])]
        done = subprocess.run(
            [sys.executable, "-m", "province", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == exit_code, done.stderr
        return done.stdout or done.stderr

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
        said: queue.SimpleQueue[object] = queue.SimpleQueue()
        with MqttLink(
            link_settings(config, NO_WORKER), subscriptions=[], will=None, on_event=said.put
        ) as link:
            link.connect(PATIENCE_S)
            link.publish(down(device, name), payload)
            while not isinstance(said.get(timeout=PATIENCE_S), Published):
                pass

    def alarmed(self, code: str) -> int:
        alarms = self.province.get("/api/v1/alarms").json()["alarms"]
        return sum(alarm["times"] for alarm in alarms if alarm["code"] == code)
