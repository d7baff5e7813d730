"""The province's commands that steer devices."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from device.errors import ConfigError, InvalidField
from device.province_settings import PHOTO_BYTES
from province.commands.options import config_option, json_option
from province.settings_change import KEYS
from province.steering import Steering

OpenSteering = Callable[[Path], AbstractContextManager[Steering]]
"""The steering of the province whose configuration is in this file."""

_device = click.option("--device", required=True, help="id of the device")


def settings_commands(open_steering: OpenSteering) -> click.Group:
    """`settings set|show|from`."""

    @click.group()
    def settings() -> None:
        """What the province sets on a device."""

    @settings.command("set", epilog=f"Keys: {', '.join(KEYS)} (a file). An empty value unsets.")
    @config_option
    @_device
    @json_option
    @click.argument("pairs", metavar="PAIRS", nargs=-1, required=True)
    def set_keys(path: Path, device: str, pairs: tuple[str, ...], as_json: bool) -> None:
        """Set keys by PAIRS of KEY=VALUE; the others stay as they are. Prints the new version."""
        with open_steering(path) as steering:
            changes = pairs_of(pairs)
            for key, file in changes.items():
                if file and key.startswith("clerk.") and key.endswith(".photo"):
                    changes[key] = steering.keep_photo(_picture(key, Path(file)))
            _say(steering.change_settings(device, changes), as_json)

    @settings.command("from")
    @config_option
    @_device
    @json_option
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def set_all(path: Path, device: str, file: Path, as_json: bool) -> None:
        """Set everything anew from FILE (.toml or .json), as `settings show --json` prints it."""
        with open_steering(path) as steering:
            _say(steering.replace_settings(device, _read(file)), as_json)

    @settings.command()
    @config_option
    @_device
    @json_option
    def show(path: Path, device: str, as_json: bool) -> None:
        """Show what is set, and which version the device has in force."""
        with open_steering(path) as steering:
            shown = steering.settings(device)
        if as_json:
            click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
            return
        click.echo(f"version {shown['version'] or '-'}, in force {shown['in_force'] or '-'}")
        click.echo(f"window {shown['window'] or '-'}, assignment {shown['assignment'] or '-'}")
        if shown["refused"]:
            click.echo(f"refused by the device: {shown['refused']}")
        click.echo(json.dumps(shown["settings"], ensure_ascii=False, indent=1))

    return settings


def order_command(open_steering: OpenSteering) -> click.Command:
    """`order KIND`."""

    @click.command(
        epilog="Kinds: restart, show_notice (text, seconds), close_visit, invite (project_no, …), clean,"
        " collect_logs."
    )
    @config_option
    @_device
    @json_option
    @click.argument("kind", metavar="KIND")
    @click.option("--arg", "pairs", metavar="KEY=VALUE", multiple=True, help="an argument of the order")
    def order(path: Path, device: str, kind: str, pairs: tuple[str, ...], as_json: bool) -> None:
        """Order a device to do KIND once, within ten minutes. Prints the order's id."""
        with open_steering(path) as steering:
            id_ = steering.order(device, kind, pairs_of(pairs))
        click.echo(json.dumps({"id": id_}) if as_json else id_)

    return order


def pairs_of(texts: tuple[str, ...]) -> dict[str, str]:
    """`KEY=VALUE` texts taken apart. Raises click.UsageError."""
    for text in texts:
        if "=" not in text:
            raise click.UsageError(f"{text!r} is not KEY=VALUE")
    return {key: value for key, _, value in (text.partition("=") for text in texts)}


def _picture(key: str, file: Path) -> bytes:
    """What is in the file, or enough of it to be refused as too large. Raises InvalidField."""
    try:
        with file.open("rb") as opened:
            return opened.read(PHOTO_BYTES + 1)
    except OSError as error:
        raise InvalidField(key, f"{file}: cannot be read: {error.strerror}") from None


def _say(version: int, as_json: bool) -> None:
    click.echo(json.dumps({"version": version}) if as_json else f"version {version}")


def _read(file: Path) -> Any:
    try:
        text = file.read_text("utf-8")
        document = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError([f"{file}: cannot be read: {error}"]) from None
    return document.get("settings", document) if isinstance(document, dict) else document
