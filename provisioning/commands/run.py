"""`chuangping run` and `chuangping province`: become one of the processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import click

from device.errors import ChuangpingError
from provisioning.commands.label import draw_tickets
from provisioning.texts import language_here, load_texts


def need_province() -> None:
    """Raises ChuangpingError where only the device's own packages are installed."""
    if find_spec("sqlalchemy") is None or find_spec("fastapi") is None:
        raise ChuangpingError(
            "the province end is not installed here: pip install 'chuangping[province]', or use scripts/run"
        )


def become(module: str, *arguments: str) -> NoReturn:
    """Replace this process by `python -m module`: its signals, exit code and output are then its own."""
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])


_config = click.option(
    "--config", "path", type=click.Path(path_type=Path), required=True, help="its configuration (TOML)"
)


@click.group()
def run() -> None:
    """Run one process in the foreground (Type=notify)."""


@run.command("device")
@_config
def run_device(path: Path) -> None:
    """The device: screen, keys, counter link, ledger."""
    become("device", "--config", str(path))


@run.command("sync")
@_config
def run_sync(path: Path) -> None:
    """The agent: carries the ledger to the province."""
    become("sync", "--config", str(path))


@run.command("province")
@_config
def run_province(path: Path) -> None:
    """The reference province end: ingest and web page."""
    need_province()
    become("province", "run", "--config", str(path))


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def province(arguments: tuple[str, ...]) -> None:
    """Operate the reference province end (`chuangping province --help`)."""
    need_province()
    become("province", *arguments)


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def places(arguments: tuple[str, ...]) -> None:
    """Organisations, halls and windows from a table (`chuangping places --help`)."""
    need_province()
    become("province", "places", *arguments)


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def tickets(arguments: tuple[str, ...]) -> None:
    """Tickets, by which devices are enrolled (`chuangping tickets --help`)."""
    need_province()
    if arguments[:1] != ("make",):
        become("province", "tickets", *arguments)
    made = subprocess.run([sys.executable, "-m", "province", "tickets", *arguments], check=False)
    folder, lang = _given(arguments, "--out"), _given(arguments, "--lang")
    if made.returncode != 0 or folder is None:
        sys.exit(made.returncode)
    draw_tickets(Path(folder), Path(folder) / "tickets.pdf", load_texts(lang or language_here()))


def _given(arguments: Sequence[str], option: str) -> str | None:
    """What a long option was given, as `--out DIR` or `--out=DIR`; the last one counts."""
    given = None
    for said, following in zip(arguments, [*arguments[1:], None], strict=True):
        name, equals, value = said.partition("=")
        if name == option:
            given = value if equals else following
    return given
