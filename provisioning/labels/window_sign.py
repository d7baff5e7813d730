"""The sign of a window: whose it is, its number, its name, and that citizens may rate."""

from __future__ import annotations

from provisioning.labels.drawing import SOFT, Drawing, Item, Line, Qr, Side, Text
from provisioning.labels.qr import public_address, qr_code
from provisioning.labels.stack import SMALLEST, Block, Number, stacked
from provisioning.labels.typesetting import fit
from provisioning.labels.words import Words

# In mm on a sign of 210 × 148.5 (A5); others have all of it larger or smaller.
_WIDTH, _HEIGHT = 210.0, 148.5
_MARGIN = 15.0
_STRIP = 23.0
_PANEL = 68.0  # at the right, for the QR code

_WELCOME = "办理完成后，欢迎您评价本次服务"
_WELCOME_ENGLISH = "When you have been served, you are welcome to rate the service"


def window_sign(words: Words, width: float, height: float) -> Drawing:
    """The sign on paper of that size in mm. Raises Refused."""
    unit = min(width / _WIDTH, height / _HEIGHT)
    margin = _MARGIN * unit
    rule = height - margin - _STRIP * unit
    right = width - (_PANEL * unit if words.url else margin)
    place = stacked(
        [
            Block(words.organisation, 8.0 * unit, lines=2, colour=SOFT),
            Block(words.hall, 8.0 * unit, lines=2, gap=1.5 * unit, colour=SOFT),
            Number(words.shown_number, 52.0 * unit, "号窗口 Window", 9.0 * unit, gap=10.0 * unit),
            Block(words.name, 17.0 * unit, lines=2, gap=8.0 * unit, bold=True),
            Block(words.english, 8.0 * unit, lines=2, gap=2.5 * unit, colour=SOFT),
        ],
        margin,
        margin,
        right - margin - (8.0 * unit if words.url else 0.0),
        rule - 6.0 * unit - margin,
    )
    panel = _panel(words.url, right, width, rule, unit) if words.url else ()
    return Drawing(width, height, (*place, *panel, *_strip(width, margin, rule, unit)))


def _panel(url: str, left: float, width: float, rule: float, unit: float) -> tuple[Item, ...]:
    room = width - left
    qr = qr_code(public_address(url, query=True), room - 10.0 * unit)
    middle = left + room / 2
    captions = 19.0 * unit
    top = (rule - qr.side - captions) / 2
    below = top + qr.side
    return (
        Line(left, 0.0, left, rule, 0.35 * unit),
        Qr(middle - qr.side / 2, top, qr),
        Text(middle, below + 8.0 * unit, "扫码评价", 8.0 * unit, bold=True, side=Side.CENTRE),
        Text(middle, below + 16.0 * unit, "Scan to rate", 5.4 * unit, colour=SOFT, side=Side.CENTRE),
    )


def _strip(width: float, margin: float, rule: float, unit: float) -> tuple[Item, ...]:
    room = width - 2 * margin
    english = fit(_WELCOME_ENGLISH, room, size=max(5.4 * unit, SMALLEST), smallest=SMALLEST)
    return (
        Line(0.0, rule, width, rule, 0.35 * unit),
        Text(margin, rule + 16.0 * unit, _WELCOME, 8.4 * unit),
        Text(margin, rule + 26.0 * unit, english.lines[0], english.size, colour=SOFT),
    )
