"""Every screen as a citizen may meet it: snapshots to look at texts and drawing without a device. Pure."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from PIL import Image

from device.clock import FakeClock
from device.confided import MOST_DIGITS
from device.faults import Fault, Showing
from device.indicators import national_list
from device.key_test import TEST_MS, KeyMark
from device.level import Level
from device.snapshot import ClerkPhoto, Countdown, Notice, Reason, Screen, Snapshot, WindowCard
from ui.letter_size import ChangeSize
from ui.views import ChooseLanguage
from ui.writing import Face, Script, Writing, opening


def _photo() -> ClerkPhoto:
    """A picture of half a sky over half a field."""
    image = Image.new("RGB", (360, 480), (90, 150, 210))
    image.paste((90, 140, 60), (0, 240, 360, 480))
    written = io.BytesIO()
    image.save(written, "JPEG")
    return ClerkPhoto("ab" * 32, written.getvalue())


PHOTO = _photo()

Touched = Writing | ChooseLanguage | ChangeSize
"""What fingers bring on by themselves: something typed, the languages, larger letters."""

RECEIPT = "7K3M-Q9XT-WAHB"
ADDRESS = "https://hcp.sc.example.cn:8443/r/" + "Ab3-_" * 11 + "xyz7"
RECEIPT_ADDRESS = f"https://haochaping.example.gov.cn/receipt?code={RECEIPT}"
NOW = FakeClock().now()
CARD = WindowCard("07", "综合受理窗口", "市政务服务中心")
ANSWERING = Countdown(NOW.mono_ms + 42_000, 60_000)
WRITING = Countdown(NOW.mono_ms + 84_000, 90_000)
TESTING = Countdown(NOW.mono_ms + 96_000, TEST_MS)
GIVING_REASONS = Countdown(NOW.mono_ms + 18_000, 20_000)
SHORT: dict[str, Any] = {"countdown": Countdown(NOW.mono_ms + 20_000, 60_000), "warning_time": True}
_A_PAGE = 3
_PAGES = national_list().pages(Level.DISSATISFIED, _A_PAGE)
_BROKEN: dict[str, Any] = {"fault": Fault.PANEL_LOST}
LAST: dict[str, Any] = {"countdown": Countdown(NOW.mono_ms + 9_000, 60_000, last=True), "warning_time": True}


def idle(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _snapshot(Screen.IDLE, language, changes)


def level(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.LEVEL, language, {"matter": "居民身份证换领", "countdown": ANSWERING} | changes)


def phone(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.PHONE, language, {"countdown": ANSWERING, "address": ADDRESS} | changes)


def reasons(
    language: str = "zh-Hans", *, of: Level = Level.DISSATISFIED, page: int = 0, **changes: Any
) -> Snapshot:
    shown = national_list().page(of, page, _A_PAGE)
    given = tuple(Reason(key, i.code, i.text, chosen=key == 2) for key, i in enumerate(shown, start=1))
    pages: dict[str, Any] = {
        "page": page,
        "pages": _PAGES,
        "countdown": GIVING_REASONS,
        "words_offered": True,
    }
    return _visit(Screen.REASONS, language, {"reasons": given} | pages | changes)


def words(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.WORDS, language, {"countdown": WRITING} | changes)


def receipt(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.RECEIPT, language, {"countdown": WRITING} | changes)


def thanks(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.THANKS, language, changes)


def declined(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.THANKS, language, {"declined": True} | changes)


def paused(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.PAUSED, language, changes)


def cannot_record(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _visit(Screen.CANNOT_RECORD, language, {"fault": Fault.STORAGE_FULL} | changes)


def cleaning(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    return _snapshot(
        Screen.CLEANING, language, {"countdown": Countdown(NOW.mono_ms + 21_000, 30_000)} | changes
    )


def key_test(language: str = "zh-Hans", **changes: Any) -> Snapshot:
    a, d, p = KeyMark.AWAITED, KeyMark.DOWN, KeyMark.PROVEN
    return _snapshot(Screen.KEY_TEST, language, {"keys": (a, a, p, d, p), "countdown": TESTING} | changes)


def samples(language: str) -> dict[str, Snapshot]:
    """The screens in `language` by their names, in the order of a visit; every reason and every fault."""
    return {
        **_resting(language),
        **_asking(language),
        **_spoken(language),
        **_answered(language),
        **_failing(language),
        **_serviced(language),
    }


def touched(language: str) -> dict[str, tuple[Snapshot, Touched]]:
    """What fingers bring on that no snapshot knows of: languages, larger letters, what is typed."""
    script = opening(Face.WORDS, language).script
    keyboard = Writing(face=Face.WORDS, script=script)
    said = {Script.PINYIN: "服务很好，只是等得久了一点。", Script.LATIN: "Kind and quick, but a long wait."}
    filled = Writing(words=said[script], number="13900001234")
    screen = words(language)
    drawn: dict[str, Touched] = {
        "words-keyboard": keyboard,
        "words-spelled": replace(keyboard, script=Script.PINYIN, words=said[Script.PINYIN], spelled="shi"),
        "words-latin": replace(keyboard, script=Script.LATIN, words=" ".join([said[Script.LATIN]] * 4)),
        "words-signs": replace(keyboard, signs=True),
        "words-number": Writing(face=Face.NUMBER, number="13900001234"),
        "words-number-long": Writing(face=Face.NUMBER, number="1" * MOST_DIGITS),
        "words-filled": replace(filled, agreed=True),
        "words-unagreed": replace(filled, asked=True),
    }
    return {
        "level-languages": (level(language), ChooseLanguage()),
        **{f"{name}-larger": (shown, ChangeSize()) for name, shown in _read(language).items()},
        **{name: (screen, typed) for name, typed in drawn.items()},
    }


def _read(language: str) -> dict[str, Snapshot]:
    """What is easier to read in larger letters, bare and as full as it gets."""
    full: dict[str, Any] = {
        "read_aloud": True,
        "clerk_shown": "综合受理 王芳",
        "clerk_photo": PHOTO,
        **_BROKEN,
    }
    return {
        "level": level(language),
        "level-changing": level(language, standing=Level.SATISFIED, changing=True),
        "level-full": level(language, phone_offered=True, **full),
        "level-full-short": level(language, phone_offered=True, **full, **SHORT),
        "level-full-last": level(language, phone_offered=True, **full, **LAST),
        "level-test": level(language, clerk=None, matter=None, test=True),
        **{f"reasons-{of.value}": reasons(language, of=of) for of in Level},
        "reasons-full": reasons(language, receipts_offered=True, **full),
        "reasons-full-short": reasons(language, receipts_offered=True, **full, **SHORT),
        "reasons-test-short": reasons(language, clerk=None, test=True, **SHORT),
        "thanks": thanks(language),
        "thanks-broken": thanks(language, **_BROKEN),
        "declined": declined(language),
    }


def _resting(language: str) -> dict[str, Snapshot]:
    shown: dict[str, Any] = {"clerk": "C0231", "clerk_shown": "综合受理 王芳", "clerk_photo": PHOTO}
    return {
        "idle": idle(language),
        "idle-clerk": idle(language, clerk="C0231"),
        "idle-photo": idle(language, **shown),
        "idle-refused-broken": idle(language, clerk="C0231", notice=Notice.NOT_INVITED, **_BROKEN),
        "idle-welcome": idle(language, clerk="C0231", notice=Notice.WELCOME),
        "idle-nameless": idle(language, window=WindowCard("", "", "")),
        "idle-read": idle(language, clerk="C0231", read_aloud=True),
        "idle-read-broken": idle(language, clerk="C0231", read_aloud=True, **_BROKEN),
        "paused": paused(language),
        "paused-stuck": paused(language, fault=Fault.KEY_STUCK),
        "paused-read": paused(language, read_aloud=True),
        "cleaning": cleaning(language),
    }


def _asking(language: str) -> dict[str, Snapshot]:
    pressed: dict[str, Any] = {"pressed": Level.DISSATISFIED}
    changing: dict[str, Any] = {"standing": Level.SATISFIED, "changing": True}
    return {
        "level": level(language),
        "level-bare": level(language, clerk=None, matter=None, countdown=None),
        "level-photo": level(language, clerk_shown="综合受理 王芳", clerk_photo=PHOTO),
        "level-phone": level(language, phone_offered=True),
        "level-read": level(language, read_aloud=True),
        "level-short": level(language, **SHORT),
        "level-last": level(language, **LAST),
        "level-pressed-broken": level(language, **pressed, **_BROKEN),
        "level-changing": level(language, **changing),
        "level-changing-short": level(language, **changing, **SHORT),
        "level-changed": level(language, **changing, **pressed),
        "level-test": level(language, clerk=None, matter=None, test=True),
        "phone": phone(language),
        "phone-stuck": phone(language, fault=Fault.KEY_STUCK),
    }


def _spoken(language: str) -> dict[str, Snapshot]:
    listening: dict[str, Any] = {"read_aloud": True, "columns": True}
    last: dict[str, Any] = {"page": _PAGES - 1}
    return {
        "spoken": level(language, **listening),
        **{f"spoken-{key}": level(language, **listening, explored=key) for key in range(1, 6)},
        "spoken-changing-broken": level(
            language, **listening, standing=Level.SATISFIED, changing=True, **_BROKEN
        ),
        **{
            f"spoken-reasons-{page}": reasons(language, page=page, **listening, explored=1)
            for page in range(_PAGES)
        },
        "spoken-reasons-more": reasons(language, **listening, explored=4),
        "spoken-reasons-finish": reasons(language, **listening, **last, explored=5),
    }


def _answered(language: str) -> dict[str, Snapshot]:
    return {
        **{
            f"reasons-{of.value}-{page}": reasons(language, of=of, page=page)
            for of in Level
            for page in range(_PAGES)
        },
        "reasons-stuck": reasons(language, fault=Fault.KEY_STUCK),
        "reasons-wordless": reasons(language, words_offered=False),
        "reasons-keyless": reasons(language, has_keys=False),
        "reasons-read": reasons(language, read_aloud=True),
        "reasons-short": reasons(language, **SHORT),
        "reasons-test": reasons(language, clerk=None, test=True),
        "reasons-test-short": reasons(language, clerk=None, test=True, **SHORT),
        "reasons-receipt": reasons(language, receipts_offered=True),
        "reasons-receipt-stuck": reasons(language, receipts_offered=True, fault=Fault.KEY_STUCK),
        "words": words(language),
        "words-short": words(language, **SHORT),
        "words-stuck": words(language, fault=Fault.KEY_STUCK),
        "receipt-word": receipt(language),
        "receipt-word-short": receipt(language, **SHORT),
        "receipt-code": receipt(language, receipt=RECEIPT, receipt_address=RECEIPT_ADDRESS),
        "thanks": thanks(language),
        "thanks-broken": thanks(language, **_BROKEN),
        "thanks-phone": thanks(language, by_phone=True),
        "thanks-test": thanks(language, clerk=None, test=True),
        "declined": declined(language),
    }


def _failing(language: str) -> dict[str, Snapshot]:
    """Each fault where it is shown."""
    full = [fault for fault in Fault if fault.showing is Showing.FULL]
    small = [fault for fault in Fault if fault.showing is Showing.SMALL]
    staff = [fault for fault in Fault if fault.showing is not Showing.FULL]
    return {
        **{f"cannot-{fault}": cannot_record(language, fault=fault) for fault in full},
        "cannot-read": cannot_record(language, read_aloud=True),
        "cannot-poster": cannot_record(language, poster=True),
        **{f"idle-{fault}": idle(language, fault=fault) for fault in staff},
        **{f"level-{fault}": level(language, fault=fault) for fault in small},
    }


def _serviced(language: str) -> dict[str, Snapshot]:
    proven = [KeyMark.PROVEN] * 3
    missing = (*proven, KeyMark.MISSING, KeyMark.PROVEN)
    return {
        "key-test": key_test(language),
        "key-test-stuck": key_test(language, fault=Fault.KEY_STUCK),
        "key-test-done": key_test(language, keys=(KeyMark.PROVEN,) * 5, countdown=None),
        "key-test-missing": key_test(language, keys=missing, countdown=None),
    }


def _visit(screen: Screen, language: str, changes: dict[str, Any]) -> Snapshot:
    return _snapshot(screen, language, {"clerk": "C0231"} | changes)


def _snapshot(screen: Screen, language: str, changes: dict[str, Any]) -> Snapshot:
    fields: dict[str, Any] = {"number": 1, "window": CARD} | changes
    return Snapshot(screen=screen, language=language, **fields)
