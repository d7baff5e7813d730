"""What is in force on the device: its configuration, with the province's settings over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from device.configuration import Bounds
from device.errors import InvalidField
from device.indicators import IndicatorList
from device.phone import PhoneLinks
from device.province_settings import PHOTO_BYTES, Indicators, Photo, ProvinceSettings, VisitRules
from device.settings import VisitSection
from device.snapshot import WindowCard
from device.visit.state import Rules


@dataclass(frozen=True, slots=True)
class InForce:
    """All that settings can change. `version` 0: the configuration alone. `clerks`: id → what is shown.

    `photos`: id → the picture that is shown once it is there.
    """

    card: WindowCard
    window: str | None
    assignment: int | None
    rules: Rules
    version: int = 0
    clerks: Mapping[str, str] = field(default_factory=dict)
    photos: Mapping[str, Photo] = field(default_factory=dict)
    phone: PhoneLinks | None = None


def with_settings(base: InForce, settings: ProvinceSettings) -> InForce:
    """`base` with `settings` over it: all of them, or InvalidField naming the one that cannot be."""
    assignment, names = settings.assignment, settings.names
    return InForce(
        card=base.card if names is None else WindowCard(names.number, names.name, names.hall),
        window=base.window if assignment is None else assignment.window,
        assignment=base.assignment if assignment is None else assignment.number,
        rules=_rules(base.rules, settings),
        version=settings.version,
        clerks={clerk.id: clerk.line for clerk in settings.clerks},
        photos=_photos(settings),
        phone=settings.phone,
    )


def _photos(settings: ProvinceSettings) -> dict[str, Photo]:
    photos = {clerk.id: clerk.photo for clerk in settings.clerks if clerk.photo is not None}
    for photo in photos.values():
        if photo.size > PHOTO_BYTES:
            raise InvalidField("clerks.photo.size", f"is {photo.size}; allowed: 1 to {PHOTO_BYTES} bytes")
    return photos


def _rules(base: Rules, settings: ProvinceSettings) -> Rules:
    given = settings.rules
    _check(given)
    indicators = settings.indicators
    return replace(
        base,
        answer_ms=_ms(given.answer_s, base.answer_ms),
        reasons_ms=_ms(given.reasons_s, base.reasons_ms),
        thanks_ms=_ms(given.thanks_s, base.thanks_ms),
        uninvited_taken=base.uninvited_taken if given.uninvited is None else given.uninvited == "accept",
        indicators=base.indicators if indicators is None else _list(indicators),
        phone_offered=settings.phone is not None,
    )


def _check(rules: VisitRules) -> None:
    """The bounds are those of the configuration: whoever signs, a citizen has time to answer."""
    for declared in fields(VisitSection):
        value = getattr(rules, declared.name, None)  # the province does not set every one
        bounds: Bounds = declared.metadata["bounds"]
        if value is None:
            continue
        if isinstance(value, str):
            allowed = value in bounds.choices
        else:
            assert bounds.least is not None
            assert bounds.most is not None
            allowed = bounds.least <= value <= bounds.most
        if not allowed:
            raise InvalidField(f"rules.{declared.name}", f"is {value!r}; allowed: {bounds.allowed()}")


def _list(indicators: Indicators) -> IndicatorList:
    twice = [code for code, times in Counter(i.code for i in indicators.items).items() if times > 1]
    if twice:
        raise InvalidField("indicator_list.items", f"holds the code {twice[0]} twice")
    for item in indicators.items:
        if item.code[0] != str(item.level):
            raise InvalidField("indicator_list.items", f"the code {item.code} is not of level {item.level}")
    return indicators.as_list()


def _ms(seconds: float | None, base_ms: int) -> int:
    return base_ms if seconds is None else round(seconds * 1000)
