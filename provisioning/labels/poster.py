"""The poster of a window: a code that is read from a step away, and whose window it is."""

from __future__ import annotations

from provisioning.labels.drawing import SOFT, Drawing, Line, Qr, Text
from provisioning.labels.qr import public_address, qr_code
from provisioning.labels.stack import SMALLEST, Block, Number, stacked
from provisioning.labels.typesetting import fit
from provisioning.labels.words import Words

# In mm on a poster of 210 × 148.5 (A5); others have all of it larger or smaller.
_WIDTH, _HEIGHT = 210.0, 148.5
_MARGIN = 12.0
_STRIP = 23.0

_HOW = "微信、支付宝或相机扫码评价 · 匿名，免下载，免登录"
_HOW_ENGLISH = "Scan with WeChat, Alipay or the camera: anonymous, no app, no login"


def poster(words: Words, width: float, height: float) -> Drawing:
    """The poster on paper of that size in mm. Raises Refused."""
    unit = min(width / _WIDTH, height / _HEIGHT)
    margin = _MARGIN * unit
    rule = height - margin - _STRIP * unit
    code = _code(words.url, margin, rule - margin - 6.0 * unit)
    left = margin + (code[0].code.side + 8.0 * unit if code else 0.0)
    place = stacked(
        [
            Block("请评价本次服务", 12.0 * unit, lines=2, bold=True),
            Block("Please rate the service", 6.4 * unit, lines=2, gap=2.0 * unit, colour=SOFT),
            Number(words.shown_number, 30.0 * unit, "号窗口 Window", 7.0 * unit, gap=8.0 * unit),
            Block(words.name, 10.0 * unit, lines=2, gap=6.0 * unit, bold=True),
            Block(words.english, 6.0 * unit, lines=2, gap=2.0 * unit, colour=SOFT),
            Block(words.organisation, 6.4 * unit, lines=2, gap=4.0 * unit, colour=SOFT),
            Block(words.hall, 6.4 * unit, lines=2, gap=1.5 * unit, colour=SOFT),
        ],
        left,
        margin,
        width - margin - left,
        rule - 6.0 * unit - margin,
    )
    room = width - 2 * margin
    chinese = fit(_HOW, room, size=max(7.6 * unit, SMALLEST), smallest=SMALLEST)
    english = fit(_HOW_ENGLISH, room, size=max(5.4 * unit, SMALLEST), smallest=SMALLEST)
    return Drawing(
        width,
        height,
        (
            *code,
            *place,
            Line(0.0, rule, width, rule, 0.35 * unit),
            Text(margin, rule + 15.0 * unit, chinese.lines[0], chinese.size),
            Text(margin, rule + 25.0 * unit, english.lines[0], english.size, colour=SOFT),
        ),
    )


def _code(url: str, margin: float, room: float) -> tuple[Qr, ...]:
    return (Qr(margin, margin, qr_code(public_address(url, query=True), room)),) if url else ()
