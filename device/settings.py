"""The keys of a device's configuration (`kind = "device"`), with their units and bounds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from device.configuration import key
from device.key_settings import KeysSection, PanelSection
from device.voice.settings import VoiceSection

LEAST_PX, MOST_PX = (800, 480), (1920, 1080)
LEAST_GLASS_MM = (150.0, 87.0)  # room for five tiles, and for a keyboard
MOST_PITCH_MM = 0.28  # or letters have too few pixels
LEAST_LARGE_IN = 8.0

_PAGE = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?")  # `?code=` is added to it
_HOUR = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class DeviceSection:
    """[device]"""

    id: str = key(doc="the device's id, the CN of its certificate", least=3, most=64)
    folder: Path = key(doc="folder of ratings.db and device.db; on a partition that keeps what is written")


@dataclass(frozen=True, slots=True)
class ProvinceSection:
    """[province]: what the device believes the province by; all three keys or none"""

    receipts: Path | None = key(
        None, doc="the agent's sync.db: its receipts give the province's time and let old rows go"
    )
    key_set: Path | None = key(None, doc="the province's keys, signed under its root (keys.jws)")
    root: Path | None = key(None, doc="certificate of the province's root, pinned at enrolment")
    enrolment: Path | None = key(None, doc="what the enrolment left (enrolment.json): its time, its box")
    silent_days: int = key(
        3, doc="how long a row may wait for its receipt before staff are told", unit="d", least=1, most=60
    )


@dataclass(frozen=True, slots=True)
class WindowSection:
    """[window]"""

    id: str | None = key(None, doc="code of the window the device stands at", least=1, most=64)
    number: str = key("", doc="number on the window's sign", least=0, most=8)
    name: str = key("", doc="name of the window", least=0, most=40)
    hall: str = key("", doc="name of the hall", least=0, most=40)
    assignment: int | None = key(
        None, doc="number of the assignment of this device to this window", least=1, most=2**53 - 1
    )
    channel: int = key(4, doc="channel code: 4 window device, 5 self-service terminal", least=1, most=99)


@dataclass(frozen=True, slots=True)
class VisitSection:
    """[visit]"""

    answer_s: float = key(60.0, doc="how long an invitation is shown", unit="s", least=15, most=300)
    reasons_s: float = key(20.0, doc="how long the reasons are shown", unit="s", least=0.2, most=120)
    thanks_s: float = key(3.0, doc="how long the thanks are shown", unit="s", least=0.1, most=10)
    words_s: float = key(
        90.0, doc="how long words and a telephone number may be typed", unit="s", least=15, most=300
    )
    cleaning_s: float = key(
        30.0, doc="how long screen and keys take nothing while they are wiped", unit="s", least=10, most=120
    )
    receipt_url: str = key(
        "",
        doc="address that looks receipt codes up; without one none is offered",
        least=0,
        most=120,
    )
    uninvited: str = key(
        "refuse",
        doc="a press or touch without an invitation: refused, or taken and flagged uninvited",
        choices=("refuse", "accept"),
    )

    def faults(self) -> list[str]:
        """As `device.configuration.Ruled`."""
        if self.receipt_url and not _PAGE.fullmatch(self.receipt_url):
            return [f"receipt_url: is {self.receipt_url!r}; must be a page, https://…, without ? and #"]
        return []


@dataclass(frozen=True, slots=True)
class UiSection:
    """[ui]"""

    display: str = key(
        "window",
        doc="where the screens are shown; none: five keys, lamps and voice alone",
        choices=("window", "console", "none"),
    )
    width: int = key(1024, doc="width of the panel, not turned", unit="px", least=480, most=1920)
    height: int = key(600, doc="height of the panel, not turned", unit="px", least=480, most=1920)
    diagonal_in: float = key(
        7.0, doc="how large the glass is, from corner to corner", unit="in", least=7, most=22
    )
    rotation: int = key(
        0,
        doc="how far the picture, and touch with it, is turned to the left: 0, 90, 180 or 270",
        unit="°",
        least=0,
        most=270,
    )
    contrast: str = key("normal", doc="high: black on white, thick frames, 7:1", choices=("normal", "high"))
    type: str = key(
        "normal",
        doc="large: everything as large as the glass allows, from 8 inches on",
        choices=("normal", "large"),
    )
    night_from: str | None = key(
        None, doc="when idle screens go dark, HH:MM in China; without it and night_to never"
    )
    night_to: str | None = key(None, doc="when idle screens are light again, HH:MM")
    night_backlight: int | None = key(
        None,
        doc="how bright the panel's backlight is behind dark idle screens, full else; without it left alone",
        unit="%",
        least=1,
        most=100,
    )
    fullscreen: bool = key(True, doc="cover the whole screen, as at a window")
    languages: tuple[str, ...] = key(
        ["zh-Hans", "en"],
        doc="the hall's languages (BCP 47), the one shown first in front; each has a pack of texts",
        least=2,
        most=35,
        was="ui.language",
    )
    unreviewed: tuple[str, ...] = key(
        [],
        doc="those of `ui.languages` to be shown though nobody has reviewed their packs",
        least=2,
        most=35,
    )
    packs: Path | None = key(
        None, doc="folder of the operator's own packs, such as `bo.toml`; they come before the product's"
    )
    screenshot: Path | None = key(None, doc="PNG file written after each change of screen; for the demo")

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height of the picture as people see it."""
        return (self.height, self.width) if self.rotation % 180 else (self.width, self.height)

    def faults(self) -> list[str]:
        """As `device.configuration.Ruled`."""
        return [*self._language_faults(), *self._glass_faults(), *self._night_faults()]

    def _language_faults(self) -> list[str]:
        if self.languages and len(set(self.languages)) == len(self.languages):
            return []
        return [f"languages: is {list(self.languages)}; must be at least one language, each once"]

    def _glass_faults(self) -> list[str]:
        found = []
        long, short = max(self.width, self.height), min(self.width, self.height)
        if not (LEAST_PX[0] <= long <= MOST_PX[0] and LEAST_PX[1] <= short <= MOST_PX[1]):
            found.append(
                f"width: is {self.width}, height {self.height};"
                " must be 800 x 480 to 1920 x 1080, lying or standing"
            )
        pitch_mm = self.diagonal_in * 25.4 / math.hypot(long, short)
        if not found and (long * pitch_mm < LEAST_GLASS_MM[0] or short * pitch_mm < LEAST_GLASS_MM[1]):
            found.append(
                f"diagonal_in: is {self.diagonal_in:g}; such a glass has"
                f" {long * pitch_mm:.0f} x {short * pitch_mm:.0f} mm and must have 150 x 87"
            )
        elif not found and pitch_mm > MOST_PITCH_MM:
            found.append(
                f"diagonal_in: is {self.diagonal_in:g}; {self.width} x {self.height} pixels of"
                f" {pitch_mm:.2f} mm are too coarse for letters, {MOST_PITCH_MM} mm is the most"
            )
        if self.type == "large" and self.diagonal_in < LEAST_LARGE_IN:
            found.append(
                f"type: is large; a glass of {self.diagonal_in:g} inches has no room for larger letters,"
                " one of 8 has"
            )
        if self.rotation % 90:
            found.append(f"rotation: is {self.rotation}; must be 0, 90, 180 or 270")
        return found

    def _night_faults(self) -> list[str]:
        hours = {"night_from": self.night_from, "night_to": self.night_to}
        found = [
            f"{name}: is {hour!r}; must be a time from 00:00 to 23:59"
            for name, hour in hours.items()
            if hour is not None and not _HOUR.fullmatch(hour)
        ]
        if not found and None in hours.values() and any(hours.values()):
            missing = next(name for name, hour in hours.items() if hour is None)
            found.append(f"{missing}: is missing; a night begins and ends")
        if not found and self.night_from and self.night_from == self.night_to:
            found.append(f"night_to: is {self.night_to!r}, as night_from; a night begins and ends")
        if self.night_backlight is not None and not any(hours.values()):
            found.append(f"night_backlight: is {self.night_backlight}; needs night_from and night_to")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterSection:
    """[counter]"""

    host: str = key("127.0.0.1", doc="address the counter link listens on", choices=("127.0.0.1", "::1"))
    port: int = key(18090, doc="port the counter link listens on", least=1, most=65535)
    token_file: Path = key(doc="file with the counter's bearer token", secret=True)
    origins: tuple[str, ...] = key(
        [], doc="web origins whose pages may call the counter link", least=1, most=255
    )


@dataclass(frozen=True, slots=True)
class LedgerSection:
    """[ledger]"""

    max_mib: int = key(2048, doc="largest size of ratings.db", unit="MiB", least=1, most=65536)
    ballast_kib: int = key(
        4096,
        doc="room kept free by a ballast file, released when the disk is full",
        unit="KiB",
        least=64,
        most=1048576,
    )
    retention_days: int = key(
        400, doc="how long receipted rows are kept, by the province's time", unit="d", least=30, most=3650
    )


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """The whole of device.toml."""

    device: DeviceSection
    province: ProvinceSection
    window: WindowSection
    visit: VisitSection
    keys: KeysSection
    panel: PanelSection
    ui: UiSection
    voice: VoiceSection
    counter: CounterSection
    ledger: LedgerSection

    def faults(self) -> list[str]:
        """As `device.configuration.Ruled`."""
        if self.ui.display == "none" and self.panel.kind == "none":
            return ["ui.display: is 'none', and panel.kind too; without screen and keys nobody can rate"]
        return []
