"""The log bundles that devices have brought, for an operator to take away."""

from __future__ import annotations

import hashlib

from device.errors import ChuangpingError
from province.blob_folder import BlobFolder
from province.errors import NoBundle
from province.store import blobs
from province.store.blobs import Blob
from province.store.database import Database


class Bundles:
    """Reads the database and the folder; changes nothing. Any thread. Raises StoreError."""

    def __init__(self, database: Database, folder: BlobFolder) -> None:
        self._database = database
        self._folder = folder

    def of(self, device: str) -> list[Blob]:
        """The device's bundles, here or still to come, the newest first."""
        with self._database.read() as connection:
            return blobs.bundles(connection, device)

    def content(self, device: str, *, order: str | None = None, sha256: str | None = None) -> bytes:
        """The newest that is here, or that of an order or with a hash; its bytes, proven.

        Raises NoBundle saying what there is instead, ChuangpingError when the file is not what it was.
        """
        wanted = [
            bundle
            for bundle in self.of(device)
            if order in (None, bundle.for_order) and sha256 in (None, bundle.sha256)
        ]
        here = next((bundle for bundle in wanted if bundle.kept_at is not None), None)
        if here is None:
            coming = "; one is announced and on its way" if wanted else ""
            raise NoBundle(f"no such bundle of device {device} is here{coming}; order collect_logs")
        content = self._folder.read(here.sha256)
        if content is None or hashlib.sha256(content).hexdigest() != here.sha256:
            raise ChuangpingError(
                f"{self._folder.path(here.sha256)}: is not what the device brought; order collect_logs again"
            )
        return content
