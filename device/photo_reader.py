"""Reading pictures of clerks from the agent's folder, beside the device loop."""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from device.events import PhotoRead
from device.province_settings import Photo

log = logging.getLogger(__name__)

PHOTOS = "photos"
"""The folder, beside the agent's sync.db, in which each picture is named by its SHA-256."""

AGAIN_S = 1.0  # a picture may arrive any time after the settings that name it
_STOP_S = 5.0


class PhotoReader:
    """Thread "photo-reader": puts `PhotoRead` out for each picture wanted, once it is there and proven.

    Nobody waits for it: until then, and when it never comes, there is no picture.
    """

    def __init__(self, folder: Path, put: Callable[[PhotoRead], None], *, again_s: float = AGAIN_S) -> None:
        self._folder = folder
        self._put = put
        self._again_s = again_s
        self._asked: queue.SimpleQueue[Photo | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="photo-reader", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, within a moment."""
        self._asked.put(None)
        self._thread.join(_STOP_S)

    def want(self, photo: Photo) -> None:
        """This picture, and those wanted before it only while there is time. Any thread; never waits."""
        self._asked.put(photo)

    def _run(self) -> None:
        wanted: Photo | None = None
        while True:
            try:
                wanted = self._asked.get(timeout=None if wanted is None else self._again_s)
            except queue.Empty:
                pass
            else:
                if wanted is None:
                    return
            assert wanted is not None
            content = self._read(wanted)
            if content is not None:
                self._put(PhotoRead(wanted, content))
                wanted = None

    def _read(self, photo: Photo) -> bytes | None:
        """The bytes that the settings name; None while they are not there."""
        file = self._folder / photo.sha256
        try:
            if file.stat().st_size != photo.size:
                return None
            content = file.read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == photo.sha256 else None
