"""The card of a ticket: for which window, until when, the ticket to scan and its short code, if it has one.

Whoever has the card has the ticket: it says so, in the words that stand on it.
"""

from __future__ import annotations

from datetime import datetime

from provisioning.labels.drawing import SOFT, Drawing, Item, Line, Qr, Side, Text
from provisioning.labels.qr import qr_code
from provisioning.labels.stack import Block, Number, stacked
from provisioning.labels.ticket_list import TicketWords
from provisioning.labels.typesetting import fit
from provisioning.labels.words import Words
from provisioning.refused import Refused

# In mm on a card of 99.1 × 67.7.
_MARGIN = 4.0
_STRIP = 10.0
_SMALL = 2.2


def ticket_card(ticket: TicketWords, width: float, height: float) -> Drawing:
    """The card on paper of that size in mm. Raises Refused when the ticket is too long for a code on it."""
    rule = height - _MARGIN - _STRIP
    try:
        qr = qr_code(ticket.ticket, rule - _MARGIN + 2.0)
    except Refused:  # its own words would show the ticket
        raise Refused("label.ticket_too_long", window=ticket.window) from None
    # Its dark modules stand on the margin; the quiet zone reaches into it.
    corner = Qr(width - _MARGIN - qr.side + qr.quiet, max(_MARGIN - qr.quiet, 0.0), qr)
    number = Words(window=ticket.window, number=ticket.number).shown_number
    place = stacked(
        [
            Block("登记票据 Enrolment ticket", _SMALL, colour=SOFT),
            Block(ticket.hall_name, 3.4, lines=2, gap=2.0),
            Number(number, 13.0, "号窗口 Window", 3.0, gap=3.0),
            Block(ticket.name, 4.4, lines=2, gap=2.0, bold=True),
            Block(ticket.window, 2.8, gap=1.2, colour=SOFT),
            Block("有效至 Good until", _SMALL, gap=2.4, colour=SOFT),
            Block(_shown(ticket.until), 3.4, gap=0.6, bold=True),
        ],
        _MARGIN,
        _MARGIN,
        corner.x + qr.quiet - 2.0 - _MARGIN,
        rule - _MARGIN - 1.0,
    )
    return Drawing(width, height, (corner, *place, *_strip(ticket, width=width, rule=rule)))


def _strip(ticket: TicketWords, *, width: float, rule: float) -> tuple[Item, ...]:
    """The short code, if there is one, and that the card is to be kept like a key."""
    caption, large = rule + 3.6, rule + 9.4
    items: list[Item] = [Line(_MARGIN, rule, width - _MARGIN, rule, 0.25)]
    if ticket.code is not None:
        code = fit(ticket.code, width / 2, size=5.6, smallest=3.0, bold=True)
        items.append(Text(_MARGIN, caption, "短码 Short code", _SMALL, colour=SOFT))
        items.append(Text(_MARGIN, large, code.lines[0], code.size, bold=True))
    right = width - _MARGIN
    items.append(Text(right, caption + 1.4, "只能用一次，用后销毁", 2.8, side=Side.RIGHT))
    items.append(Text(right, large, "Works once; then destroy it", _SMALL, colour=SOFT, side=Side.RIGHT))
    return tuple(items)


def _shown(until: str) -> str:
    try:
        return f"{datetime.fromisoformat(until):%Y-%m-%d %H:%M}"
    except ValueError:
        return until
