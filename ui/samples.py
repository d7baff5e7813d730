"""One snapshot of each screen as a citizen may meet it, for looking at texts without a device. Pure."""

from __future__ import annotations

from dataclasses import replace

from device.clock import Moment
from device.faults import Fault, Showing
from device.indicators import national_list
from device.key_test import TEST_MS, KeyMark
from device.level import Level
from device.snapshot import Countdown, Notice, Reason, Screen, Snapshot, WindowCard

_CARD = WindowCard("07", "综合受理窗口", "市政务服务中心")
_PAGE = 3
_PHONE = "https://pingjia.example.gov.cn/r/" + "Ab3-_" * 11 + "xyz7"
_CODE = "7K3M-Q9XT-WAHB"
_LOOKED_UP = f"https://pingjia.example.gov.cn/receipt?code={_CODE}"


def samples(language: str, now: Moment) -> dict[str, Snapshot]:
    """The screens in `language` by their names, in the order of a visit; every reason and every fault."""
    answering = Countdown(now.mono_ms + 42_000, 60_000)
    giving = Countdown(now.mono_ms + 18_000, 20_000)
    writing = Countdown(now.mono_ms + 84_000, 90_000)
    cleaning = Countdown(now.mono_ms + 21_000, 30_000)
    testing = Countdown(now.mono_ms + 96_000, TEST_MS)
    blank = Snapshot(1, Screen.IDLE, language, _CARD, clerk="C0231")
    level = replace(blank, screen=Screen.LEVEL, matter="居民身份证换领", countdown=answering)
    reasons = replace(blank, screen=Screen.REASONS, countdown=giving, words_offered=True)
    words = replace(blank, screen=Screen.WORDS, countdown=writing)
    phone = replace(blank, screen=Screen.PHONE, countdown=answering, address=_PHONE)
    word = replace(blank, screen=Screen.RECEIPT, countdown=writing)
    code = replace(word, receipt=_CODE, receipt_address=_LOOKED_UP)
    thanks = replace(blank, screen=Screen.THANKS)
    paused = replace(blank, screen=Screen.PAUSED)
    cannot = replace(blank, screen=Screen.CANNOT_RECORD, fault=Fault.STORAGE_FULL)
    test = replace(blank, screen=Screen.KEY_TEST, clerk=None, countdown=testing)
    satisfied = _reasons(reasons, Level.SATISFIED, 0)
    dissatisfied = _reasons(reasons, Level.DISSATISFIED, 0)
    waiting, down, proven, missing = KeyMark.AWAITED, KeyMark.DOWN, KeyMark.PROVEN, KeyMark.MISSING
    return {
        "idle": replace(blank, clerk=None),
        "idle-clerk": blank,
        "idle-not-invited": replace(blank, notice=Notice.NOT_INVITED),
        "idle-welcome": replace(blank, notice=Notice.WELCOME, fault=Fault.KEYS_UNPROVEN),
        "idle-read": replace(blank, read_aloud=True),
        "level": level,
        "level-phone": replace(level, phone_offered=True),
        "level-read": replace(level, read_aloud=True),
        "level-short": _short(level, now),
        "level-last": _last(level, now),
        "level-changing": replace(level, changing=True, standing=Level.SATISFIED),
        "level-broken": replace(level, fault=Fault.PANEL_LOST, test=True, clerk=None),
        "phone": phone,
        "phone-stuck": replace(phone, fault=Fault.KEY_STUCK),
        "spoken": replace(level, read_aloud=True, columns=True),
        "spoken-changing": replace(
            level, read_aloud=True, columns=True, changing=True, standing=Level.SATISFIED
        ),
        **{
            f"spoken-{column}": replace(level, read_aloud=True, columns=True, explored=column)
            for column in range(1, 6)
        },
        **{
            f"reasons-{of.value}-{page + 1}": _reasons(reasons, of, page)
            for of in Level
            for page in range(national_list().pages(of, _PAGE))
        },
        "reasons-stuck": replace(satisfied, fault=Fault.KEY_STUCK),
        "reasons-read": replace(satisfied, read_aloud=True),
        "reasons-short": _short(satisfied, now),
        "reasons-receipt": replace(satisfied, receipts_offered=True),
        "reasons-receipt-stuck": replace(dissatisfied, receipts_offered=True, fault=Fault.KEY_STUCK),
        **{
            f"spoken-reasons-{column}": replace(dissatisfied, read_aloud=True, columns=True, explored=column)
            for column in range(1, 6)
        },
        "words": words,
        "words-short": _short(words, now),
        "receipt-word": word,
        "receipt-word-short": _short(word, now),
        "receipt-code": code,
        "thanks": thanks,
        "thanks-phone": replace(thanks, by_phone=True),
        "declined": replace(thanks, declined=True),
        "paused": paused,
        "paused-read": replace(paused, read_aloud=True),
        **{
            f"{fault.showing.value}-{fault.value}": replace(shown, fault=fault)
            for fault in Fault
            for shown in [{Showing.FULL: cannot, Showing.SMALL: level, Showing.STAFF: blank}[fault.showing]]
        },
        "full-poster": replace(cannot, poster=True),
        "full-read": replace(cannot, read_aloud=True),
        "cleaning": replace(blank, screen=Screen.CLEANING, countdown=cleaning),
        "key-test": replace(test, keys=(waiting, waiting, proven, down, proven)),
        "key-test-done": replace(test, keys=(proven,) * 5, countdown=None),
        "key-test-missing": replace(test, keys=(*[proven] * 4, missing), countdown=None),
    }


def enlarged(language: str, now: Moment) -> dict[str, Snapshot]:
    """Screens to be drawn in the larger letters that a citizen asked for, by their names."""
    shown = samples(language, now)
    return {
        "level-larger": shown["level"],
        "level-changing-larger": shown["level-changing"],
        "level-full-larger": _full(shown["level-phone"]),
        "level-short-larger": _full(shown["level-short"]),
        "reasons-larger": shown["reasons-2-1"],
        "reasons-full-larger": _full(shown["reasons-receipt"]),
        "reasons-short-larger": shown["reasons-short"],
        "thanks-larger": shown["thanks"],
        "declined-larger": shown["declined"],
    }


def _reasons(blank: Snapshot, of: Level, page: int) -> Snapshot:
    shown = national_list().page(of, page, _PAGE)
    reasons = tuple(Reason(key, i.code, i.text, chosen=key == _PAGE) for key, i in enumerate(shown, start=1))
    return replace(blank, reasons=reasons, page=page, pages=national_list().pages(of, _PAGE))


def _full(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, fault=Fault.PANEL_LOST, read_aloud=True)


def _short(snapshot: Snapshot, now: Moment) -> Snapshot:
    return replace(snapshot, countdown=Countdown(now.mono_ms + 20_000, 60_000), warning_time=True)


def _last(snapshot: Snapshot, now: Moment) -> Snapshot:
    return replace(snapshot, countdown=Countdown(now.mono_ms + 9_000, 60_000, last=True), warning_time=True)
