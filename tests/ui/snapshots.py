"""Snapshots of every screen as a citizen may meet it, for tests of presenting and drawing."""

from __future__ import annotations

import io

from PIL import Image

from device.clock import FakeClock
from device.faults import Fault, Showing
from device.indicators import national_list
from device.key_test import TEST_MS, KeyMark
from device.level import Level
from device.snapshot import ClerkPhoto, Countdown, Notice, Reason, Screen, Snapshot, WindowCard

LANGUAGES = ("zh-Hans", "en")


def _photo() -> ClerkPhoto:
    """A picture of half a sky over half a field."""
    image = Image.new("RGB", (360, 480), (90, 150, 210))
    image.paste((90, 140, 60), (0, 240, 360, 480))
    written = io.BytesIO()
    image.save(written, "JPEG")
    return ClerkPhoto("ab" * 32, written.getvalue())


PHOTO = _photo()

ADDRESS = "https://hcp.sc.example.cn:8443/r/" + "Ab3-_" * 11 + "xyz7"
NOW = FakeClock().now()
CARD = WindowCard("07", "综合受理窗口", "市政务服务中心")
ANSWERING = Countdown(NOW.mono_ms + 42_000, 60_000)
WRITING = Countdown(NOW.mono_ms + 84_000, 90_000)
TESTING = Countdown(NOW.mono_ms + 96_000, TEST_MS)
GIVING_REASONS = Countdown(NOW.mono_ms + 18_000, 20_000)
SHORT = {"countdown": Countdown(NOW.mono_ms + 20_000, 60_000), "warning_time": True}
LAST = {"countdown": Countdown(NOW.mono_ms + 9_000, 60_000, last=True), "warning_time": True}


