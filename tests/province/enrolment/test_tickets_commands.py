"""The office's commands on real processes: tickets while the province runs and while it does not."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from province.ca import LEAF_DAYS, CertificateAuthority, certificate_pem, has_names
from province.commands.tickets import write_tickets
from province.enrolment.making import MadeTicket
from province.folder import ProvinceFolder
from province.places.table import write_table
from province.settings import read_province_configuration
from province.store import registry
from province.store.database import Database
from sync.contract.keys import PublicKey, SigningKey
from sync.contract.renewal import Renewal, sign_renewal
from sync.contract.ticket import read_unproven
from tests.patience import PATIENCE_S
from tests.province.enrolment.enrolment_bench import NORTH, request_body
from tests.province.province_process import Province
from tests.province.simulated_device import SimulatedDevice


class TicketProvince(Province):
    """A province with places, whose office makes tickets."""

    def make(self) -> None:
        ports = {"mqtt_port": self.mqtt_port, "worker_port": self.worker_port, "web_port": self.web_port}
        ProvinceFolder(self.folder).make(
            host="127.0.0.1", now=datetime.now(UTC), device_port=self.device_port, **ports
        )
        table = self.folder / "places.csv"
        table.write_bytes(write_table(NORTH, language="en"))
        assert self.command("places", "import", table, "--config", self.config).returncode == 0

    def say(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """As a technician or the office types it: `chuangping …`."""
        return subprocess.run(
            [sys.executable, "-m", "provisioning", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S * 2,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )

    def tickets(self, *arguments: str | Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
        verb, *rest = arguments
        return self.say("tickets", verb, *rest, "--config", self.config, "--lang", lang)

    def ask(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and body of the answer on the listener for devices, to somebody without a certificate."""
        context = ssl.create_default_context(cafile=self.folder / "ca" / "ca.crt")
        line = http.client.HTTPSConnection("127.0.0.1", self.device_port, context=context, timeout=PATIENCE_S)
        try:
            line.request("POST", path, body, headers or {})
            answer = line.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content[:1] == b"{" else content
        finally:
            line.close()

    def enrol(self, box: SimulatedDevice, ticket: str) -> int:
        """The status of the answer to a box that comes over HTTPS."""
        said = base64.b64encode(f"{read_unproven(ticket).id}:{ticket}".encode()).decode()
        headers = {"Authorization": f"Basic {said}"}
        return self.ask("/.well-known/est/simpleenroll", request_body(box), headers)[0]


@pytest.fixture
def province(tmp_path: Path) -> Iterator[TicketProvince]:
    made = TicketProvince(tmp_path / "province")
    made.make()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop(signal.SIGKILL)


def test_tickets_are_made_used_shown_and_revoked_while_the_province_runs(
    province: TicketProvince, tmp_path: Path
) -> None:
    out = tmp_path / "stick"
    province.start()
    asked = ("make", "--hall", "北大厅", "--windows", "all", "--valid", "2h", "--out", out, "--with-codes")
    made = province.tickets(*asked)
    assert made.returncode == 0, made.stderr
    assert sorted(file.name for file in out.iterdir()) == [
        "W07.ticket",
        "W08.ticket",
        "tickets.json",
        "tickets.pdf",
    ]
    text = (out / "W07.ticket").read_text()
    assert read_unproven(text).url == f"https://127.0.0.1:{province.device_port}"
    assert province.enrol(SimulatedDevice("cp-aaaaaaaaaa", datetime.now(UTC)), text) == 200
    other = read_unproven((out / "W08.ticket").read_text()).id
    assert province.tickets("revoke", other).returncode == 0
    shown = json.loads(province.tickets("list", "--json").stdout)
    assert {one["window"]: (one["state"], one["device"], one["code"]) for one in shown} == {
        "W07": ("used", "cp-aaaaaaaaaa", True),
        "W08": ("revoked", None, True),
    }
    assert "code_hash" not in shown[0]
    again = province.tickets("revoke", read_unproven(text).id)
    assert (again.returncode, "was used by device cp-aaaaaaaaaa" in again.stderr) == (1, True)


