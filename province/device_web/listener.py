"""The listener for devices as the configuration wants it, or none."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from device.clock import Clock
from province.blob_folder import BlobFolder
from province.device_web.app import make_device_app
from province.device_web.door import Door
from province.device_web.server import DeviceServer, server_context
from province.device_web.technician_routes import TechnicianRoutes
from province.enrolment.service import EnrolmentService
from province.settings import ProvinceConfig
from province.store.database import Database


def context_of(config: ProvinceConfig) -> ssl.SSLContext | None:
    """The TLS of the listener, None when none is configured. Raises ConfigError."""
    section = config.device_web
    if section.certificate is None or section.key is None:
        return None
    return server_context(ca=config.broker.ca, certificate=section.certificate, key=section.key)


def listener_of(
    config: ProvinceConfig,
    database: Database,
    blobs: BlobFolder,
    *,
    clock: Clock,
    enrolment: EnrolmentService | None = None,
    technician: Callable[[Door], TechnicianRoutes] | None = None,
) -> DeviceServer | None:
    """Where devices come by HTTPS, not started; None when none is configured. Raises ConfigError."""
    context = context_of(config)
    if context is None:
        return None
    section = config.device_web
    app = make_device_app(
        database,
        blobs,
        clock=clock,
        most=section.most_kib * 1024,
        enrolment=enrolment,
        technician=technician,
    )
    return DeviceServer(app, host=section.host, port=section.port, context=context)


def blobs_of(config: ProvinceConfig) -> BlobFolder:
    """The folder of blobs."""
    assert config.device_web.blobs is not None  # reading the configuration has filled it in
    return BlobFolder(config.device_web.blobs)