def idle(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _snapshot(Screen.IDLE, language, changes)


def level(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.LEVEL, language, {"matter": "居民身份证换领", "countdown": ANSWERING} | changes)


def phone(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.PHONE, language, {"countdown": ANSWERING, "address": ADDRESS} | changes)


def reasons(
    language: str = "zh-Hans", *, of: Level = Level.DISSATISFIED, page: int = 0, **changes: object
) -> Snapshot:
    offered = national_list().of_level(of)
    shown = offered[3 * page : 3 * page + 3]
    given = tuple(Reason(key, i.code, i.text, chosen=key == 2) for key, i in enumerate(shown, start=1))
    pages = {"reasons": given, "page": page, "pages": 3, "countdown": GIVING_REASONS, "words_offered": True}
    return _visit(Screen.REASONS, language, pages | changes)


def words(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.WORDS, language, {"countdown": WRITING} | changes)


def receipt(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.RECEIPT, language, {"countdown": WRITING} | changes)


def thanks(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.THANKS, language, changes)


def declined(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.THANKS, language, {"declined": True} | changes)


def paused(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.PAUSED, language, changes)


def cannot_record(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _visit(Screen.CANNOT_RECORD, language, {"fault": Fault.STORAGE_FULL} | changes)


def cleaning(language: str = "zh-Hans", **changes: object) -> Snapshot:
    return _snapshot(
        Screen.CLEANING, language, {"countdown": Countdown(NOW.mono_ms + 21_000, 30_000)} | changes
    )


def key_test(language: str = "zh-Hans", **changes: object) -> Snapshot:
    a, d, p = KeyMark.AWAITED, KeyMark.DOWN, KeyMark.PROVEN
    return _snapshot(Screen.KEY_TEST, language, {"keys": (a, a, p, d, p), "countdown": TESTING} | changes)


def every_screen(language: str) -> dict[str, Snapshot]:
    """Each screen in each of its states, by a name for it."""
    broken = {"fault": Fault.PANEL_LOST}
    pages = range(3)
    return {
        "idle": idle(language),
        "idle-clerk": idle(language, clerk="C0231"),
        "idle-photo": idle(language, clerk="C0231", clerk_shown="综合受理 王芳", clerk_photo=PHOTO),
        "idle-refused-broken": idle(language, clerk="C0231", notice=Notice.NOT_INVITED, **broken),
        "idle-welcome": idle(language, clerk="C0231", notice=Notice.WELCOME),
        "idle-nameless": idle(language, window=WindowCard("", "", "")),
        "level": level(language),
        "level-short": level(language, **SHORT),
        "level-last": level(language, **LAST),
        "level-changing-short": level(language, standing=Level.SATISFIED, changing=True, **SHORT),
        "reasons-short": reasons(language, **SHORT),
        "reasons-test-short": reasons(language, clerk=None, test=True, **SHORT),
        "words-short": words(language, **SHORT),
        "level-bare": level(language, clerk=None, matter=None, countdown=None),
        "level-pressed-broken": level(language, pressed=Level.DISSATISFIED, **broken),
        "level-changing": level(language, standing=Level.SATISFIED, changing=True),
        "level-phone": level(language, phone_offered=True),
        "phone": phone(language),
        "phone-stuck": phone(language, fault=Fault.KEY_STUCK),
        "thanks-phone": thanks(language, by_phone=True),
        "level-photo": level(language, clerk_shown="综合受理 王芳", clerk_photo=PHOTO),
        **{
            f"reasons-{of.value}-{page}": reasons(language, of=of, page=page)
            for of in Level
            for page in pages
        },
        "reasons-stuck": reasons(language, fault=Fault.KEY_STUCK),
        "reasons-wordless": reasons(language, words_offered=False),
        "words": words(language),
        "words-stuck": words(language, fault=Fault.KEY_STUCK),
        "level-changed": level(language, standing=Level.SATISFIED, pressed=Level.DISSATISFIED, changing=True),
        "level-test": level(language, clerk=None, matter=None, test=True),
        "reasons-test": reasons(language, clerk=None, test=True),
        "reasons-keyless": reasons(language, has_keys=False),
        "thanks-test": thanks(language, clerk=None, test=True),
        "key-test": key_test(language),
        "key-test-stuck": key_test(language, fault=Fault.KEY_STUCK),
        "key-test-done": key_test(language, keys=(KeyMark.PROVEN,) * 5, countdown=None),
        "key-test-missing": key_test(
            language, keys=(*[KeyMark.PROVEN] * 3, KeyMark.MISSING, KeyMark.PROVEN), countdown=None
        ),
        "idle-read": idle(language, clerk="C0231", read_aloud=True),
        "idle-read-broken": idle(language, clerk="C0231", read_aloud=True, **broken),
        "level-read": level(language, read_aloud=True),
        "reasons-read": reasons(language, read_aloud=True),
        "paused-read": paused(language, read_aloud=True),
        "cannot-read": cannot_record(language, read_aloud=True),
        "spoken": level(language, read_aloud=True, columns=True),
        "spoken-explored": level(language, read_aloud=True, columns=True, explored=3),
        "spoken-changing-broken": level(
            language, read_aloud=True, columns=True, standing=Level.SATISFIED, changing=True, **broken
        ),
        **{
            f"spoken-reasons-{page}": reasons(language, page=page, read_aloud=True, columns=True, explored=1)
            for page in pages
        },
        "cleaning": cleaning(language),
        "reasons-receipt": reasons(language, receipts_offered=True),
        "reasons-receipt-stuck": reasons(language, receipts_offered=True, fault=Fault.KEY_STUCK),
        "receipt-word": receipt(language),
        "receipt-word-short": receipt(language, **SHORT),
        "receipt-code": receipt(
            language,
            receipt="7K3M-Q9XT-WAHB",
            receipt_address="https://haochaping.example.gov.cn/receipt?code=7K3M-Q9XT-WAHB",
        ),
        "thanks": thanks(language),
        "declined": declined(language),
        "thanks-broken": thanks(language, **broken),
        "paused": paused(language),
        "paused-stuck": paused(language, fault=Fault.KEY_STUCK),
        "cannot-poster": cannot_record(language, poster=True),
        **{
            f"cannot-{fault.value}": cannot_record(language, fault=fault)
            for fault in Fault
            if fault.showing is Showing.FULL
        },
        **{
            f"idle-{fault.value}": idle(language, fault=fault)
            for fault in Fault
            if fault.showing is not Showing.FULL
        },
    }


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


def _visit(screen: Screen, language: str, changes: dict[str, object]) -> Snapshot:
    return _snapshot(screen, language, {"clerk": "C0231"} | changes)


def _snapshot(screen: Screen, language: str, changes: dict[str, object]) -> Snapshot:
    fields: dict[str, object] = {"number": 1, "window": CARD} | changes
    return Snapshot(screen=screen, language=language, **fields)  # type: ignore[arg-type]
