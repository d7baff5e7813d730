"""The crew: the ingest workers of one province, each with its own connection to the broker."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from device.clock import Clock
from province.ca import PROVINCE
from province.dispatch import Dispatch
from province.ingest.ingest import Ingest
from province.ingest.worker import LEADER, Worker
from province.settings import ProvinceConfig
from province.store.database import Database
from sync.backoff import Backoff
from sync.contract.keys import SigningKey
from sync.contract.topics import UpName, every_device, shared_by_workers
from sync.mqtt import LinkSettings, MqttLink

RETRY_FIRST_S = 0.2

_SHARED = (UpName.HELLO, UpName.RATINGS, UpName.SEALED, UpName.REPLY)


def make_worker(
    config: ProvinceConfig, database: Database, *, number: int, clock: Clock, key: SigningKey
) -> Worker:
    """The worker `number`, from 1; the first leads. Not started."""
    leads = number == LEADER
    subscriptions = [shared_by_workers(name) for name in _SHARED]
    if leads:
        subscriptions.append(every_device(UpName.STATUS))  # retained: no shared subscription hears it
    return Worker(
        Ingest(database, clock=clock, key=key, rules=config.rules.rules(), leads=leads),
        open_link=lambda on_event: MqttLink(
            link_settings(config, number), subscriptions=subscriptions, will=None, on_event=on_event
        ),
        backoff=Backoff(random=random.random, first_s=RETRY_FIRST_S, most_s=config.ingest.retry_most_s),
        dispatch=Dispatch(database, clock=clock, key=key),
        number=number,
    )


def link_settings(config: ProvinceConfig, number: int) -> LinkSettings:
    """How the worker `number` connects: the first as the province, each other by a certificate of its own.

    The broker makes the client id from the certificate's subject: with one for all they would evict each
    other.
    """
    certificate, key, name = config.broker.certificate, config.broker.key, PROVINCE
    if number != LEADER and config.ingest.certificates is not None:
        name = f"worker-{number:02}"
        certificate = config.ingest.certificates / f"{name}.crt"
        key = config.ingest.certificates / f"{name}.key"
    return LinkSettings(
        host=config.broker.host,
        port=config.broker.port,
        ca=config.broker.ca,
        certificate=certificate,
        key=key,
        client_id=name,
        keepalive_s=config.broker.keepalive_s,
        server_name=config.broker.server_name,
    )


class Helper:
    """A worker in a process of its own, on a database with many writers. It ends when this process does."""

    def __init__(self, config: Path, number: int) -> None:
        self._arguments = ["worker", "--config", str(config), "--number", str(number)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Begin; returns at once."""
        # Its standard input ends when this process does, however it ends: that tells it to go.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "province", *self._arguments], stdin=subprocess.PIPE
        )

    def stop(self, timeout_s: float) -> None:
        """End the process; nothing unreceipted is lost by that."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout_s)


class Crew:
    """All workers of one `province run`: the first here; the rest here too, or each in a Helper."""

    def __init__(self, workers: Sequence[Worker], helpers: Sequence[Helper]) -> None:
        self._workers = workers
        self._all: list[Worker | Helper] = [*workers, *helpers]

    @property
    def connected(self) -> bool:
        """Whether the broker holds the connections of the workers in this process. Any thread."""
        return all(worker.connected for worker in self._workers)

    @property
    def running(self) -> bool:
        """Whether every thread and process is there."""
        return all(one.running for one in self._all)

    def nudge(self, device: str) -> None:
        """Something is due to `device`: the first worker publishes it soon. Any thread."""
        self._workers[0].nudge(device)

    def start(self) -> None:
        """Begin; returns at once, whether or not there is a broker."""
        for one in self._all:
            one.start()

    def stop(self, timeout_s: float) -> None:
        """End every worker, each within `timeout_s`."""
        for one in reversed(self._all):
            one.stop(timeout_s)
