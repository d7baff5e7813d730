"""The options that acts on a box have in common: which box, who acts, and whether anything is done yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from provisioning.enrolment.units import UNITS_FOLDER
from provisioning.texts import LANGUAGES

Option = Callable[[Callable[..., None]], Callable[..., None]]

_JSON_AND_LANGUAGE = (
    click.option("--json", "as_json", is_flag=True, help="print JSON"),
    click.option("--lang", type=click.Choice(LANGUAGES), help="language of messages; by LANG, else Chinese"),
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="only show what would change")
_YES = click.option("--yes", "assumed", is_flag=True, help="do not ask")

box_option: Option = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=UNITS_FOLDER,
    help="folder of device.toml, sync.toml and the identity; /etc/chuangping",
)
"""Which device, of an act on the machine that it runs on."""

technician_option: Option = click.option(
    "--technician",
    type=click.Path(path_type=Path),
    required=True,
    help="technician.pem, as on the technician's stick",
)
"""Who acts, where a person answers for it."""


def act_options(command: Callable[..., None]) -> Callable[..., None]:
    """`command` with what is shown, asked, and done: `dry_run`, `assumed`, `as_json`, `lang`."""
    return _with(command, _DRY_RUN, _YES, *_JSON_AND_LANGUAGE)


def unasked_options(command: Callable[..., None]) -> Callable[..., None]:
    """The same of what asks nothing: `dry_run`, `as_json`, `lang`."""
    return _with(command, _DRY_RUN, *_JSON_AND_LANGUAGE)


def _with(command: Callable[..., None], *options: Option) -> Callable[..., None]:
    for option in reversed(options):
        command = option(command)
    return command