@pytest.mark.parametrize("running", [True, False])
def test_a_stick_is_answered_with_both_outcomes_said(
    province: TicketProvince, tmp_path: Path, running: bool
) -> None:
    out, stick = tmp_path / "tickets", tmp_path / "stick"
    stick.mkdir()
    if running:
        province.start()
    assert province.tickets("make", "--hall", "H1", "--windows", "W07", "--out", out).returncode == 0
    ticket = (out / "W07.ticket").read_text()
    for name in ("cp-aaaaaaaaaa", "cp-bbbbbbbbbb"):
        box = SimulatedDevice(name, datetime.now(UTC))
        asked = {"version": 1, "device": name, "ticket": ticket, "csr": box.request().decode()}
        (stick / f"{name}.request.json").write_text(json.dumps(asked))
    answered = province.tickets("answer", stick, "--json")
    assert answered.returncode == 1
    assert "cp-aaaaaaaaaa: signed, the answer is" in answered.stderr
    assert "cp-bbbbbbbbbb: the ticket was used by device cp-aaaaaaaaaa" in answered.stderr
    assert [one["error"] for one in json.loads(answered.stdout)] == [None, "ticket_used"]
    assert (stick / "cp-aaaaaaaaaa.answer.json").exists()
    assert (stick / "cp-bbbbbbbbbb.refused.json").exists()
    chinese = province.tickets("answer", stick, lang="zh-Hans").stderr
    assert "cp-aaaaaaaaaa：先前已经答复过" in chinese
    assert "cp-bbbbbbbbbb：票据已被评价器 cp-aaaaaaaaaa 使用" in chinese


UNMAKEABLE = [
    (("--hall", "H9", "--windows", "all"), 1, "there is no hall 'H9'; see chuangping places list."),
    (("--hall", "H1", "--windows", "W99"), 1, "there is no window W99; import it"),
    (("--hall", "H1", "--windows", "W21"), 1, "window W21 is in hall H2 by now"),
    (("--hall", "H1", "--windows", " , "), 2, "--windows names no window"),
    (("--hall", "H1", "--windows", "all", "--valid", "1y"), 2, "'1y' is none; allowed: 5m to 30d"),
    (("--hall", "H1", "--windows", "all", "--valid", "31d"), 2, "'31d' is none; allowed: 5m to 30d"),
]


