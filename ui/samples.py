"""One snapshot of each screen as a citizen may meet it, for looking at texts without a device. Pure."""

from __future__ import annotations

from dataclasses import replace

from device.clock import Moment
from device.faults import Fault
from device.indicators import national_list
from device.key_test import TEST_MS, KeyMark
from device.level import Level
from device.snapshot import Countdown, Notice, Reason, Screen, Snapshot, WindowCard

_CARD = WindowCard("07", "综合受理窗口", "市政务服务中心")
_PAGE = 3


def samples(language: str, now: Moment) -> dict[str, Snapshot]:
    """The screens in `language` by their names, in the order of a visit; every reason and every fault."""
    answering = Countdown(now.mono_ms + 42_000, 60_000)
    giving = Countdown(now.mono_ms + 18_000, 20_000)
    blank = Snapshot(1, Screen.IDLE, language, _CARD, clerk="C0231")
    level = replace(blank, screen=Screen.LEVEL, matter="居民身份证换领", countdown=answering)
    reasons = replace(blank, screen=Screen.REASONS, countdown=giving, words_offered=True)
    thanks = replace(blank, screen=Screen.THANKS)
    test = replace(
        blank, screen=Screen.KEY_TEST, clerk=None, countdown=Countdown(now.mono_ms + 96_000, TEST_MS)
    )
    waiting, down, proven, missing = KeyMark.AWAITED, KeyMark.DOWN, KeyMark.PROVEN, KeyMark.MISSING
    return {
        "idle": replace(blank, clerk=None),
        "idle-clerk": blank,
        "idle-not-invited": replace(blank, notice=Notice.NOT_INVITED),
        "idle-welcome": replace(blank, notice=Notice.WELCOME, fault=Fault.KEYS_UNPROVEN),
        "level": level,
        "level-changing": replace(level, changing=True, standing=Level.SATISFIED),
        "level-broken": replace(level, fault=Fault.PANEL_LOST, test=True, clerk=None),
        **{
            f"reasons-{of.value}-{page + 1}": _reasons(reasons, of, page)
            for of in Level
            for page in range(national_list().pages(of, _PAGE))
        },
        "reasons-stuck": replace(_reasons(reasons, Level.SATISFIED, 0), fault=Fault.KEY_STUCK),
        "words": replace(blank, screen=Screen.WORDS, countdown=Countdown(now.mono_ms + 84_000, 90_000)),
        "thanks": thanks,
        "declined": replace(thanks, declined=True),
        "paused": replace(blank, screen=Screen.PAUSED),
        **{
            f"cannot-{fault.value}": replace(blank, screen=Screen.CANNOT_RECORD, fault=fault)
            for fault in Fault
        },
        "key-test": replace(test, keys=(waiting, waiting, proven, down, proven)),
        "key-test-done": replace(test, keys=(proven,) * 5, countdown=None),
        "key-test-missing": replace(test, keys=(*[proven] * 4, missing), countdown=None),
    }


def _reasons(blank: Snapshot, of: Level, page: int) -> Snapshot:
    shown = national_list().page(of, page, _PAGE)
    reasons = tuple(Reason(key, i.code, i.text, chosen=key == _PAGE) for key, i in enumerate(shown, start=1))
    return replace(blank, reasons=reasons, page=page, pages=national_list().pages(of, _PAGE))
