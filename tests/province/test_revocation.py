"""A device is shut out on a real mosquitto while it is connected, and let in again."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from device.clock import SystemClock
from province.broker_files import Told
from province.ca import CertificateAuthority
from province.errors import RegistrationError
from province.folder import ProvinceFolder
from province.revocation import FORGOTTEN, Revocation
from province.settings import read_province_configuration
from province.store import registry, revocations
from province.store.database import Database
from sync.mqtt import Disconnected
from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.province.real_broker import Client, device_settings, running_broker
from tests.province.revocation_site import (
    NOT_AUTHORISED,
    Site,
    another_certificate,
    published,
    refusal,
    wait_for,
)
from tests.province.simulated_device import SimulatedDevice


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port, worker_port = free_port(), free_port()
    folder = ProvinceFolder(tmp_path)
    folder.make(host="127.0.0.1", mqtt_port=port, worker_port=worker_port, web_port=1, now=datetime.now(UTC))
    with Database(read_province_configuration(folder.config).database.url) as database:
        yield Site(tmp_path, database, port)


@pytest.fixture
def broker(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    with running_broker(site.folder, site.port) as process:
        yield process


@pytest.mark.usefixtures("broker")
def test_a_connected_device_is_off_cannot_come_back_and_the_others_stay(site: Site) -> None:
    with Client(site.device("dev-001"), []) as device, Client(site.device("dev-002"), []) as other:
        assert published(device, "dev-001") < NOT_AUTHORISED
        settled = site.revocation.revoke("dev-001", "stolen", "wang")
        assert settled.left == []
        assert (settled.standing.revoked_why, settled.standing.online) == ("stolen", False)
        device.next(Disconnected)
        said = refusal(device.link.settings)
        assert said is not None
        assert "the province has shut this client out" in said
        assert published(other, "dev-002") < NOT_AUTHORISED
        assert refusal(site.device("dev-003")) is None


@pytest.mark.usefixtures("broker")
def test_another_certificate_of_its_name_that_no_list_names_may_say_and_hear_nothing(site: Site) -> None:
    site.device("dev-001")
    site.revocation.revoke("dev-001", "stolen", "wang")
    again = SimulatedDevice("dev-001", datetime.now(UTC))
    with Client(device_settings(site.folder, site.port, again, site.folder / "again"), []) as pretender:
        assert published(pretender, "dev-001") == NOT_AUTHORISED


@pytest.mark.usefixtures("broker")
def test_its_certificate_opens_neither_listener(site: Site) -> None:
    settings = site.device("dev-001")
    trial = replace(settings, port=read_province_configuration(site.folder / "province.toml").broker.port)
    assert refusal(trial) is None
    site.revocation.revoke("dev-001", "stolen", "wang")
    assert "CERTIFICATE_REVOKED" in str(refusal(trial))


@pytest.mark.usefixtures("broker")
def test_a_device_that_is_reinstated_comes_back_with_the_certificate_it_has(site: Site) -> None:
    settings = site.device("dev-001")
    site.revocation.revoke("dev-001", "lost", "wang")
    assert refusal(settings) is not None
    settled = site.revocation.reinstate("dev-001", "found", "li")
    assert (settled.left, settled.standing.revoked_at) == ([], None)
    wait_for(lambda: refusal(settings) is None, "the broker lets the device in again")
    with Client(settings, []) as device:
        assert published(device, "dev-001") < NOT_AUTHORISED
    site.revocation.revoke("dev-001", "lost again", "wang")
    assert refusal(settings) is not None
    with site.database.read() as connection:
        kept = [(one.revoked, one.why, one.by) for one in revocations.of_device(connection, "dev-001")]
    assert kept == [(True, "lost again", "wang"), (False, "found", "li"), (True, "lost", "wang")]


@pytest.mark.usefixtures("broker")
def test_without_the_ca_key_its_messages_are_denied_and_the_rest_is_told(site: Site) -> None:
    site.change_config('key = "ca/ca.key"\n', "")
    with Client(site.device("dev-001"), []) as device:
        assert site.revocation.revoke("dev-001", "stolen", "wang").left == ["no_ca_key"]
        wait_for(lambda: published(device, "dev-001") == NOT_AUTHORISED, "the live session is denied")
    site.change_config('key_set = "keys.jws"', 'key = "ca/ca.key"\nkey_set = "keys.jws"')
    assert site.revocation.revoke("dev-001", "stolen", "wang").left == []
    assert refusal(device.link.settings) is not None


def test_a_broker_that_does_not_run_reads_it_when_it_starts(site: Site) -> None:
    settings, other = site.device("dev-001"), site.device("dev-002")
    with running_broker(site.folder, site.port):
        pass
    assert site.revocation.revoke("dev-001", "stolen", "wang").left == []
    with running_broker(site.folder, site.port):
        assert refusal(settings) is not None
        assert refusal(other) is None


def test_a_broker_elsewhere_or_one_whose_process_nothing_names_is_told_of(site: Site) -> None:
    site.device("dev-001")
    assert site.revocation.revoke("dev-001", "stolen", "wang").left == ["no_pid_file"]
    site.change_config('folder = "broker"\n', "")
    settled = site.revocation.reinstate("dev-001", "found", "wang")
    assert (settled.left, settled.standing.revoked_at) == (["no_broker"], None)


def test_a_brokers_folder_that_cannot_be_written_is_told_of(site: Site) -> None:
    site.device("dev-001")
    lock = site.folder / "broker" / "lock"
    lock.mkdir()
    settled = site.revocation.revoke("dev-001", "stolen", "wang")
    assert (settled.left, settled.standing.revoked_why) == (["not_writable"], "stolen")
    lock.rmdir()
    site.files.pid_file.write_text("0\n")
    assert site.revocation.revoke("dev-001", "stolen", "wang").left == []
    assert site.files.revoked == {"dev-001"}


def test_a_ca_key_carried_off_since_the_start_is_as_one_that_was_never_here(site: Site) -> None:
    site.device("dev-001")
    revocation = site.revocation
    (site.folder / "ca" / "ca.key").unlink()
    assert revocation.revoke("dev-001", "stolen", "wang").left == ["no_ca_key", "no_pid_file"]
    assert site.files.revoked == {"dev-001"}


def test_a_process_that_took_the_brokers_number_is_not_signalled(site: Site) -> None:
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        site.files.pid_file.write_text(f"{stranger.pid}\n")
        assert site.files.tell() is Told.NOT_RUNNING
        with pytest.raises(subprocess.TimeoutExpired):
            stranger.wait(0.2)  # SIGHUP would end it
    finally:
        stranger.kill()
        stranger.wait(PATIENCE_S)


def test_a_broker_that_hangs_is_told_of_and_the_second_time_ends_the_session(
    site: Site, broker: subprocess.Popen[bytes]
) -> None:
    with Client(site.device("dev-001"), []) as device:
        broker.send_signal(signal.SIGSTOP)
        assert site.revocation.revoke("dev-001", "stolen", "wang").left == ["session"]
        broker.send_signal(signal.SIGCONT)
        assert site.revocation.revoke("dev-001", "stolen", "wang").left == []
        device.next(Disconnected)
    assert refusal(device.link.settings) is not None


@pytest.mark.usefixtures("broker")
def test_what_a_crash_left_undone_is_done_by_the_next_that_looks(site: Site) -> None:
    with Client(site.device("dev-001"), []) as device:
        with site.database.write() as connection:
            site.revocation.mark(connection, "dev-001", "stolen", "wang")
        assert site.revocation.settle() == []
        device.next(Disconnected)
    assert site.files.revoked == {"dev-001"}
    assert len(site.files.revoked_serials) == 1


def test_a_database_restored_from_before_a_revocation_lets_nobody_in_again(site: Site) -> None:
    lost, known = site.device("dev-001"), site.device("dev-002")
    before = site.folder / "before.db"
    with (
        closing(sqlite3.connect(site.folder / "province.db")) as source,
        closing(sqlite3.connect(before)) as target,
    ):
        source.backup(target)
    renewed = another_certificate(site, lost)
    site.device("dev-003")
    for name in ("dev-001", "dev-003"):
        site.revocation.revoke(name, "stolen", "wang")
    serials = site.files.revoked_serials
    with Database(f"sqlite:///{before}") as restored:
        site.database = restored
        site.revocation.settle()
        assert site.files.revoked == {"dev-001", "dev-003"}
        assert site.files.revoked_serials == serials
        with restored.read() as connection:
            found = registry.find(connection, "dev-001")
        assert found is not None
        assert (found.revoked_at is not None, found.revoked_why) == (True, FORGOTTEN)
        with running_broker(site.folder, site.port):
            for settings in (lost, renewed):
                assert refusal(settings) is not None
            assert refusal(known) is None
            site.revocation.reinstate("dev-001", "it is here", "wang")
            wait_for(lambda: refusal(lost) is None, "the broker lets the device in again")
        assert site.files.revoked == {"dev-003"}


def crash(*_: object) -> None:
    """As a process that is killed where sessions are ended."""
    raise KeyboardInterrupt


@pytest.mark.usefixtures("broker")
def test_a_session_that_a_crash_left_alone_is_ended_by_the_next_that_looks(site: Site) -> None:
    ca = CertificateAuthority.load(
        (site.folder / "ca" / "ca.crt").read_bytes(), (site.folder / "ca" / "ca.key").read_bytes()
    )
    with Client(site.device("dev-001"), []) as device, Client(site.device("dev-002"), []) as other:
        crashing = Revocation(
            site.database, clock=SystemClock(), broker=site.files, authority=lambda: ca, evict=crash
        )
        with pytest.raises(KeyboardInterrupt):
            crashing.revoke("dev-001", "stolen", "wang")
        assert (site.files.revoked, site.files.is_told) == ({"dev-001"}, False)
        assert site.revocation.settle() == []
        device.next(Disconnected)
        assert refusal(device.link.settings) is not None
        assert published(other, "dev-002") < NOT_AUTHORISED
    assert site.files.is_told


def test_init_again_keeps_who_is_shut_out(site: Site) -> None:
    settings = site.device("dev-001")
    site.files.pid_file.write_text("0\n")
    site.revocation.revoke("dev-001", "stolen", "wang")
    ProvinceFolder(site.folder).make(
        host="127.0.0.1", mqtt_port=site.port, worker_port=free_port(), web_port=1, now=datetime.now(UTC)
    )
    assert "user dev-001\ntopic deny #\n" in (site.folder / "broker" / "acl").read_text()
    with running_broker(site.folder, site.port):
        assert refusal(settings) is not None


def test_each_list_is_later_than_the_one_before_and_lasts_as_long_as_the_ca(site: Site) -> None:
    ca = CertificateAuthority.load(
        (site.folder / "ca" / "ca.crt").read_bytes(), (site.folder / "ca" / "ca.key").read_bytes()
    )
    now, seen = datetime.now(UTC), []
    for serial in range(1, 4):
        site.files.write_crl(ca, {serial: now}, now)
        held = x509.load_pem_x509_crl((site.folder / "broker" / "revoked.crl").read_bytes())
        assert site.files.revoked_serials == {serial}
        assert held.next_update_utc == ca.certificate.not_valid_after_utc
        seen.append(held.last_update_utc)
    assert seen == sorted(set(seen))
    assert seen[-1] < now


def test_nobody_registered_cannot_be_revoked(site: Site) -> None:
    with pytest.raises(RegistrationError, match=r"^no device dev-009 is registered; see `chuangping"):
        site.revocation.revoke("dev-009", "stolen", "wang")
    assert site.files.revoked == frozenset()
