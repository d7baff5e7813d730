"""A CA of another make behind a command, here openssl: used, and held to what ours does by itself."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from device.clock import FakeClock
from province.enrolment.command_ca import CommandCa
from province.errors import ServiceError
from tests.province.enrolment.enrolment_bench import EnrolmentBench
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice

# What a province would put around its own CA: reads the request, prints the chain.
_SCRIPT = """\
set -e
cd {folder}
cat > request.pem
openssl x509 -req -in request.pem -CA middle.crt -CAkey middle.key -days {days} -extfile {ext} -out new.crt \
    2>/dev/null
cat new.crt middle.crt root.crt
"""
CLIENT = (
    "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
)


def openssl(folder: Path, command: str) -> None:
    subprocess.run(["openssl", *shlex.split(command)], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A root and what signs under it, made by openssl."""
    folder = tmp_path / "ca"
    folder.mkdir()
    (folder / "middle.ext").write_text("basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n")
    (folder / "client.ext").write_text(CLIENT)
    (folder / "server.ext").write_text(CLIENT.replace("clientAuth", "serverAuth"))
    for name in ("root", "middle"):
        openssl(folder, f"ecparam -name prime256v1 -genkey -noout -out {name}.key")
    openssl(folder, "req -x509 -key root.key -subj /CN=root -days 10 -out root.crt")
    openssl(folder, "req -new -key middle.key -subj /CN=middle -out middle.csr")
    openssl(
        folder,
        "x509 -req -in middle.csr -CA root.crt -CAkey root.key -days 5 -extfile middle.ext -out middle.crt",
    )
    return folder


def command_ca(folder: Path, script: str = "", *, ext: str = "client.ext", days: int = 3) -> CommandCa:
    root = x509.load_pem_x509_certificate((folder / "root.crt").read_bytes())
    text = script or _SCRIPT.format(folder=folder, ext=ext, days=days)
    return CommandCa(["/bin/sh", "-c", text, "{device}"], root=root)


def test_boxes_are_enrolled_with_the_chain_of_the_other_ca(
    bench: ProvinceBench, foreign: Path, tmp_path: Path
) -> None:
    (tmp_path / "tls").mkdir()
    with EnrolmentBench(bench, tmp_path / "tls", signer=command_ca(foreign)) as est:
        box = est.box("cp-aaaaaaaaaa")
        found = est.enrol(box, est.ticket()).certificates
        held = est.registered(box)
    assert held is not None
    kept = x509.load_pem_x509_certificates(held.certificate.encode())
    assert [one.subject.rfc4514_string() for one in kept] == ["CN=cp-aaaaaaaaaa", "CN=middle"]
    assert set(found) == set(kept)
    assert held.kid == box.key.kid


def test_the_command_is_told_the_device_as_an_argument_and_no_shell_reads_it(
    foreign: Path, clock: FakeClock
) -> None:
    said = foreign / "said"
    text = f'echo "$0" > {said}; ' + _SCRIPT.format(folder=foreign, ext="client.ext", days=3)
    command_ca(foreign, text).sign(SimulatedDevice("cp-a.b_c", clock.now().wall).request(), clock.now().wall)
    assert said.read_text() == "cp-a.b_c\n"


@pytest.mark.parametrize(
    ("ext", "message"), [("server.ext", "not one for TLS clients"), ("middle.ext", "not one for TLS clients")]
)
def test_a_certificate_of_another_use_is_not_handed_out(
    foreign: Path, clock: FakeClock, ext: str, message: str
) -> None:
    with pytest.raises(ServiceError, match=message):
        command_ca(foreign, ext=ext).sign(
            SimulatedDevice("cp-a", clock.now().wall).request(), clock.now().wall
        )


def refused(ca: CommandCa, clock: FakeClock, message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        ca.sign(SimulatedDevice("cp-aaaaaaaaaa", clock.now().wall).request(), clock.now().wall)


def test_what_the_command_may_not_do_is_told(foreign: Path, clock: FakeClock) -> None:
    refused(command_ca(foreign, "exit 3"), clock, r"^ca.command: ended with 3; the province's log")
    refused(command_ca(foreign, "echo hello"), clock, r"^ca.command: printed no PEM certificates")
    refused(command_ca(foreign, f"cat {foreign}/root.crt"), clock, "not for CN=cp-aaaaaaaaaa")
    missing = CommandCa(["/nowhere/step"], root=command_ca(foreign)._root)
    refused(missing, clock, "^ca.command: /nowhere/step cannot be started: No such file or directory")


def test_a_command_that_never_ends_is_not_waited_for(foreign: Path, clock: FakeClock) -> None:
    root = x509.load_pem_x509_certificate((foreign / "root.crt").read_bytes())
    slow = [sys.executable, "-c", "import time; time.sleep(600)"]
    refused(CommandCa(slow, root=root, answer_s=0.1), clock, "no answer within 0.1 s")


def test_a_certificate_for_another_key_or_name_is_not_handed_out(foreign: Path, clock: FakeClock) -> None:
    for name in ("cp-aaaaaaaaaa", "cp-bbbbbbbbbb"):
        other = SimulatedDevice(name, clock.now().wall)
        (foreign / "other.pem").write_bytes(other.request())
        text = f"cat {foreign}/other.pem | (" + _SCRIPT.format(folder=foreign, ext="client.ext", days=3) + ")"
        what = "for another key" if name == "cp-aaaaaaaaaa" else "not for CN=cp-aaaaaaaaaa"
        refused(command_ca(foreign, text), clock, what)


def test_a_chain_to_another_root_is_not_handed_out(foreign: Path, clock: FakeClock) -> None:
    script = command_ca(foreign)
    openssl(foreign, "req -x509 -key middle.key -subj /CN=root -days 10 -out strange.crt")
    strange = x509.load_pem_x509_certificate((foreign / "strange.crt").read_bytes())
    refused(CommandCa(script._command, root=strange), clock, "does not lead to the root")


def test_a_province_without_a_signer_says_to_come_again(
    bench: ProvinceBench, foreign: Path, tmp_path: Path
) -> None:
    (tmp_path / "tls").mkdir()
    with EnrolmentBench(bench, tmp_path / "tls", signer=command_ca(foreign, "exit 1")) as est:
        ticket = est.ticket()
        answer = est.enrol(est.box("cp-aaaaaaaaaa"), ticket)
        assert (answer.status, answer.json["error"]) == (503, "unavailable")
        assert answer.headers["Retry-After"]
        assert "ca.command" not in answer.json["message"]  # that is for the log
        assert est.entry(ticket).used_at is None
