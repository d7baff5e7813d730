"""The whole loop in real processes, as `chuangping demo` runs it, and what an outsider can do with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from device.ledger.reader import LedgerReader
from device.row import Row
from tests.patience import PATIENCE_S, until
from tests.ports import free_port


class Loop:
    """A running demo. `ready` is its JSON line."""

    def __init__(self, folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self._settle_on_ports()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "provisioning", "demo", "--dir", str(folder), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, errors = self._process.communicate(timeout=PATIENCE_S)
            raise AssertionError(f"the demo did not start: {errors}\n{self.logs()}")
        self.ready: dict[str, Any] = json.loads(line)
        self._counts = dict.fromkeys(range(1, 6), 0)
        self.counter = httpx.Client(
            base_url=self.ready["counter"],
            headers={"Authorization": f"Bearer {self.ready['counter_token']}"},
            timeout=PATIENCE_S,
        )
        self.province = httpx.Client(
            base_url=self.ready["web"],
            headers={"Authorization": f"Bearer {self.ready['web_token']}"},
            timeout=PATIENCE_S,
        )

    def _settle_on_ports(self) -> None:
        """As if it had run here before: one that it finds free may be lent to a connection meanwhile."""
        settled = self.folder / "demo.json"
        if not settled.exists():
            self.folder.mkdir(exist_ok=True)
            ports = {name: free_port() for name in ("mqtt", "web", "counter", "workers", "devices")}
            settled.write_text(json.dumps(ports), "utf-8")

    def stop(self) -> int:
        """End it as Ctrl-C does; the exit code."""
        self.counter.close()
        self.province.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=60)
        return self._process.returncode

    def logs(self) -> str:
        """The ends of all logs."""
        return "\n".join(
            f"== {file.name}\n{file.read_text('utf-8', 'replace')[-2000:]}"
            for file in sorted((self.folder / "log").glob("*.log"))
        )

    # ---- the counter and the panel ----

    def invite(self, number: int, **fields: object) -> httpx.Response:
        handling = {
            "project_no": f"510100-20261122-{number:06d}",
            "service_no": 1,
            "task_name": "居民身份证换领",
            "status": 3,
        }
        return self.counter.post("/v1/invitations", json={"handling": handling, "clerk": "C0231", **fields})

    def invited(self, number: int, *, within_s: float = PATIENCE_S) -> str:
        """The id of a new invitation; asks again while the device is being started or busy."""

        def ask() -> str | None:
            try:
                answer = self.invite(number)
            except httpx.TransportError:
                return None
            assert answer.status_code in {201, 409, 503}, answer.text
            if answer.status_code == 409:
                assert answer.json()["error"] == "busy", answer.text
            return answer.json()["id"] if answer.status_code == 201 else None

        id_: str = until(ask, within_s=within_s, what=f"invitation {number}")
        return id_

    def state(self, id_: str) -> str:
        answer = self.counter.get(f"/v1/invitations/{id_}")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["state"])

    def press(self, key: int) -> None:
        self._counts[key] += 1
        body = f"HCPKY,{key},D,{self._counts[key]}".encode()
        check = 0
        for byte in body:
            check ^= byte
        self.write_panel(b"$" + body + b"*%02X\r\n" % check)

    def write_panel(self, data: bytes) -> None:
        with Path(self.ready["panel"]).open("wb", buffering=0) as line:
            line.write(data)

    def answer(self, number: int, key: int) -> str:
        """Invite, press until answered as an impatient citizen does; the invitation's id."""
        id_ = self.invited(number)
        self.press_until_answered(id_, key)
        return id_

    def press_until_answered(self, id_: str, key: int, *, within_s: float = PATIENCE_S) -> None:
        deadline_s = time.monotonic() + within_s
        while self.state(id_) == "waiting":
            assert time.monotonic() < deadline_s, f"never answered\n{self.logs()}"
            time.sleep(0.12)  # the first frame comes within 0.3 s of the answer to the invitation
            self.press(key)
            for _ in range(20):
                if self.state(id_) != "waiting":
                    return
                time.sleep(0.02)

    # ---- the ledger, the screen and the province ----

    def rows(self) -> list[Row]:
        """The rating rows of the ledger."""
        return [row for row in self.all_rows() if row["kind"] == "rating"]

    def all_rows(self) -> list[Row]:
        """Every row of the ledger: anchors of time too."""
        with LedgerReader(Path(self.ready["ledger"])) as reader:
            return [row.row() for row in reader.rows()]

    def ratings(self, **query: object) -> list[dict[str, Any]]:
        """The rating rows that the province holds."""
        return [row for row in self.held(**query) if row["kind"] == "rating"]

    def held(self, **query: object) -> list[dict[str, Any]]:
        """Everything the province holds, page by page."""
        found: list[dict[str, Any]] = []
        after: object = None
        while True:
            params = {"limit": 1000, **query, **({"after": after} if after is not None else {})}
            answer = self.province.get("/api/v1/ratings", params=params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["ratings"]
            after = page["next"]
            if after is None:
                return found

    def arrived(self, *, within_s: float = PATIENCE_S) -> list[dict[str, Any]]:
        """The province's ratings, once it holds every row of the ledger: each once, in order, unchanged.

        Only rating rows are returned, as by `rows`.
        """
        rows = self.all_rows()

        def all_there() -> list[dict[str, Any]] | None:
            try:
                held = self.held(device=self.ready["device_id"])
            except httpx.TransportError:
                return None  # the province is being started again
            return held if len(held) >= len(rows) else None

        ratings: list[dict[str, Any]] = until(
            all_there, within_s=within_s, what=f"{len(rows)} rows at the province\n{self.logs()}"
        )
        assert [(r["seq"], r["hash"]) for r in ratings] == [(r["seq"], r["hash"]) for r in rows]
        return [row for row in ratings if row["kind"] == "rating"]

    def screenshot(self) -> bytes:
        return Path(self.ready["screenshot"]).read_bytes()

    # ---- processes ----

    def pids(self) -> dict[str, int]:
        pids: dict[str, int] = json.loads((self.folder / "ready.json").read_text("utf-8"))["pids"]
        return pids

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        os.kill(self.pids()[name], number)

    def kill_and_wait(self, name: str) -> None:
        """kill -9, and wait until it was started again."""
        before = self.pids()[name]
        os.kill(before, signal.SIGKILL)
        until(lambda: self.pids()[name] != before, what=f"{name} started again")

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """Inside, these processes are dead (kill -9) and nobody starts them again."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            victims = [self.pids()[name] for name in names]
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
            for pid in victims:
                until(lambda pid=pid: _is_dead(pid), what=f"{pid} is dead")
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def alarms(self) -> list[str]:
        """The codes of the alarms at the province."""
        answer = self.province.get("/api/v1/alarms")
        assert answer.status_code == 200, answer.text
        return [alarm["code"] for alarm in answer.json()["alarms"]]


def _is_dead(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
