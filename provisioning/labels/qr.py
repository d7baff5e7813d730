"""The QR code of a label: error level M, modules of at least 0.4 mm, its quiet zone around it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from provisioning.refused import Refused

DOT_MM = 25.4 / 300
"""A dot of a printer with 300 dots an inch: modules are whole dots, so that bitmaps have sharp edges."""

LEAST_DOTS = 5
"""0.42 mm: telephones read modules of 0.4 mm well."""

QUIET = 4
"""Modules kept free on each side (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """The dark modules of a code without its quiet zone, and how large a module is printed, in mm."""

    modules: tuple[tuple[bool, ...], ...]
    module: float

    @property
    def side(self) -> float:
        """The whole square with its quiet zone, in mm."""
        return (len(self.modules) + 2 * QUIET) * self.module

    @property
    def quiet(self) -> float:
        """How wide the quiet zone is, in mm."""
        return QUIET * self.module

    def runs(self) -> list[tuple[int, int, int]]:
        """Row, first column and number of the dark modules that lie side by side."""
        found = []
        for row, modules in enumerate(self.modules):
            column = 0
            while column < len(modules):
                start = column
                while column < len(modules) and modules[column]:
                    column += 1
                if column > start:
                    found.append((row, start, column - start))
                column += 1
        return found


def qr_code(content: str, room: float) -> QrCode:
    """The code that says `content`, as large as `room` mm allow. Raises Refused when that is too small."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    made.add_data(content, optimize=0)
    try:
        made.make(fit=True)
    except ValueError:  # longer than the largest code there is
        raise Refused("label.qr_too_long", url=content) from None
    modules = tuple(tuple(bool(dark) for dark in row) for row in made.get_matrix())
    dots = int(room / DOT_MM / (len(modules) + 2 * QUIET) + 1e-6)
    if dots < LEAST_DOTS:
        raise Refused("label.qr_too_long", url=content)
    return QrCode(modules, dots * DOT_MM)


def public_address(url: str, *, query: bool = False) -> str:
    """`url` without a slash at its end, if it is an address that anybody may read: no user, no password, no
    fragment, and no query unless `query` is allowed. Raises Refused.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    unwanted = set(url) & set("#@\\ " if query else "?#@\\ ")
    if not good or unwanted or not url.isascii() or not url.isprintable():
        # It is not quoted: the password in it would stay on the terminal.
        raise Refused("label.url_query" if query else "label.url_plain")
    return url.rstrip("/")
