"""The commands for accounts and figures: users, tokens, windows, recount."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from device.errors import ConfigError
from province.commands.options import SHOWN, OfficeOf, config_option, json_option, lang_option, reading
from province.commands.texts import Sentences, day
from province.errors import AccountError, RecountError
from province.places.plan import Window
from province.role import Role
from province.settings import read_province_configuration
from province.store import recount as recounting
from province.store import tokens, users, windows
from province.store.database import Database

_role = click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.VIEWER.value, show_default=True
)
_hall = click.option("--hall", help="the only hall that a viewer sees; without it all")
_password = click.option(
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="file with the password in its first line; without it the password is asked for",
)


def account_commands(main: click.Group, *, office_of: OfficeOf) -> None:
    """Add the commands to `main`; `office_of` opens the office of a configuration."""
    main.add_command(_users(type(main), office_of))
    main.add_command(_tokens(type(main), office_of))
    main.add_command(_windows(type(main), office_of))
    main.add_command(_recount())


def _users(kind: type[click.Group], office_of: OfficeOf) -> click.Group:
    @click.group(name="users", cls=kind)
    def group() -> None:
        """Who may log in to the page."""

    @group.command()
    @config_option
    @click.argument("name")
    @_role
    @_hall
    @_password
    @lang_option
    def add(
        *, path: Path, name: str, role: str, hall: str | None, password_file: Path | None, lang: str | None
    ) -> None:
        """Make a user, a viewer unless --role says otherwise."""
        sentences = Sentences(lang)
        password = _read_password(password_file, sentences)
        with sentences.refusing("user", name=name, hall=hall), office_of(path) as office:
            office.add_user(name, password=password, role=Role(role), hall=hall)
        click.echo(name)
        click.echo(sentences.say("user.made", name=name), err=True)

    @group.command()
    @config_option
    @click.argument("name")
    @_password
    @lang_option
    def passwd(path: Path, name: str, password_file: Path | None, lang: str | None) -> None:
        """Give a user another password and end their sessions; one who was disabled may log in again."""
        sentences = Sentences(lang)
        password = _read_password(password_file, sentences)
        with sentences.refusing("user", name=name), office_of(path) as office:
            office.set_password(name, password)
        click.echo(sentences.say("user.changed", name=name), err=True)

    @group.command()
    @config_option
    @click.argument("name")
    @lang_option
    def disable(path: Path, name: str, lang: str | None) -> None:
        """Let a user in no more, from this moment."""
        sentences = Sentences(lang)
        with sentences.refusing("user", name=name), office_of(path) as office:
            office.disable_user(name)
        click.echo(sentences.say("user.disabled", name=name), err=True)

    @group.command("list")
    @config_option
    @json_option
    @lang_option
    def show(path: Path, as_json: bool, lang: str | None) -> None:
        """Show every user."""
        with reading(path) as connection:
            found = users.all_users(connection)
        if as_json:
            _print(found, as_json)
            return
        sentences = Sentences(lang)
        for one in found:
            click.echo(
                sentences.say(
                    "user.line_disabled" if one.disabled_at else "user.line",
                    name=one.name,
                    role=sentences.say(f"role.{one.role}"),
                    hall=one.hall or sentences.say("all_halls"),
                    made=day(one.made_at),
                    disabled=day(one.disabled_at),
                )
            )

    return group


def _tokens(kind: type[click.Group], office_of: OfficeOf) -> click.Group:
    @click.group(name="tokens", cls=kind)
    def group() -> None:
        """Programs' keys to the API."""

    @group.command()
    @config_option
    @click.argument("name")
    @_role
    @_hall
    def make(path: Path, name: str, role: str, hall: str | None) -> None:
        """Make a token and print it, this once."""
        with office_of(path) as office:
            click.echo(office.make_token(name, role=Role(role), hall=hall))

    @group.command()
    @config_option
    @click.argument("name")
    def revoke(path: Path, name: str) -> None:
        """Make a token worthless, from this moment."""
        with office_of(path) as office:
            office.revoke_token(name)

    @group.command("list")
    @config_option
    @json_option
    def show(path: Path, as_json: bool) -> None:
        """Show every token, without its secret."""
        with reading(path) as connection:
            found = tokens.all_tokens(connection)
        _print(found, as_json)

    return group


def _windows(kind: type[click.Group], office_of: OfficeOf) -> click.Group:
    @click.group(name="windows", cls=kind)
    def group() -> None:
        """In which hall each window is."""

    @group.command()
    @config_option
    @click.argument("window")
    @click.option("--hall", required=True, help="the hall's name")
    @click.option("--name", default="", help="what the window is called")
    def place(path: Path, window: str, hall: str, name: str) -> None:
        """Say in which hall a window is; the last word holds, for past ratings too."""
        with office_of(path) as office:
            office.place_window(Window(window, hall, name))

    @group.command("list")
    @config_option
    @json_option
    def show(path: Path, as_json: bool) -> None:
        """Show every window that has a hall."""
        with reading(path) as connection:
            found = list(windows.all_windows(connection).values())
        _print(found, as_json)

    return group


def _recount() -> click.Command:
    @click.command()
    @config_option
    @click.option("--check", is_flag=True, help="only compare; the default")
    @click.option("--repair", is_flag=True, help="put the recount in the place of the figures")
    @json_option
    def recount(path: Path, check: bool, repair: bool, as_json: bool) -> None:
        """Count every rating anew and compare with the figures that are kept; exit 1 if they differ.

        --repair needs the province to be stopped. Groups of ten stay as they were shown.
        """
        if check and repair:
            raise click.UsageError("--check or --repair, not both")
        click.echo("counting every rating anew", err=True)
        with reading(path) as connection:
            found = recounting.differences(connection)
        if repair and found:
            with (
                Database(read_province_configuration(path).database.url) as database,
                database.write() as writing,
            ):
                recounting.repair(writing)
                left = recounting.differences(writing)
            click.echo(f"repaired {len(found) - len(left)} figures", err=True)
            found = left
        if as_json:
            click.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=1))
        if found:
            some = "; ".join(f"{d.what}: kept {d.kept}, counted {d.counted}" for d in found[:SHOWN])
            raise RecountError(f"{len(found)} figures differ from a recount: {some}")
        click.echo("the figures are what the ratings add up to", err=True)

    return recount


def _read_password(file: Path | None, sentences: Sentences) -> str:
    if file is None:
        password, again = (
            str(click.prompt(sentences.say(f"user.password_{which}"), hide_input=True))
            for which in ("prompt", "again")
        )
        if password != again:
            raise AccountError("mismatch", sentences.say("user.mismatch"))
        return password
    try:
        return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([sentences.say("user.unreadable", file=file, why=error)]) from None


def _print(found: Sequence[Any], as_json: bool) -> None:
    lines = [dataclasses.asdict(one) for one in found]
    if as_json:
        click.echo(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    for line in lines:
        click.echo("  ".join(f"{key} {value}" for key, value in line.items() if value not in {None, ""}))
