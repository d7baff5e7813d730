"""The command `python -m bench`: runs the measurements named, or all, and prints their tables."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Protocol

import click

from bench import (
    append,
    arrival,
    backlog,
    drain,
    growth,
    page,
    press,
    rest,
    start,
    touch,
    visit_writes,
    writes,
)
from bench.conditions import conditions
from bench.stand import Stand
from device.errors import ChuangpingError


class Measurement(Protocol):
    """A module of this package that measures."""

    __doc__: str | None
    COUNT: int

    def measure(self, count: int, stand: Stand) -> str:
        """Measure `count` times; the tables. Raises ChuangpingError."""
        ...


MEASUREMENTS: dict[str, Measurement] = {
    "start": start,
    "rest": rest,
    "growth": growth,
    "press": press,
    "touch": touch,
    "arrival": arrival,
    "append": append,
    "writes": writes,
    "visit-writes": visit_writes,
    "drain": drain,
    "backlog": backlog,
    "page": page,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(MEASUREMENTS)))
@click.option("--count", type=click.IntRange(min=1), help="how often, or for `rest` how many seconds")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False, writable=True),
    help="a folder on the disk that is to be measured, instead of the one for temporary files",
)
def main(names: tuple[str, ...], count: int | None, folder: Path | None) -> None:
    """Measure what is named, or everything. The machine should have nothing else to do."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix="chuangping-bench-", dir=folder) as place,
            Stand(Path(place)) as stand,
        ):
            for name, value in conditions(stand.place):
                click.echo(f"- {name}: {value}")
            for name in names or MEASUREMENTS:
                measurement = MEASUREMENTS[name]
                click.echo(f"\n## {name}\n{(measurement.__doc__ or '').splitlines()[0]}\n")
                click.echo(measurement.measure(count or measurement.COUNT, stand))
    except ChuangpingError as error:
        click.echo(error, err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