def test_what_cannot_be_made_is_told_and_nothing_is_written(province: TicketProvince, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for arguments, code, message in UNMAKEABLE:
        made = province.tickets("make", *arguments, "--out", out)
        assert (made.returncode, message in made.stderr) == (code, True), made.stderr
    assert not list(out.glob("*"))
    assert json.loads(province.tickets("list", "--json").stdout) == []


def test_what_a_stick_says_is_shown_and_not_obeyed(province: TicketProvince, tmp_path: Path) -> None:
    box = SimulatedDevice("cp-aaaaaaaaaa", datetime.now(UTC))
    asked = {"device": "\x1b[2J\u202e", "ticket": "a.b.c", "csr": box.request().decode()}
    (tmp_path / "x.request.json").write_text(json.dumps(asked))
    answered = province.tickets("answer", tmp_path)
    assert answered.returncode == 1
    assert answered.stderr.startswith("�[2J�: the certificate request cannot be used")
    assert answered.stderr.rstrip("\n").isprintable()


def test_a_stick_without_requests_is_told(province: TicketProvince, tmp_path: Path) -> None:
    answered = province.tickets("answer", tmp_path)
    assert (answered.returncode, "holds no request" in answered.stderr) == (1, True)


def test_nobody_is_approved_who_asks_for_nothing(province: TicketProvince) -> None:
    said = province.say(
        *("province", "devices", "approve", "cp-aaaaaaaaaa", "--by", "李雷"),
        *("--config", province.config, "--lang", "en"),
    )
    assert (said.returncode, said.stderr.startswith("device cp-aaaaaaaaaa asks for no certificate")) == (
        1,
        True,
    )


def test_init_again_keeps_what_was_set_and_brings_the_ports_up_to_date(province: TicketProvince) -> None:
    text = province.config.read_text("utf-8").replace(
        "[enrolment]", '[enrolment]\nurl = "https://hcp.example.cn"'
    )
    province.config.write_text(text, "utf-8")
    files = ProvinceFolder(province.folder)
    before = (province.folder / "device_web.crt").read_bytes()
    ports = {"mqtt_port": 1234, "worker_port": 1240, "web_port": 1235}
    files.make(host="127.0.0.1", now=datetime.now(UTC), **ports)
    made = (province.folder / "device_web.crt").read_bytes()
    assert made != before
    names = ["localhost", "127.0.0.1", "hcp.example.cn"]
    assert (has_names(before, names), has_names(made, names)) == (False, True)
    files.make(host="127.0.0.1", now=datetime.now(UTC), **ports)
    assert (province.folder / "device_web.crt").read_bytes() == made
    key = SigningKey.load(province.folder / "device_web.key")
    assert PublicKey.from_certificate(made).kid == key.kid
    enrolment = read_province_configuration(province.config).enrolment
    assert (enrolment.url, enrolment.broker_port, enrolment.probe_port) == (
        "https://hcp.example.cn",
        1234,
        1240,
    )


def test_an_address_that_is_not_https_is_refused(province: TicketProvince) -> None:
    text = province.config.read_text("utf-8").replace("[enrolment]", '[enrolment]\nurl = "http://hcp.cn"')
    province.config.write_text(text, "utf-8")
    checked = province.command("check", "--config", province.config)
    assert (checked.returncode, "must begin with https://" in checked.stderr) == (78, True)


def test_where_devices_cannot_know_the_address_no_ticket_is_made(
    province: TicketProvince, tmp_path: Path
) -> None:
    text = province.config.read_text("utf-8")
    at = text.index("[device_web]")
    text = text[:at] + text[at:].replace('host = "127.0.0.1"', 'host = "0.0.0.0"', 1)
    province.config.write_text(text, "utf-8")
    made = province.tickets("make", "--hall", "H1", "--windows", "all", "--out", tmp_path / "out")
    assert (made.returncode, "enrolment.url: is not set" in made.stderr) == (78, True)


def test_a_device_whose_certificate_has_ended_waits_for_the_office_and_gets_a_new_one(
    province: TicketProvince,
) -> None:
    device = SimulatedDevice("cp-aaaaaaaaaa", datetime.now(UTC))
    province.add(device)
    ca = CertificateAuthority.load(
        *((province.folder / "ca" / name).read_bytes() for name in ("ca.crt", "ca.key"))
    )
    ended = certificate_pem(
        ca.sign_device(device.request(), datetime.now(UTC) - timedelta(days=LEAF_DAYS + 2))
    )
    with Database(f"sqlite:///{province.folder / 'province.db'}") as database, database.write() as connection:
        registry.put_certificate(connection, device.name, ended.decode())
    province.start()
    asked = Renewal(device=device.name, csr=device.request().decode(), at="2026-11-22T10:00:00+08:00")
    statement = sign_renewal(asked, device.key).encode()
    assert province.ask("/device/v1/renewals", statement) == (202, {"awaits": "approval"})
    (shown,) = json.loads(province.command("devices", "list", "--config", province.config, "--json").stdout)
    assert shown["renewal_asked_at"] is not None
    assert (
        "asks for a certificate since"
        in province.command("devices", "list", "--config", province.config).stdout
    )
    approved = province.say(
        *("province", "devices", "approve", device.name, "--by", "李雷"),
        *("--config", province.config, "--lang", "zh-Hans"),
    )
    assert (approved.returncode, "已批准评价器 cp-aaaaaaaaaa 续期" in approved.stderr) == (0, True)
    status, answer = province.ask("/device/v1/renewals", statement)
    assert (status, list(answer)) == (200, ["certificate"])
    (shown,) = json.loads(province.command("devices", "list", "--config", province.config, "--json").stdout)
    assert shown["renewal_asked_at"] is None


def test_files_are_named_by_windows_whatever_is_in_their_codes(tmp_path: Path) -> None:
    def made(number: int, window: str) -> MadeTicket:
        return MadeTicket(
            id=f"{number:016x}",
            hall="H",
            hall_name="H",
            window=window,
            number="",
            name="",
            until="",
            ticket="a.b.c",
        )

    windows = ["W/1", "W_1", "../etc", ".hidden", "窗口7"]
    files = write_tickets(tmp_path, [made(number, window) for number, window in enumerate(windows)])
    names = ["W_1.ticket", f"W_1-{1:016x}.ticket", "_._etc.ticket", "_hidden.ticket", "窗口7.ticket"]
    assert [name for _, name in files] == names
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([*names, "tickets.json"])
    assert (tmp_path / "W_1.ticket").read_text() == "a.b.c"
