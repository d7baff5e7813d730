"""The courier as the configuration wants it, or none."""

from __future__ import annotations

import random
from pathlib import Path
from urllib.parse import urlsplit

from device.clock import SystemClock
from device.photo_reader import PHOTOS
from sync.agent.blob_files import BlobFiles
from sync.agent.blob_line import BlobAddress, BlobLine
from sync.agent.bundle import BundleMaker
from sync.agent.courier import Courier
from sync.agent.identity import Identity
from sync.agent.logs_source import FileLogs, JournalLogs
from sync.agent.settings import SyncConfig
from sync.backoff import Backoff

BUNDLES = "bundles"
_HTTPS = 443
_FIRST_PAUSE_S = 1.0


def courier_of(
    config: SyncConfig, path: Path, *, identity: Identity, software: str, clock: SystemClock
) -> Courier | None:
    """Not started; None where no address is configured. `path`: of the configuration.

    `clock` is read from the courier's thread.
    """
    if config.province.url is None:
        return None
    at = urlsplit(config.province.url)
    host = at.hostname or ""
    beside = config.sync.database.parent
    return Courier(
        line=BlobLine(
            BlobAddress(
                host=host,
                port=at.port or _HTTPS,
                server_name=config.province.server_name or host,
                ca=config.province.root,
                certificate=config.broker.certificate,
                key=config.broker.key,
            ),
            mono_ms=clock.mono_ms,
        ),
        photos=BlobFiles(beside / PHOTOS),
        bundles=BlobFiles(beside / BUNDLES),
        make_bundle=BundleMaker(
            device=identity.device,
            software=software,
            folder=config.device.folder,
            sync_toml=path.absolute(),
            logs=JournalLogs() if config.logs.folder is None else FileLogs(config.logs.folder),
            clock=clock,
        ).make,
        backoff=Backoff(random=random.random, first_s=_FIRST_PAUSE_S, most_s=config.retry.most_s),
    )
