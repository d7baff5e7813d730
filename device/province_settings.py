"""What the province sets on a device: the values of one version of its settings, as they travel."""

from __future__ import annotations

from typing import Annotated

import msgspec

from device.indicators import Indicator, IndicatorList
from device.level import Level
from device.phone import PhoneLinks
from device.phone_link import BASE_CHARACTERS

PHOTO_BYTES = 256 * 1024
"""The most a device takes of one picture."""

PHOTO_PIXELS = 480
"""The longest side of a picture of a clerk: no screen shows it larger."""

_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]


class Names(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is written of the window: `number` as on its sign, its `name`, its `hall`."""

    number: Annotated[str, msgspec.Meta(max_length=8)] = ""
    name: Annotated[str, msgspec.Meta(max_length=40)] = ""
    hall: Annotated[str, msgspec.Meta(max_length=40)] = ""


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """The picture of a clerk, named by its hash and its `size` in bytes; fetched on its own."""

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    size: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class ClerkEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the clerk `id`, as the counter names them, is `shown` to citizens, and at what `post`."""

    id: _Code
    shown: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    post: Annotated[str, msgspec.Meta(max_length=40)] = ""
    photo: Photo | None = None

    @property
    def line(self) -> str:
        """What the screen says of the clerk."""
        return f"{self.post} {self.shown}".strip()


class IndicatorItem(msgspec.Struct, frozen=True, kw_only=True):
    """One official reason; `main`: it is of the set offered first."""

    code: _Code
    level: Annotated[int, msgspec.Meta(ge=1, le=5)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    main: bool = True


class Indicators(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the province's list of reasons."""

    version: _Code
    items: Annotated[list[IndicatorItem], msgspec.Meta(min_length=1, max_length=200)]

    def as_list(self) -> IndicatorList:
        """The list as the visit uses it."""
        items = tuple(Indicator(i.code, Level(i.level), i.text, i.main) for i in self.items)
        return IndicatorList(self.version, items)


class VisitRules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The times of a visit in seconds, and what a press without invitation does. None: as configured."""

    answer_s: _Seconds | None = None
    reasons_s: _Seconds | None = None
    thanks_s: _Seconds | None = None
    uninvited: Annotated[str, msgspec.Meta(max_length=16)] | None = None


class PhoneOffer(msgspec.Struct, frozen=True, kw_only=True):
    """That citizens may rate on their own phone: `base`, what every link begins with, and the province's
    public `key` for it (P-256, a compressed point in base64url), which the agent derives a shared one from.
    """

    base: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[A-Za-z0-9.:\[\]-]+/([A-Za-z0-9._~-]+/)*$", max_length=BASE_CHARACTERS
        ),
    ]
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{44}$", max_length=44)]


class Assignment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That `device` serves `window`, by the number that its rows carry, `since` a day until the next one."""

    device: _Code
    window: _Code
    number: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
    since: Annotated[str, msgspec.Meta(max_length=40)] = msgspec.field(name="from", default="")


class ProvinceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the settings, its signatures proven. What is None or empty stays as configured."""

    version: int
    assignment: Assignment | None = None
    names: Names | None = None
    clerks: tuple[ClerkEntry, ...] = ()
    indicators: Indicators | None = None
    rules: VisitRules = VisitRules()
    phone: PhoneLinks | None = None
