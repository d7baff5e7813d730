"""The sticker of a device: where it stands, its code to read out, its code to scan; nothing secret."""

from __future__ import annotations

from device.device_code import PREFIX, DeviceCode
from provisioning.labels.drawing import SOFT, Drawing, Item, Line, Qr, Side, Text
from provisioning.labels.qr import public_address, qr_code
from provisioning.labels.stack import Block, Number, stacked
from provisioning.labels.typesetting import fit
from provisioning.labels.words import Words

# In mm on a label of 63.5 × 37; a larger one has all of it larger.
_WIDTH, _HEIGHT = 63.5, 37.0
_MARGIN = 3.2
_BESIDE_QR = 2.4  # above and below it together
_STRIP = 10.0
_CODE_SHARE = 0.64  # of the width, when a telephone number stands beside the code


def scanned(code: DeviceCode, url: str) -> str:
    """What the QR code says: the device's page at the province with the code; without an address the code."""
    return f"{public_address(url)}/devices/{code.device_id}#{code}" if url else str(code)


def sticker(words: Words, width: float, height: float) -> Drawing:
    """The sticker on a label of that size in mm; the device by id or code. Raises NotACode, Refused."""
    given = words.device
    code = DeviceCode.of(given) if given.startswith(PREFIX) else DeviceCode.read(given)
    unit = min(width / _WIDTH, height / _HEIGHT)
    margin = _MARGIN * unit
    rule = height - margin - _STRIP * unit
    qr = qr_code(scanned(code, words.url), rule - _BESIDE_QR * unit)
    # Its dark modules stand on the margins; the quiet zone reaches into them.
    corner = Qr(width - qr.side - max(margin - qr.quiet, 0), max(margin - qr.quiet, 0), qr)
    place = stacked(
        [
            Block(words.organisation, 2.6 * unit, lines=2, colour=SOFT),
            Block(words.hall, 2.6 * unit, lines=2, gap=0.5 * unit, colour=SOFT),
            Number(words.shown_number, 9.4 * unit, "号窗口 Window", 2.7 * unit, gap=1.9 * unit),
            Block(words.name, 3.3 * unit, lines=2, gap=1.5 * unit, bold=True),
            Block(words.english, 2.4 * unit, lines=2, gap=0.7 * unit, colour=SOFT),
        ],
        margin,
        margin,
        corner.x - margin,
        rule - 1.4 * unit - margin,
    )
    strip = _strip(code, words.phone, width=width, margin=margin, rule=rule, unit=unit)
    return Drawing(width, height, (corner, *place, *strip))


def _strip(
    code: DeviceCode, phone: str, *, width: float, margin: float, rule: float, unit: float
) -> tuple[Item, ...]:
    room = width - 2 * margin
    caption, large = rule + 3.3 * unit, rule + 9.4 * unit
    code_room = room * _CODE_SHARE if phone else room
    shown = fit(str(code), code_room, size=5.2 * unit, smallest=3.0, bold=True)
    items: list[Item] = [
        Line(margin, rule, width - margin, rule, 0.25 * unit),
        Text(margin, caption, "评价器编号 Device code", 2.2 * unit, colour=SOFT),
        Text(margin, large, shown.lines[0], shown.size, bold=True),
    ]
    if phone:
        number = fit(phone, room - code_room - unit, size=3.4 * unit, smallest=2.0, bold=True)
        right = width - margin
        items += [
            Text(right, caption, "报修 Service", 2.2 * unit, colour=SOFT, side=Side.RIGHT),
            Text(right, large, number.lines[0], number.size, bold=True, side=Side.RIGHT),
        ]
    return tuple(items)
