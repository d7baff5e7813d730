"""`province posters`: the links of windows, as a list from which posters are printed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import click

from device.errors import ConfigError
from province.commands.options import Commands, File, config_option, reading
from province.errors import RegistrationError
from province.folder import PUBLIC, write_whole
from province.phone.keys import PhoneKey
from province.settings import POSTERS, read_province_configuration
from province.store import places, registry, windows

COLUMNS = ("window", "number", "name", "hall", "url")


@click.group(cls=Commands)
def posters() -> None:
    """Posters by which a window is rated without a device's code."""


@posters.command("list")
@config_option
@click.option("--window", "wanted", multiple=True, help="only this one; may be given again for more")
@click.option("--out", type=File, help="CSV file for `chuangping label poster --from`; printed if not given")
def list_posters(wanted: Sequence[str], path: Path, out: Path | None) -> None:
    """Write the signed link of each placed window, as a list. A link stays the same for ever."""
    config = read_province_configuration(path)
    if config.phone.url is None or config.phone.key is None:
        raise ConfigError([f"{path}: phone.url: is not set; give the address that citizens' phones reach"])
    key = PhoneKey.load(config.phone.key)
    with reading(path) as connection:
        known = windows.all_windows(connection)
        halls = {code: hall.name for code, hall in places.all_halls(connection).items()}
        for window in wanted:
            if window not in known and not registry.assignments_to(connection, window):
                raise RegistrationError(f"no window {window} is known; see `chuangping places list`")
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for window in wanted or known:
        placed = known.get(window)
        sign = (placed.number, placed.name, halls.get(placed.hall, placed.hall)) if placed else ("", "", "")
        url = config.phone.url.rstrip("/") + POSTERS + key.window_token(window)
        table.writerow((window, *sign, url))
    if out is None:
        click.echo(text.getvalue(), nl=False)
    else:
        write_whole(out, text.getvalue().encode("utf-8-sig"), PUBLIC)
        click.echo(str(out))
