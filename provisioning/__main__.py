"""The chuangping command: nouns, then verbs; every failure says what, which, and what next."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from device.errors import ChuangpingError
from provisioning.commands.config import config
from provisioning.commands.decommission import decommission
from provisioning.commands.demo import demo
from provisioning.commands.device import device
from provisioning.commands.enrol import enrol, replace
from provisioning.commands.label import label
from provisioning.commands.ledger import ledger
from provisioning.commands.move import move
from provisioning.commands.renew import renew
from provisioning.commands.rescue import rescue
from provisioning.commands.run import places, province, run, tickets
from provisioning.commands.texts import texts
from provisioning.commands.voice import voice
from provisioning.commands.wire import wire


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="chuangping", prog_name="chuangping")
def cli() -> None:
    """窗评 chuangping: a rating device for government service windows.

    Exit codes: 0 ok, 1 failed, 2 usage, 69 peer unavailable, 74 input or output, 78 configuration.
    """


for command in (
    config,
    decommission,
    demo,
    device,
    enrol,
    label,
    ledger,
    move,
    places,
    province,
    renew,
    replace,
    rescue,
    run,
    texts,
    tickets,
    voice,
    wire,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script, with the process's own arguments by default. Ends by SystemExit."""
    try:
        cli(arguments, prog_name="chuangping")
    except ChuangpingError as error:
        click.echo(f"chuangping: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"chuangping: {error}", err=True)
        # What could not be written is still in the buffer: at its end Python would fail at it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(os.EX_IOERR)


if __name__ == "__main__":
    main()
