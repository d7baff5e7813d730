"""The province's command line: `python -m province COMMAND`, `run` being the process itself."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import click
from cryptography import x509

from device.clock import SystemClock
from device.errors import ChuangpingError, ConfigError
from device.indicators import national_list
from device.process import begin_log
from device.province_settings import PhoneOffer
from device.sealing import SealingKey
from device.service_notice import notify_service
from province.blob_keeper import BlobKeeper
from province.bundles import Bundles
from province.commands.accounts import account_commands
from province.commands.auditors import auditors
from province.commands.bundle import bundle_command
from province.commands.devices import devices_commands
from province.commands.init import init
from province.commands.opening import opening_commands
from province.commands.options import Commands, OfficeOf, bytes_of, config_option
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
from province.enrolment.office import LocalTicketOffice, TicketOffice
from province.enrolment.remote import RemoteTicketOffice
from province.enrolment.service import EnrolmentService, enrolment_of
from province.errors import InUse
from province.office import LocalOffice
from province.phone.desk import PhoneDesk
from province.phone.keys import PhoneKey
from province.phone.offering import Offering
from province.phone.telling import tell_device
from province.releaser import Releaser
from province.relocations import Relocations
from province.remote_office import RemoteOffice
from province.remote_steering import RemoteSteering
from province.rescues import Rescues
from province.revoking import revocation_of
from province.settings import ProvinceConfig, read_province_configuration
from province.steering import LocalSteering, Steering
from province.store.database import Database
from province.technicians import LocalTechnicianOffice, RemoteTechnicianOffice, TechnicianOffice
from sync.contract.keys import PublicKey, SigningKey, open_key_set

T = TypeVar("T")

STOP_S = 5.0
LOOK_S = 1.0  # how often the process looks whether its threads are there
TOKEN_LEAST = 16


@click.group(cls=Commands)
def main() -> None:
    """The reference province end: receives, checks, counts and shows ratings."""


@main.command()
@config_option
def check(path: Path) -> None:
    """Check a configuration; every fault is told, exit 78."""
    config = read_province_configuration(path)
    _token(config)
    key = SigningKey.load(config.signing.key)
    context_of(config)
    _enrolment(config, Database(config.database.url), SystemClock(), key)
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
    token = _token(config)
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
        enrolment = _enrolment(config, database, clock, key)
        more = [technicians_api(database, _local_technicians(config, database, clock))]
        if enrolment:
            more.append(tickets_api(LocalTicketOffice(database, enrolment, clock=clock, key=key)))
        steering = LocalSteering(database, blobs=blobs, clock=clock, nudge=crew.nudge)
        phone_key = _phone_key(config)
        if phone_key is not None:
            desk = _phone_desk(config, database, clock=clock, key=phone_key, steering=steering)
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
            office=_local_office(config, database, clock),
            steering=steering,
            blobs=blobs,
            clock=clock,
            token=token,
            secure=config.web.url.startswith("https:"),
            broker_connected=lambda: crew.connected,
            closing=stopping.is_set,
            more=more,
        )
        offering = Offering(database, clock=clock, offer=_phone_offer(config, phone_key))
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
    with _office(path) as office:
        click.echo(office.login_url())


def _here_or_there(
    here: Callable[[ProvinceConfig, Database], T], there: Callable[[RemoteOffice], T]
) -> Callable[[Path], contextlib.AbstractContextManager[T]]:
    """Opens what commands work on: in this process, or in that of the process which has the database."""

    @contextlib.contextmanager
    def opened(path: Path) -> Iterator[T]:
        config = read_province_configuration(path)
        with contextlib.ExitStack() as stack:
            try:
                database = stack.enter_context(Database(config.database.url))
            except InUse:
                pause = threading.Event()
                yield there(RemoteOffice(config.web.own_url, _token(config), pause=pause.wait))
                return
            yield here(config, database)

    return opened


def _local_steering(config: ProvinceConfig, database: Database) -> Steering:
    # The process that runs next finds what is due in the database.
    return LocalSteering(database, blobs=blobs_of(config), clock=SystemClock(), nudge=lambda _: None)


def _local_tickets(config: ProvinceConfig, database: Database) -> TicketOffice:
    clock, key = SystemClock(), SigningKey.load(config.signing.key)
    service = _enrolment(config, database, clock, key)
    if service is None:
        raise ConfigError(["enrolment.url: is not set; give the address that devices come to"])
    return LocalTicketOffice(database, service, clock=clock, key=key)


def _enrolment(
    config: ProvinceConfig, database: Database, clock: SystemClock, key: SigningKey
) -> EnrolmentService | None:
    shutting_out = revocation_of(config, database, clock=clock)
    return enrolment_of(config, database, clock=clock, key=key, shutting_out=shutting_out)


@contextlib.contextmanager
def _bundles(path: Path) -> Iterator[Bundles]:
    """The bundles, read beside the process which has the database."""
    config = read_province_configuration(path)
    database = Database(config.database.url)
    database.open_to_read()
    try:
        yield Bundles(database, blobs_of(config))
    finally:
        database.close()


def _local_office(config: ProvinceConfig, database: Database, clock: SystemClock) -> LocalOffice:
    return LocalOffice(
        database,
        clock=clock,
        ca=_ca(config),
        url=config.web.url,
        rules=config.rules.rules(),
        revocation=revocation_of(config, database, clock=clock),
    )


def _ca(config: ProvinceConfig) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(bytes_of(config.broker.ca))
    except ValueError:
        raise ConfigError([f"{config.broker.ca}: broker.ca: is no PEM certificate"]) from None


def _local_technicians(
    config: ProvinceConfig, database: Database, clock: SystemClock
) -> LocalTechnicianOffice:
    key = SigningKey.load(config.signing.key)
    rescues = Rescues(database, clock=clock, key=key, rules=config.rules.rules())
    return LocalTechnicianOffice(database, clock=clock, ca=_ca(config), rescues=rescues)


def _token(config: ProvinceConfig) -> str:
    token = bytes_of(config.web.token_file).decode("ascii", "replace").strip()
    if len(token) < TOKEN_LEAST:
        raise ConfigError(
            [f"{config.web.token_file}: web.token_file: has {len(token)} characters, needs {TOKEN_LEAST}"]
        )
    return token


def _phone_key(config: ProvinceConfig) -> PhoneKey | None:
    """Links are checked while there is a key, also those of before the address was taken away."""
    return None if config.phone.key is None else PhoneKey.load(config.phone.key)


def _phone_offer(config: ProvinceConfig, key: PhoneKey | None) -> PhoneOffer | None:
    base = config.phone.base
    return None if base is None or key is None else PhoneOffer(base=base, key=key.public)


def _phone_desk(
    config: ProvinceConfig, database: Database, *, clock: SystemClock, key: PhoneKey, steering: Steering
) -> PhoneDesk:
    keys = open_key_set(
        bytes_of(config.ca.key_set).decode("ascii", "replace"),
        PublicKey.from_certificate(bytes_of(config.broker.ca)),
    )
    return PhoneDesk(
        database,
        clock=clock,
        key=key,
        sealing=None if keys.sealing is None else SealingKey.from_jwk(keys.sealing.jwk),
        lasts=timedelta(days=config.phone.lasts_days),
        national=national_list(),
        tell=lambda device, visit: tell_device(steering, device, visit),
    )


_office: OfficeOf = _here_or_there(
    lambda config, database: _local_office(config, database, SystemClock()), lambda office: office
)
_steering = _here_or_there(_local_steering, RemoteSteering)
_tickets = _here_or_there(_local_tickets, RemoteTicketOffice)
_technicians: Callable[[Path], contextlib.AbstractContextManager[TechnicianOffice]] = _here_or_there(
    lambda config, database: _local_technicians(config, database, SystemClock()), RemoteTechnicianOffice
)


def _assemble() -> None:
    """Give each group of commands what it works on."""
    devices = devices_commands(_office)
    revocation_commands(devices, office_of=_office)
    devices.add_command(approve_command(_tickets))
    account_commands(main, office_of=_office)
    opening_commands(main, office_of=_office)
    places_commands(main, office_of=_office)
    tickets_commands(main, tickets_of=_tickets)
    technicians_commands(main, office_of=_technicians)
    for command in (
        init,
        devices,
        auditors,
        quarantined,
        admit_command(_office),
        settings_commands(_steering),
        order_command(_steering),
        bundle_command(_bundles),
        posters,
    ):
        main.add_command(command)


_assemble()

if __name__ == "__main__":
    main(prog_name="province")
