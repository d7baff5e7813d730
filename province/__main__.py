"""The province's command line: `python -m province COMMAND`, `run` being the process itself."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import sys
import threading
from pathlib import Path

import click

from device.clock import SystemClock
from device.errors import ChuangpingError
from device.process import begin_log
from device.service_notice import notify_service
from province import opened
from province.blob_keeper import BlobKeeper
from province.commands.accounts import account_commands
from province.commands.auditors import auditors
from province.commands.bundle import bundle_command
from province.commands.devices import devices_commands
from province.commands.init import init
from province.commands.opening import opening_commands
from province.commands.options import Commands, config_option
from province.commands.places import places_commands
from province.commands.posters import posters
from province.commands.quarantine import admit_command, quarantined
from province.commands.revocation import revocation_commands
from province.commands.steering import order_command, settings_commands
from province.commands.technicians import technicians_commands
from province.commands.tickets import approve_command, tickets_commands
from province.crew import Crew, Helper, make_worker
from province.decommissions import Decommissions
from province.device_web.listener import blobs_of, context_of, listener_of
from province.device_web.technician_routes import TechnicianRoutes
from province.enrolment.office import LocalTicketOffice
from province.phone.offering import Offering
from province.releaser import Releaser
from province.relocations import Relocations
from province.rescues import Rescues
from province.revoking import revocation_of
from province.settings import read_province_configuration
from province.steering import LocalSteering
from province.store.database import Database
from province.wiring import (
    enrolment_service,
    local_office,
    local_technicians,
    phone_desk_of,
    phone_key_of,
    phone_offer_of,
    token_of,
)
from sync.contract.keys import SigningKey

STOP_S = 5.0
LOOK_S = 1.0  # how often the process looks whether its threads are there


@click.group(cls=Commands)
def main() -> None:
    """The reference province end: receives, checks, counts and shows ratings."""


@main.command()
@config_option
def check(path: Path) -> None:
    """Check a configuration; every fault is told, exit 78."""
    config = read_province_configuration(path)
    token_of(config)
    key = SigningKey.load(config.signing.key)
    context_of(config)
    enrolment_service(config, Database(config.database.url), SystemClock(), key)
    click.echo(f"{path}: ok")


@main.command()
@config_option
def run(path: Path) -> None:
    """Run the province in the foreground until SIGTERM or SIGINT."""
    # Importing the web takes longer than any other command needs, and a worker's process has no use for it.
    from province.web.app import make_app  # noqa: PLC0415
    from province.web.drawing import Drawing  # noqa: PLC0415
    from province.web.phone import PhonePages, phone_pages  # noqa: PLC0415
    from province.web.server import WebServer  # noqa: PLC0415
    from province.web.technicians_api import technicians_api  # noqa: PLC0415
    from province.web.tickets_api import tickets_api  # noqa: PLC0415

    config = read_province_configuration(path)
    begin_log()
    for name in ("alembic", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    clock = SystemClock()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    key = SigningKey.load(config.signing.key)
    token = token_of(config)
    blobs = blobs_of(config)
    with Database(config.database.url) as database:
        blobs.open()  # now that no other process receives into it
        revocation_of(config, database, clock=clock).settle()  # what a crash left undone
        here, beside = list(range(1, config.ingest.workers + 1)), list[int]()
        if database.takes_many_writers:  # then each has a processor of its own; SQLite has one writer anyway
            here, beside = here[:1], here[1:]
        crew = Crew(
            [make_worker(config, database, number=n, clock=clock, key=key) for n in here],
            [Helper(path, n) for n in beside],
        )
        enrolment = enrolment_service(config, database, clock, key)
        more = [technicians_api(database, local_technicians(config, database, clock))]
        if enrolment:
            more.append(tickets_api(LocalTicketOffice(database, enrolment, clock=clock, key=key)))
        steering = LocalSteering(database, blobs=blobs, clock=clock, nudge=crew.nudge)
        phone_key = phone_key_of(config)
        if phone_key is not None:
            desk = phone_desk_of(config, database, clock=clock, key=phone_key, steering=steering)
            more.append(
                phone_pages(
                    PhonePages(
                        desk,
                        clock=clock,
                        drawing=Drawing(),
                        per_window=config.phone.window_per_hour,
                        per_address=config.phone.address_per_hour,
                    )
                )
            )
        app = make_app(
            database,
            office=local_office(config, database, clock),
            steering=steering,
            blobs=blobs,
            clock=clock,
            token=token,
            secure=config.web.url.startswith("https:"),
            broker_connected=lambda: crew.connected,
            closing=stopping.is_set,
            more=more,
        )
        offering = Offering(database, clock=clock, offer=phone_offer_of(config, phone_key))
        releaser, keeper = Releaser(database, clock=clock), BlobKeeper(database, blobs, clock=clock)
        web = WebServer(app, host=config.web.host, port=config.web.port)
        devices_web = listener_of(
            config,
            database,
            blobs,
            clock=clock,
            enrolment=enrolment,
            technician=lambda door: TechnicianRoutes(
                door=door,
                rescues=Rescues(database, clock=clock, key=key, rules=config.rules.rules()),
                relocations=Relocations(database, clock=clock, nudge=crew.nudge),
                decommissions=Decommissions(
                    database, clock=clock, key=key, shut_out=revocation_of(config, database, clock=clock)
                ),
            ),
        )
        with contextlib.ExitStack() as started:
            web.start()
            started.callback(web.stop, STOP_S)
            if devices_web is not None:
                devices_web.start()
                started.callback(devices_web.stop, STOP_S)
            started.callback(crew.stop, STOP_S)
            crew.start()
            started.callback(stopping.set)
            notify_service("READY=1")
            while not stopping.wait(LOOK_S):
                releaser.look()
                keeper.look()
                offering.look()
                serving = web.serving and (devices_web is None or devices_web.serving)
                if not (serving and crew.running):
                    raise ChuangpingError("a thread or process of the province has ended; see the log above")


@main.command(hidden=True)
@config_option
@click.option("--number", type=click.IntRange(2, 16), required=True)
def worker(path: Path, number: int) -> None:
    """Run one ingest worker beside the process that started this one, until its end of the pipe closes."""
    config = read_province_configuration(path)
    begin_log()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    stopping = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stopping.set())
    key = SigningKey.load(config.signing.key)
    with Database(config.database.url) as database:
        hand = make_worker(config, database, number=number, clock=SystemClock(), key=key)
        hand.start()
        try:
            while not stopping.is_set() and hand.running:
                readable, _, _ = select.select([sys.stdin], [], [], LOOK_S)
                if readable and not os.read(sys.stdin.fileno(), 1):
                    break
        finally:
            hand.stop(STOP_S)


@main.command()
@config_option
def login(path: Path) -> None:
    """Print a link that opens the operator's page once, within ten minutes."""
    with opened.office(path) as office:
        click.echo(office.login_url())


def _assemble() -> None:
    """Give each group of commands what it works on."""
    devices = devices_commands(opened.office)
    revocation_commands(devices, office_of=opened.office)
    devices.add_command(approve_command(opened.tickets))
    account_commands(main, office_of=opened.office)
    opening_commands(main, office_of=opened.office)
    places_commands(main, office_of=opened.office)
    tickets_commands(main, tickets_of=opened.tickets)
    technicians_commands(main, office_of=opened.technicians)
    for command in (
        init,
        devices,
        auditors,
        quarantined,
        admit_command(opened.office),
        settings_commands(opened.steering),
        order_command(opened.steering),
        bundle_command(opened.bundles),
        posters,
    ):
        main.add_command(command)


_assemble()

if __name__ == "__main__":
    main(prog_name="province")
