"""Stickers and signs: everything within the label, nothing over another, nothing cut off."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from device.device_code import NotACode
from provisioning.labels.drawing import Drawing, Item, Qr, Text
from provisioning.labels.paper import SHEETS
from provisioning.labels.poster import poster
from provisioning.labels.stack import SMALLEST
from provisioning.labels.sticker import sticker
from provisioning.labels.window_sign import window_sign
from provisioning.labels.words import Words
from provisioning.refused import Refused
from tests.provisioning.labels.samples import LONG, PLAIN, SCANNED, SHORT

Draw = Callable[[Words, float, float], Drawing]

STICKERS = [(sticker, size) for size in ("3x7", "3x8", "2x4")]
SIGNS = [(window_sign, size) for size in ("a5", "a4", "2x4")] + [(poster, size) for size in ("a5", "a4")]
EACH = pytest.mark.parametrize(("draw", "size"), STICKERS + SIGNS)
MARGIN = 1.4  # mm that a printer may be off

NAMES = st.text("政务服务大厅窗口一二三，（）、abcXYZ 07-·", max_size=40)


def drawn(draw: Draw, size: str, words: Words) -> Drawing:
    """The label of that size."""
    return draw(words, SHEETS[size].width, SHEETS[size].height)


def overlap(one: Item, other: Item) -> bool:
    """Whether their boxes share more than a hair's breadth."""
    (l1, t1, r1, b1), (l2, t2, r2, b2) = one.box, other.box
    return min(r1, r2) - max(l1, l2) > 0.01 and min(b1, b2) - max(t1, t2) > 0.01


def inked(item: Item) -> tuple[float, float, float, float]:
    """The box of an item without a QR code's quiet zone, which may reach into the margin."""
    left, top, right, bottom = item.box
    quiet = item.code.quiet if isinstance(item, Qr) else 0.0
    return left + quiet, top + quiet, right - quiet, bottom - quiet


def check(label: Drawing) -> None:
    """Nothing is clipped, overlaps or is too small to read."""
    for item in label.items:
        left, top, right, bottom = item.box
        assert left >= -0.001
        assert top >= -0.001
        assert right <= label.width + 0.001
        assert bottom <= label.height + 0.001
        if isinstance(item, Text | Qr):
            left, top, right, bottom = inked(item)
            assert left >= MARGIN
            assert top >= MARGIN
            assert right <= label.width - MARGIN
            assert bottom <= label.height - MARGIN
        if isinstance(item, Text):
            assert item.size >= SMALLEST - 0.001
        if isinstance(item, Qr):
            assert item.code.module >= 0.4
    texts = [item for item in label.items if isinstance(item, Text)]
    codes = [item for item in label.items if isinstance(item, Qr)]
    # A number is set by the height of its figures, which fill less than a character's box.
    small = [text for text in texts if not (text.bold and text.text.isascii() and text.size > 6)]
    for one, other in [*itertools.combinations(small, 2), *itertools.product(codes, texts)]:
        assert not overlap(one, other), (one, other)


@EACH
@pytest.mark.parametrize("words", [PLAIN, LONG, SHORT], ids=["plain", "long", "short"])
def test_everything_is_on_the_label(draw: Draw, size: str, words: Words) -> None:
    check(drawn(draw, size, words))


@EACH
@given(names=st.tuples(NAMES, NAMES, NAMES, NAMES))
@settings(deadline=None, max_examples=15)
def test_whatever_it_is_called_it_fits_or_is_refused(
    draw: Draw, size: str, names: tuple[str, str, str, str]
) -> None:
    name, english, hall, organisation = names
    words = replace(PLAIN, name=name, english=english, hall=hall, organisation=organisation)
    try:
        label = drawn(draw, size, words)
    except Refused:
        assume(sum(map(len, names)) < 100)
        raise
    check(label)
    shown = "".join(item.text for item in label.items if isinstance(item, Text)).replace(" ", "")
    for text in names:
        assert "".join(text.split()) in shown


@EACH
def test_names_of_twenty_characters_fit_every_label(draw: Draw, size: str) -> None:
    twenty = "行政审批和营商环境局政务服务大厅综合窗口"
    check(drawn(draw, size, replace(PLAIN, name=twenty, hall=twenty, english="")))


@EACH
def test_a_name_without_an_end_is_refused_and_named(draw: Draw, size: str) -> None:
    with pytest.raises(Refused) as refused:
        drawn(draw, size, replace(PLAIN, name="窗" * 300))
    assert refused.value.sentence == "label.too_long"
    assert refused.value.facts == {"text": "窗" * 300}


@EACH
@pytest.mark.parametrize("sign", ["😀", "\x07", "ཀ"])
def test_a_character_that_the_font_has_not_is_refused(draw: Draw, size: str, sign: str) -> None:
    with pytest.raises(Refused) as refused:
        drawn(draw, size, replace(PLAIN, name=f"窗口{sign}"))
    assert refused.value.sentence == "label.no_sign"


@pytest.mark.parametrize(
    ("window", "number", "shown"),
    [("W07", "", "07"), ("B-2-13", "", "13"), ("咨询台", "", "咨询台"), ("W07", "7A", "7A")],
)
def test_the_number_is_that_of_the_sign_or_of_the_code(window: str, number: str, shown: str) -> None:
    assert Words(window=window, number=number).shown_number == shown


def texts(label: Drawing) -> list[str]:
    """The lines of text on it."""
    return [item.text for item in label.items if isinstance(item, Text)]


def test_the_sticker_shows_the_code_and_takes_the_code_for_the_device() -> None:
    by_id = drawn(sticker, "3x7", PLAIN)
    assert "7K3M-Q9XT-WAZ" in texts(by_id)
    assert by_id == drawn(sticker, "3x7", replace(PLAIN, device="7k3m q9xt waz"))
    with pytest.raises(NotACode):
        drawn(sticker, "3x7", replace(PLAIN, device="7k3m q9xt wza"))


def test_what_is_not_given_is_not_on_it() -> None:
    assert texts(drawn(sticker, "3x7", SHORT)) == [
        "07", "号窗口 Window", "评价器编号 Device code", "7K3M-Q9XT-WAZ"
    ]  # fmt: skip


def test_a_sign_has_a_code_to_scan_only_with_an_address() -> None:
    with_code, without = (
        [item for item in drawn(window_sign, "a5", replace(PLAIN, url=url)).items if isinstance(item, Qr)]
        for url in ("https://province.example.cn/rate?window=W07", "")
    )
    assert len(with_code) == 1
    assert without == []


@pytest.mark.parametrize(
    "url",
    [
        "province.example.cn",
        "ftp://province.example.cn",
        "https://",
        "https://user@province.example.cn",
        "https://province.example.cn/?once=4711",
        "https://province.example.cn/#x",
        "https://province.example.cn/a b",
        "https://province.example.cn:port",
        "https://省.cn",
    ],
)
def test_an_address_that_could_hold_a_secret_or_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        drawn(sticker, "3x7", replace(PLAIN, url=url))
    assert refused.value.sentence == "label.url_plain"


def test_an_address_whose_code_would_be_unreadable_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        drawn(sticker, "3x7", replace(PLAIN, url="https://province.example.cn/" + "x" * 90))
    assert refused.value.sentence == "label.qr_too_long"


def test_the_address_and_the_code_are_all_that_is_scanned() -> None:
    assert PLAIN.url + "/devices/" + PLAIN.device + "#7K3M-Q9XT-WAZ" == SCANNED
