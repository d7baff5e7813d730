"""What the commands work on: in this process, or in the one which has the database."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from device.clock import SystemClock
from device.errors import ConfigError
from province.bundles import Bundles
from province.commands.options import OfficeOf
from province.device_web.listener import blobs_of
from province.enrolment.office import LocalTicketOffice, TicketOffice
from province.enrolment.remote import RemoteTicketOffice
from province.errors import InUse
from province.remote_office import RemoteOffice
from province.remote_steering import RemoteSteering
from province.settings import ProvinceConfig, read_province_configuration
from province.steering import LocalSteering, Steering
from province.store.database import Database
from province.technicians import RemoteTechnicianOffice, TechnicianOffice
from province.wiring import enrolment_service, local_office, local_technicians, token_of
from sync.contract.keys import SigningKey

T = TypeVar("T")


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
                yield there(RemoteOffice(config.web.own_url, token_of(config), pause=pause.wait))
                return
            yield here(config, database)

    return opened


def _local_steering(config: ProvinceConfig, database: Database) -> Steering:
    # The process that runs next finds what is due in the database.
    return LocalSteering(database, blobs=blobs_of(config), clock=SystemClock(), nudge=lambda _: None)


def _local_tickets(config: ProvinceConfig, database: Database) -> TicketOffice:
    clock, key = SystemClock(), SigningKey.load(config.signing.key)
    service = enrolment_service(config, database, clock, key)
    if service is None:
        raise ConfigError(["enrolment.url: is not set; give the address that devices come to"])
    return LocalTicketOffice(database, service, clock=clock, key=key)


@contextlib.contextmanager
def bundles(path: Path) -> Iterator[Bundles]:
    """The bundles, read beside the process which has the database."""
    config = read_province_configuration(path)
    database = Database(config.database.url)
    database.open_to_read()
    try:
        yield Bundles(database, blobs_of(config))
    finally:
        database.close()


office: OfficeOf = _here_or_there(
    lambda config, database: local_office(config, database, SystemClock()), lambda office: office
)
steering = _here_or_there(_local_steering, RemoteSteering)
tickets = _here_or_there(_local_tickets, RemoteTicketOffice)
technicians: Callable[[Path], contextlib.AbstractContextManager[TechnicianOffice]] = _here_or_there(
    lambda config, database: local_technicians(config, database, SystemClock()), RemoteTechnicianOffice
)
