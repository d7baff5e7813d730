"""The screens that tests show: those of `ui.samples`, and those with the longest texts."""

from __future__ import annotations

from device.faults import Fault
from device.snapshot import Snapshot, WindowCard
from ui.samples import (
    LAST,
    NOW,
    PHOTO,
    SHORT,
    cannot_record,
    cleaning,
    declined,
    idle,
    key_test,
    level,
    paused,
    phone,
    reasons,
    receipt,
    samples,
    thanks,
    touched,
    words,
)

__all__ = [
    "LAST",
    "NOW",
    "PHOTO",
    "SHORT",
    "cannot_record",
    "cleaning",
    "declined",
    "idle",
    "key_test",
    "level",
    "long_texts",
    "paused",
    "phone",
    "reasons",
    "receipt",
    "samples",
    "thanks",
    "touched",
    "words",
]

LANGUAGES = ("zh-Hans", "en")


def long_texts(language: str) -> dict[str, Snapshot]:
    """Screens filled with the longest that the settings and the counter may give."""
    card = WindowCard(
        "W-12345A",
        "某某综合行政许可事项受理办理窗口" * 2 + "及咨询引导专用窗",
        "某某市某某区政务服务中心" * 3,
    )
    given = {"window": card, "clerk": "C" * 64, "fault": Fault.PANEL_LOST}
    matter = "某某许可（首次申请、变更、延续与注销）" * 10
    return {
        "idle-long": idle(language, **given),
        "level-long": level(language, matter=matter, **given),
        "reasons-long": reasons(language, **given),
        "words-long": words(language, **given),
        "phone-long": phone(language, **given),
        "thanks-long": thanks(language, **given),
    }
