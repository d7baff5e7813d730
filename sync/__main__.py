"""The agent process: reads its configuration, wires the parts together, carries until it is told to stop."""

from __future__ import annotations

import logging
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import click

import device
from device.clock import SystemClock, kernel_synchronised
from device.configuration import read_configuration
from device.enrolled import board_serial
from device.errors import SyncError
from device.ledger.reader import Head
from device.phone_link import read_point
from device.process import as_process
from device.service_notice import notify_service
from device.watchdog import Watchdog
from sync.agent.agent import Agent
from sync.agent.agent_clock import AgentClock
from sync.agent.beginning import Beginning, read_beginning
from sync.agent.closed_logs import ClosedLogs
from sync.agent.courier_factory import courier_of
from sync.agent.device_condition import ConditionSource
from sync.agent.device_file import DeviceFile
from sync.agent.errands import Errands
from sync.agent.identity import Identity, load_identity
from sync.agent.ledger_source import LedgerSource
from sync.agent.line import OpenLink
from sync.agent.logs import Logs
from sync.agent.post import Post
from sync.agent.province_word import ProvinceWord
from sync.agent.session import Pace
from sync.agent.settings import BrokerSection, SyncConfig
from sync.agent.store import SyncStore
from sync.backoff import Backoff
from sync.contract.topics import DownName, down
from sync.mqtt import LinkEvent, LinkSettings, MqttLink, Will

log = logging.getLogger("sync")

_FIRST_PAUSE_S = 1.0


@click.command()
@click.option("--config", "path", type=click.Path(path_type=Path), required=True, help="sync.toml")
def main(path: Path) -> None:
    """Run the agent that carries a device's ratings to the province, in the foreground."""
    with as_process():
        run(read_configuration(path, SyncConfig, "sync"), path, board=board_serial())


def run(config: SyncConfig, path: Path, *, board: str | None = None) -> None:
    """The agent until SIGTERM or SIGINT. Raises ConfigError, SyncError when it cannot start.

    `board`: the serial number of this box, if it has one.
    """
    identity = load_identity(config)
    beginning = read_beginning(config.province.enrolment, identity, board=board)
    software = f"chuangping {device.__version__}"
    ledger = LedgerSource(config.device.folder / "ratings.db")
    with SyncStore(config.sync.database) as store:
        machine = SystemClock()
        clock = _clock(store, machine, beginning)
        file = DeviceFile(config.device.folder / "device.db")
        courier = courier_of(config, path, identity=identity, software=software, clock=machine)
        errands = Errands(
            device=identity.device,
            keys=identity.province,
            store=store,
            file=file,
            clock=clock,
            courier=courier,
            dates_from=lambda: clock.dates_from,
        )
        word = ProvinceWord(
            store=store,
            device=file,
            clock=clock,
            errands=errands,
            phone_key=lambda public: identity.key.share(read_point(public), device=identity.device),
        )
        _begin(word, beginning)
        agent = Agent(
            identity=identity,
            logs=Logs(ledger, ClosedLogs(config.device.folder, receipted=partial(_receipted, store))),
            store=store,
            post=Post(
                identity=identity,
                clock=clock,
                software=software,
                standing=word.standing,
            ),
            open_link=_links(config.broker, identity, clock),
            clock=clock,
            backoff=Backoff(random=random.random, first_s=_FIRST_PAUSE_S, most_s=config.retry.most_s),
            pace=Pace(window=config.batch.window, watchdog_ms=round(config.retry.watchdog_s * 1000)),
            batch_rows=config.batch.rows,
            poll_ms=config.batch.poll_ms,
            alive=Watchdog(clock=clock).feed,
            condition=ConditionSource(config.device.folder, clock=clock).read,
            learn_time=clock.learn,
            word=word,
        )
        _stop_at_signals(agent)
        if courier is not None:
            courier.start()
        notify_service("READY=1")
        log.info("agent started id=%s", identity.device)
        try:
            agent.run()
        finally:
            notify_service("STOPPING=1")
            if courier is not None:
                courier.stop()
            ledger.close()
            log.info("agent stopped")


def _receipted(store: SyncStore, log_id: str) -> Head | None:
    try:
        row = store.receipted_row(log_id)
    except SyncError:
        return None
    return None if row is None else Head(log_id, *row)


def _clock(store: SyncStore, machine: SystemClock, beginning: Beginning) -> AgentClock:
    proven = store.newest_province_time()
    known = [beginning.floor, None if proven is None else datetime.fromisoformat(proven)]
    floor = max((time for time in known if time is not None), default=None)
    return AgentClock(machine, kernel_synchronised=kernel_synchronised, floor=floor)


def _begin(word: ProvinceWord, beginning: Beginning) -> None:
    """The settings of the enrolment, for the device to find before the first connect."""
    if beginning.settings is None:
        return
    try:
        word.begin_with(beginning.settings.settings, beginning.settings.token)
    except SyncError as error:
        log.error("first settings not kept why=%s", error)


def _links(broker: BrokerSection, identity: Identity, clock: AgentClock) -> OpenLink:
    settings = LinkSettings(
        host=broker.host,
        port=broker.port,
        ca=broker.ca,
        certificate=broker.certificate,
        key=broker.key,
        client_id=identity.device,
        keepalive_s=broker.keepalive_s,
        server_name=broker.server_name or broker.host,
    )
    subscriptions = [down(identity.device, name) for name in DownName]

    def open_link(will: Will, on_event: Callable[[LinkEvent], None]) -> MqttLink:
        dated = replace(settings, dates_from=clock.dates_from, dates_at=clock.dates_at)
        return MqttLink(dated, subscriptions=subscriptions, will=will, on_event=on_event)

    return open_link


def _stop_at_signals(agent: Agent) -> None:
    def stop(*_: object) -> None:
        agent.stop()
        if agent.connecting:  # towards a broker that does not answer: do not wait for it
            sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


if __name__ == "__main__":
    main()
