"""Labels as a PDF file in real millimetres, text as text in an embedded font.

The only file with fpdf2, which the extra `labels` brings: nothing else may import this one at its top.
"""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF, ViewerPreferences
from fpdf.enums import PathPaintRule

from provisioning.labels.drawing import Drawing, Item, Line, Qr, Text
from provisioning.labels.letters import face_number, font_file
from provisioning.labels.qr import QUIET

_FAMILY = "letters"
_POINTS = 72 / 25.4  # a millimetre


def pdf(pages: Sequence[Drawing]) -> bytes:
    """The pages as a PDF file that asks to be printed at its actual size. Raises Refused without the font."""
    file = FPDF(unit="mm", format=(pages[0].width, pages[0].height))
    file.set_title("chuangping labels")
    file.set_lang("zh-CN")
    file.viewer_preferences = ViewerPreferences(print_scaling="None")
    file.set_auto_page_break(auto=False)
    for bold in (False, True):
        path = font_file(bold=bold)
        file.add_font(_FAMILY, "B" if bold else "", path, collection_font_number=face_number(path))
    for page in pages:
        file.add_page(format=(page.width, page.height))
        for item in page.items:
            _draw(file, item)
    return bytes(file.output())


def _draw(file: FPDF, item: Item) -> None:
    match item:
        case Text(text=text, size=size, bold=bold, colour=colour):
            file.set_font(_FAMILY, "B" if bold else "", size * _POINTS)
            file.set_text_color(*colour)
            file.text(item.left, item.y, text)
        case Line(x1, y1, x2, y2, thick, colour):
            file.set_draw_color(*colour)
            file.set_line_width(thick)
            file.line(x1, y1, x2, y2)
        case Qr():
            _qr(file, item)


def _qr(file: FPDF, item: Qr) -> None:
    """One path for all modules: squares filled one by one show hair lines between them."""
    module = item.code.module
    with file.new_path(paint_rule=PathPaintRule.FILL_NONZERO) as path:
        path.style.fill_color = "#000000"
        path.style.stroke_color = None
        for row, column, length in item.code.runs():
            x, y = item.x + (QUIET + column) * module, item.y + (QUIET + row) * module
            path.rectangle(x, y, length * module, module)
