"""The files: real millimetres, text that can be searched, codes that a scanner reads from what is printed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from provisioning.labels.bitmap import png
from provisioning.labels.document import pdf
from provisioning.labels.drawing import Drawing
from provisioning.labels.output import Output
from provisioning.labels.paper import SHEETS, on_sheets
from provisioning.labels.poster import poster
from provisioning.labels.sticker import sticker
from provisioning.labels.window_sign import window_sign
from provisioning.labels.words import Words
from provisioning.refused import Refused
from tests.provisioning.labels.samples import LONG, PLAIN, SCANNED, SHORT

Draw = Callable[[Words, float, float], Drawing]
EACH = pytest.mark.parametrize(
    ("draw", "size"),
    [*[(sticker, size) for size in ("3x7", "3x8", "2x4")], (window_sign, "a5"), (poster, "a5")],
)


def drawn(draw: Draw, size: str, words: Words = PLAIN) -> Drawing:
    """The label of that size."""
    return draw(words, SHEETS[size].width, SHEETS[size].height)


def run(*command: str | Path) -> str:
    """What the program prints."""
    return subprocess.run(
        list(map(str, command)), capture_output=True, check=True, timeout=120
    ).stdout.decode("utf-8")


def scan(picture: Path) -> list[str]:
    """What a scanner reads in the picture."""
    return run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture).splitlines()


def printed(document: Path, dpi: int = 300) -> list[Path]:
    """The pages of a PDF file as a printer would have them."""
    run("pdftoppm", "-r", str(dpi), "-png", document, document.with_suffix(""))
    return sorted(document.parent.glob(f"{document.stem}-*.png"))


@EACH
def test_a_picture_has_300_dots_an_inch_and_its_size(draw: Draw, size: str, tmp_path: Path) -> None:
    file = tmp_path / "label.png"
    file.write_bytes(png(drawn(draw, size)))
    with Image.open(file) as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.05)
        assert picture.width / 300 * 25.4 == pytest.approx(SHEETS[size].width, abs=0.05)
        assert picture.height / 300 * 25.4 == pytest.approx(SHEETS[size].height, abs=0.05)


@EACH
@pytest.mark.parametrize("words", [PLAIN, LONG, SHORT], ids=["plain", "long", "short"])
def test_nothing_is_drawn_in_the_margin(draw: Draw, size: str, words: Words, tmp_path: Path) -> None:
    file = tmp_path / "label.png"
    label = drawn(draw, size, words)
    file.write_bytes(png(label))
    with Image.open(file) as picture:
        ink = ImageChops.invert(picture.convert("L"))
        if draw in {window_sign, poster}:  # its lines go from edge to edge
            ink = ink.point(lambda value: 255 if value > 160 else 0)
        edge = round(1.4 / 25.4 * 300)
        left, top, right, bottom = ink.getbbox() or (0, 0, 0, 0)
        assert min(left, top) >= edge
        assert right <= picture.width - edge
        assert bottom <= picture.height - edge


def test_the_code_is_read_from_the_picture_and_from_the_printed_page(tmp_path: Path) -> None:
    picture, document = tmp_path / "label.png", tmp_path / "page.pdf"
    label = drawn(sticker, "3x7")
    picture.write_bytes(png(label))
    document.write_bytes(pdf([label]))
    assert scan(picture) == [SCANNED]
    assert [scan(page) for page in printed(document)] == [[SCANNED]]


@pytest.mark.parametrize("draw", [sticker, window_sign])
def test_every_kind_of_code_is_read(draw: Draw, tmp_path: Path) -> None:
    file = tmp_path / "label.png"
    for words in (LONG, SHORT) if draw is sticker else (LONG,):
        file.write_bytes(png(drawn(draw, "2x4", words)))
        (read,) = scan(file)
        assert read.endswith("7K3M-Q9XT-WAZ") if draw is sticker else read == words.url


def test_a_document_has_its_pages_in_millimetres_and_asks_to_be_printed_so(tmp_path: Path) -> None:
    document = tmp_path / "page.pdf"
    document.write_bytes(pdf([drawn(sticker, "3x7"), drawn(window_sign, "a5")]))
    sizes = re.findall(r"size:\s+([\d.]+) x ([\d.]+) pts", run("pdfinfo", "-l", "2", document))
    in_mm = [(float(wide) / 72 * 25.4, float(high) / 72 * 25.4) for wide, high in sizes]
    assert in_mm == [pytest.approx((63.5, 38.1), abs=0.01), pytest.approx((210, 148.5), abs=0.01)]
    assert b"/PrintScaling /None" in document.read_bytes()


def test_its_text_is_text_in_an_embedded_font(tmp_path: Path) -> None:
    document = tmp_path / "page.pdf"
    document.write_bytes(pdf([drawn(sticker, "3x7")]))
    said = run("pdftotext", "-layout", document, "-")
    for text in ("市政务服务中心", "综合受理窗口", "7K3M-Q9XT-WAZ", "028-1234 5678"):
        assert text in said
    fonts = run("pdffonts", document).splitlines()[2:]
    assert len(fonts) == 2
    for font in fonts:
        assert "NotoSansCJKSC" in font
        assert re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s", font)[1] == "yes"  # type: ignore[index]
    assert len(document.read_bytes()) < 100_000


def test_text_in_the_document_stands_where_the_layout_has_it(tmp_path: Path) -> None:
    document = tmp_path / "page.pdf"
    label = drawn(sticker, "3x7")
    (page,) = on_sheets([label], SHEETS["3x7"], start=21)
    document.write_bytes(pdf([page]))
    found = re.search(
        r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">7K3M-Q9XT-WAZ<',
        run("pdftotext", "-bbox", document, "-"),
    )
    assert found
    (code,) = [item for item in page.items if getattr(item, "text", "") == "7K3M-Q9XT-WAZ"]
    left, _, right, _ = code.box
    in_mm = [float(value) / 72 * 25.4 for value in found.groups()]
    assert in_mm == pytest.approx([left, right], abs=0.1)


def test_picture_and_document_look_the_same(tmp_path: Path) -> None:
    document = tmp_path / "page.pdf"
    label = drawn(sticker, "2x4")
    document.write_bytes(pdf([label]))
    (page,) = printed(document)
    picture = tmp_path / "label.png"
    picture.write_bytes(png(label))
    with Image.open(page) as one, Image.open(picture) as other:
        small = (200, 137)
        apart = ImageChops.difference(
            one.convert("L").resize(small, Image.Resampling.BOX),
            other.convert("L").resize(small, Image.Resampling.BOX),
        )
        histogram = apart.histogram()
    assert sum(histogram[96:]) < 0.01 * small[0] * small[1]


def test_a_sheet_of_stickers_is_read_one_by_one(tmp_path: Path) -> None:
    document = tmp_path / "sheet.pdf"
    Output(document, SHEETS["3x7"], sheet=True, start=19, marks=True).write([drawn(sticker, "3x7")] * 4)
    pages = printed(document, dpi=200)
    assert len(pages) == 2
    assert [scan(page) for page in pages] == [[SCANNED] * 3, [SCANNED]]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "label.png"
    file.write_text("before")
    with pytest.raises(Refused) as refused:
        Output(file, SHEETS["3x7"]).write([drawn(sticker, "3x7")] * 2)
    assert refused.value.facts == {"pages": 2}
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]
