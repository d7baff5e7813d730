"""What commands of the office have in common: their options, how their errors end, what they only look at."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from device.errors import ChuangpingError, ConfigError
from province.office import Office
from province.places.texts import CHINESE, ENGLISH
from province.settings import read_province_configuration
from province.store.database import Database

SHOWN = 20  # lines of a list that may be long

File = click.Path(dir_okay=False, path_type=Path)
Folder = click.Path(file_okay=False, path_type=Path)

config_option = click.option("--config", "path", type=File, required=True, help="province.toml")
json_option = click.option("--json", "as_json", is_flag=True, help="as JSON")
lang_option = click.option(
    "--lang",
    type=click.Choice([CHINESE, ENGLISH]),
    help="language of what is said; that of LANG by default, Chinese if it is not English",
)

OfficeOf = Callable[[Path], contextlib.AbstractContextManager[Office]]
"""The office of the province whose configuration is in this file."""


class Commands(click.Group):
    """Commands whose known errors end as one message and the exit code that belongs to it."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was given."""
        try:
            return super().invoke(ctx)
        except ChuangpingError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sa.Connection]:
    """One state of the database of a configuration, while another process may write."""
    database = Database(read_province_configuration(path).database.url)
    database.open_to_read()
    try:
        with database.read() as connection:
            yield connection
    finally:
        database.close()


def bytes_of(path: Path) -> bytes:
    """What is in a file that a configuration names. Raises ConfigError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from None
