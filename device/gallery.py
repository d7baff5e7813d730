"""The pictures of clerks that are at hand: a few, those seen last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from device.events import PhotoRead
from device.province_settings import Photo
from device.snapshot import ClerkPhoto

MOST = 8  # of at most 256 KiB each: the clerks of one window


class Photos(Protocol):
    """Who reads pictures, and puts them into the inbox."""

    def want(self, photo: Photo) -> None:
        """Never waits."""
        ...


class Gallery:
    """Belongs to the device loop's thread. `photos` None: there are never any."""

    def __init__(self, photos: Photos | None) -> None:
        self._photos = photos
        self._named: Mapping[str, Photo] = {}
        self._held: dict[str, ClerkPhoto] = {}  # by hash, the one seen last at the end
        self._wanted: Photo | None = None

    def hang(self, named: Mapping[str, Photo]) -> None:
        """From now on these are the pictures of clerks, by their ids."""
        self._named = named
        self._wanted = None

    def of(self, clerk: str | None) -> ClerkPhoto | None:
        """The clerk's picture if it is at hand; else it is asked for, and None. Never waits."""
        photo = self._named.get(clerk or "")
        if photo is None or self._photos is None:
            return None
        held = self._held.pop(photo.sha256, None)
        if held is not None:
            self._held[photo.sha256] = held
        elif photo != self._wanted:
            self._wanted = photo
            self._photos.want(photo)
        return held

    def take(self, read: PhotoRead) -> None:
        """A picture that was asked for."""
        self._held[read.photo.sha256] = ClerkPhoto(read.photo.sha256, read.content)
        if len(self._held) > MOST:
            del self._held[next(iter(self._held))]
        if read.photo == self._wanted:
            self._wanted = None
