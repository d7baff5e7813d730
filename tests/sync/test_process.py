"""The agent as a process: how it starts, refuses to start, and stops."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.ledger.writer import Ledger
from sync.contract.keys import KeySet, SigningKey, sign_key_set
from tests.patience import PATIENCE_S, quickest_s
from tests.sync.mosquitto import Mosquitto


@pytest.fixture
def config(tmp_path: Path, broker: Mosquitto) -> Path:
    broker.ca.issue("d-0001")
    key_set = sign_key_set(
        KeySet([SigningKey.generate().public]), SigningKey(broker.ca.key), datetime.now(UTC)
    )
    (tmp_path / "keys.jws").write_text(key_set)
    Ledger(tmp_path / "ratings.db").create()
    path = tmp_path / "sync.toml"
    path.write_text(
        'kind = "sync"\n[device]\nid = "d-0001"\nfolder = "."\n[sync]\ndatabase = "sync.db"\n'
        f'[broker]\nhost = "{broker.host}"\nport = {broker.port}\nserver_name = "broker.test"\n'
        'ca = "ca/ca.crt"\ncertificate = "ca/d-0001.crt"\nkey = "ca/d-0001.key"\n'
        '[province]\nkey_set = "keys.jws"\nroot = "ca/ca.crt"\n'
    )
    return path


@pytest.fixture
def service_manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE_S)
        yield manager


def start(config: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "sync", "--config", str(config)],
        env={"NOTIFY_SOCKET": str(config.parent / "notify")},
        stderr=subprocess.PIPE,
        text=True,
    )


def say(process: subprocess.Popen[str], words: str) -> None:
    """Read what it says until `words` are in it."""
    assert process.stderr is not None
    said = []
    while not said or words not in said[-1]:
        said.append(process.stderr.readline())
        assert said[-1], f"it ended after {said}"


def ended(process: subprocess.Popen[str], *lines: str) -> int:
    """The exit code; every one of `lines` was in what it said."""
    _, said = process.communicate(timeout=PATIENCE_S)
    for line in lines:
        assert line in said
    return process.returncode


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_ready_connects_and_ends_cleanly_at_a_signal(
    config: Path, service_manager: socket.socket, number: signal.Signals
) -> None:
    process = start(config)
    assert service_manager.recv(64) == b"READY=1"
    say(process, "link state='connected'")
    process.send_signal(number)
    assert service_manager.recv(64) == b"STOPPING=1"
    assert ended(process, "agent stopped") == 0


def test_it_is_ready_without_a_broker_and_says_once_what_is_wrong(
    config: Path, broker: Mosquitto, service_manager: socket.socket
) -> None:
    broker.kill()
    process = start(config)
    assert service_manager.recv(64) == b"READY=1"
    say(process, "Connection refused")
    process.send_signal(signal.SIGTERM)
    assert ended(process, "agent stopped") == 0


def test_it_does_not_wait_for_a_frozen_broker_when_it_is_told_to_stop(
    config: Path, broker: Mosquitto, service_manager: socket.socket
) -> None:
    broker.freeze()

    def stop() -> float:
        process = start(config)
        assert service_manager.recv(64) == b"READY=1"
        time.sleep(0.3)  # it is in the TLS handshake by then, which nothing outside tells
        started_at = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert service_manager.recv(64) == b"STOPPING=1"
        assert ended(process) == 0
        return time.monotonic() - started_at

    assert quickest_s(stop, under_s=3) < 3
    broker.thaw()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'host = "127.0.0.1"\nhots = "x"',
            "broker.hots: unknown key (its value: 'x'); did you mean broker.host?",
        ),
        ("port = 0", "broker.port: is 0; allowed: 1 to 65535"),
        ('key = "none.key"', "broker.key: is 'none.key'; cannot be read: No such file or directory"),
        ('certificate = "ca/broker.test.crt"', "is not the certificate of the key"),
    ],
)
def test_a_wrong_configuration_ends_it_with_78_naming_file_key_and_value(
    config: Path, line: str, said: str
) -> None:
    key = line.split(" = ", maxsplit=1)[0]
    lines = config.read_text().splitlines()
    config.write_text("\n".join(line if old.startswith(f"{key} = ") else old for old in lines))
    assert ended(start(config), said) == 78


def test_no_configuration_is_wrong_usage() -> None:
    run = subprocess.run([sys.executable, "-m", "sync"], stderr=subprocess.DEVNULL, check=False)
    assert run.returncode == 2
