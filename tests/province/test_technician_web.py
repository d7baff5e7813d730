"""The paths of technicians on the HTTPS listener: who may, what is refused; real TLS, both databases."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from device.clock import FakeClock
from province.errors import Declined
from province.store import technicians
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice
from tests.province.technician import made, office_of
from tests.province.technician_site import TechnicianSite

HELD = "/device/v1/rescue/" + "a" * 32
PATHS = [
    ("GET", HELD),
    ("POST", "/api/v1/rescue"),
    ("POST", "/api/v1/devices/dev-001/move"),
    ("POST", "/api/v1/devices/dev-001/decommission"),
]


@pytest.fixture
def clock() -> FakeClock:
    """At the machine's time, by which TLS judges certificates."""
    clock = FakeClock()
    clock.set_wall(datetime.now(UTC))
    return clock


@pytest.fixture
def site(bench: ProvinceBench, tmp_path: Path) -> Iterator[TechnicianSite]:
    with TechnicianSite(bench, tmp_path / "site") as started:
        yield started


def ask(
    site: TechnicianSite, method: str, path: str, *, pem: Path | None, body: bytes = b"{}"
) -> tuple[int, dict[str, Any]]:
    """Status and body of the answer; `pem`: certificate and key in one file."""
    context = ssl.create_default_context(cafile=site.folder / "ca.crt")
    if pem is not None:
        context.load_cert_chain(pem)
    line = http.client.HTTPSConnection("127.0.0.1", site.server.port, context=context, timeout=60)
    try:
        line.request(method, path, body)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def as_device(site: TechnicianSite, device: SimulatedDevice) -> Path:
    file = site.folder / "device.pem"
    file.write_bytes(device.certificate + device.key_pem)
    return file


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_only_a_technician_who_may_act_is_let_in(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite, method: str, path: str
) -> None:
    _, pem = site.technician()
    unregistered = site.folder / "li.pem"
    issued = bench.ca.issue_client("tech-li", bench.clock.now().wall)
    unregistered.write_bytes(issued.certificate + issued.key)
    assert ask(site, method, path, pem=None)[0] == 401
    for stranger in (as_device(site, device), unregistered):
        status, said = ask(site, method, path, pem=stranger)
        assert (status, said["error"]) == (403, "technician_unknown")
    assert ask(site, method, path, pem=pem)[0] not in {401, 403, 404, 405, 500}
    office_of(bench).disable("zhang")
    status, said = ask(site, method, path, pem=pem)
    assert (status, said["error"], said["facts"]) == (403, "technician_disabled", {"technician": "zhang"})


def test_a_certificate_made_before_the_technician_got_a_new_one_opens_nothing(
    bench: ProvinceBench, site: TechnicianSite
) -> None:
    _, old = site.technician()
    office_of(bench).disable("zhang")
    kept = site.folder / "old.pem"
    kept.write_bytes(old.read_bytes())
    _, new = site.technician()
    assert ask(site, "GET", HELD, pem=kept)[0] == 403
    assert ask(site, "GET", HELD, pem=new) == (200, {"device": None, "through": 0, "head": None})


def test_what_makes_no_sense_is_refused_and_changes_nothing(
    bench: ProvinceBench, device: SimulatedDevice, site: TechnicianSite
) -> None:
    _, pem = site.technician()
    for path, body, status, error in (
        ("/api/v1/rescue", b"x", 409, "rescue_unusable"),
        ("/api/v1/rescue", b"x" * (256 * 1024 + 1), 413, "too_large"),
        ("/api/v1/devices/dev-001/move", b'{"to": ""}', 422, "invalid"),
        ("/api/v1/devices/dev-001/move", b'{"to": "W08", "at": 1}', 422, "invalid"),
        ("/api/v1/devices/dev-001/decommission", b'{"logs": [{}]}', 422, "invalid"),
        ("/api/v1/devices/dev-009/move", b'{"to": "W08"}', 409, "not_registered"),
        ("/api/v1/devices/dev-009/decommission", b'{"logs": []}', 409, "not_registered"),
    ):
        answered, said = ask(site, "POST", path, pem=pem, body=body)
        assert (answered, said["error"]) == (status, error), path
    assert ask(site, "GET", "/device/v1/rescue/XY", pem=pem)[0] == 422
    assert bench.nudged == []


def test_a_name_is_one_technicians_until_they_are_disabled(bench: ProvinceBench) -> None:
    first = made(bench)
    with pytest.raises(Declined, match="there is a technician zhang already") as refused:
        made(bench)
    assert refused.value.code == "technician_taken"
    with pytest.raises(Declined, match="already"):
        office_of(bench).add(first.issued.certificate.decode("ascii"))
    office_of(bench).disable("zhang")
    office_of(bench).disable("zhang")
    again = made(bench)
    with bench.database.read() as connection:
        (kept,) = technicians.all_technicians(connection)
    assert (kept.kid, kept.disabled_at) == (again.key.kid, None)
    with pytest.raises(Declined, match="no technician li"):
        office_of(bench).disable("li")


def test_only_a_certificate_of_a_technician_by_the_provinces_ca_makes_one(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    foreign = type(bench.ca).make(bench.clock.now().wall)
    wrong = (
        device.certificate,
        foreign.issue_client("tech-zhang", bench.clock.now().wall).certificate,
        b"no certificate",
    )
    for certificate in wrong:
        with pytest.raises(Declined, match="is not a technician's by this province's CA"):
            office_of(bench).add(certificate.decode("ascii"))


def test_no_device_can_be_called_as_a_technician_is(bench: ProvinceBench) -> None:
    with pytest.raises(Exception, match="'tech-zhang' is the province's own"):
        bench.registered("tech-zhang")
