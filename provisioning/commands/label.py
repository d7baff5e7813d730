"""`chuangping label`: stickers of devices, signs of windows, and the codes that are read from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from device.device_code import LENGTH, DeviceCode, NotACode
from device.errors import ChuangpingError
from provisioning.labels.drawing import Drawing
from provisioning.labels.label_list import read_list
from provisioning.labels.output import Output
from provisioning.labels.paper import SHEETS
from provisioning.labels.poster import poster as draw_poster
from provisioning.labels.sticker import sticker as draw_sticker
from provisioning.labels.ticket_card import ticket_card
from provisioning.labels.ticket_list import read_tickets
from provisioning.labels.window_sign import window_sign
from provisioning.labels.words import Words
from provisioning.refused import Refused
from provisioning.telling import quoted
from provisioning.texts import LANGUAGES, Texts, language_here, load_texts

Draw = Callable[[Words, float, float], Drawing]
Option = Callable[[Any], Any]

_LONGEST_QUOTE = 60

_lang = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="language of messages; by LANG, else Chinese"
)
_WORDS = (
    click.option("--window", default="", help="code of the window, such as W07"),
    click.option("--number", default="", help="number on its sign; by default that of the code"),
    click.option("--name", default="", help="what the window is called"),
    click.option("--english", default="", help="the same in English"),
    click.option("--hall", default="", help="the hall"),
    click.option("--organisation", default="", help="whose hall it is"),
)
_FILES = (
    click.option("--from", "listed", type=click.Path(path_type=Path), help="CSV file, a label in each row"),
    click.option("--out", type=click.Path(path_type=Path), required=True, help="file, .pdf or .png"),
    click.option("--sheet", is_flag=True, help="on A4 sheets of such labels"),
    click.option("--start", type=int, help="with --sheet: first label that is not used up, from 1"),
    click.option("--cut-marks", "marks", is_flag=True, help="with --sheet: corners to cut along"),
    _lang,
)


def _size(*sizes: str) -> Option:
    return click.option("--size", type=click.Choice(sizes), default=sizes[0], help="size of a label")


def _options(*options: Option) -> Option:
    def applied(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return applied


@click.group()
def label() -> None:
    """Labels on paper, and the codes on them."""


@label.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@_lang
def check(code: str, as_json: bool, lang: str | None) -> None:
    """Check CODE as it was read out, typed or scanned from a sticker; prints the device's id."""
    with _told(load_texts(lang or language_here())):
        found = DeviceCode.read(code)
    if as_json:
        click.echo(json.dumps({"code": str(found), "device_id": found.device_id}))
    else:
        click.echo(f"{found} {found.device_id}")


@label.command()
@click.option("--device", default="", help="the device's id, or its code")
@_options(*_WORDS)
@click.option("--phone", default="", help="telephone number for service")
@click.option("--url", default="", help="address of the province's page, for the QR code")
@_size("3x7", "3x8", "2x4")
@_options(*_FILES)
def sticker(**asked: Any) -> None:
    """Stickers for devices: window, code to read out, QR code; no secret is on them."""
    _make(draw_sticker, needed=("device", "shown_number"), **asked)


@label.command()
@_options(*_WORDS)
@click.option("--url", default="", help="public address at which this window is rated, as a QR code")
@_size("a5", "a4", "2x4")
@_options(*_FILES)
def window(**asked: Any) -> None:
    """Signs for windows: whose it is, its number, its name."""
    _make(window_sign, needed=("shown_number",), **asked)


@label.command()
@_options(*_WORDS)
@click.option("--url", default="", help="signed address of the window, from `province posters list`")
@_size("a5", "a4")
@_options(*_FILES)
def poster(**asked: Any) -> None:
    """Posters by which a window is rated with a phone, without an invitation."""
    _make(draw_poster, needed=("shown_number", "url"), **asked)


@label.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="file, .pdf; tickets.pdf in the folder by default"
)
@_lang
def tickets(folder: Path, out: Path | None, lang: str | None) -> None:
    """Cards of tickets on A4 sheets, to cut out: the ticket as a QR code, its short code if it has one."""
    draw_tickets(folder, out or folder / "tickets.pdf", load_texts(lang or language_here()))


def draw_tickets(folder: Path, out: Path, texts: Texts) -> None:
    """Draw the cards of the tickets in `folder`, and say so. Raises ChuangpingError, OSError."""
    output = Output(out, SHEETS["2x4"], sheet=True, marks=True)
    with _told(texts):
        cards = [
            ticket_card(ticket, output.size.width, output.size.height) for ticket in read_tickets(folder)
        ]
        pages = output.write(cards)
    click.echo(texts.say("label.made", out=out, labels=len(cards), pages=pages), err=True)


def _make(
    draw: Draw,
    *,
    needed: Sequence[str],
    listed: Path | None,
    out: Path,
    size: str,
    sheet: bool,
    start: int | None,
    marks: bool,
    lang: str | None,
    **given: str,
) -> None:
    texts = load_texts(lang or language_here())
    output = Output(out, SHEETS[size], sheet, start, marks)
    with _told(texts):
        rows = [(0, Words())] if listed is None else read_list(listed)
        labels = []
        for line, row in rows:
            try:
                words = _over(Words(**given), row)
                _need(words, needed)
                labels.append(draw(words, output.size.width, output.size.height))
            except (Refused, NotACode) as error:
                if listed is None:
                    raise
                why = _sentence(error, texts)
                raise Refused("label.bad_row", file=listed, line=line, why=why) from None
        pages = output.write(labels)
    click.echo(texts.say("label.made", out=out, labels=len(labels), pages=pages), err=True)


def _over(given: Words, row: Words) -> Words:
    """The row, and what the command line says where the row says nothing."""
    said = {field.name: getattr(row, field.name) for field in fields(row)}
    return replace(given, **{name: text for name, text in said.items() if text})


def _need(words: Words, needed: Sequence[str]) -> None:
    missing = [name.replace("shown_number", "window") for name in needed if not getattr(words, name)]
    if missing:
        raise Refused("label.missing", names=", ".join(missing))


@contextmanager
def _told(texts: Texts) -> Iterator[None]:
    """Refusals within leave as one sentence in the technician's language."""
    try:
        yield
    except (Refused, NotACode) as error:
        raise ChuangpingError(_sentence(error, texts)) from None


def _sentence(error: Refused | NotACode, texts: Texts) -> str:
    if isinstance(error, NotACode):
        typed, found = quoted(error.typed, _LONGEST_QUOTE), quoted(error.found, _LONGEST_QUOTE)
        return texts.say(
            f"label.code_{error.fault}", typed=typed, found=found, place=error.place, length=LENGTH
        )
    # `why` is a sentence already.
    facts = {
        name: quoted(fact, _LONGEST_QUOTE) if isinstance(fact, str) and name != "why" else fact
        for name, fact in error.facts.items()
    }
    return texts.say(error.sentence, **facts)
