"""The commands of the case role: open what a citizen left, see who opened what."""

from __future__ import annotations

import dataclasses
import json
import os
import pwd
import re
from pathlib import Path

import click

from province.case_key import CaseKey
from province.commands.options import OfficeOf, config_option, json_option, reading
from province.store import openings as kept

# What a terminal obeys, or what turns the direction of reading: citizens' words are shown, never obeyed.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def opening_commands(main: click.Group, *, office_of: OfficeOf) -> None:
    """Add the commands to `main`; `office_of` opens the office of a configuration."""
    main.add_command(_open(office_of))
    main.add_command(_openings(type(main)))


def _open(office_of: OfficeOf) -> click.Command:
    @click.command(name="open")
    @config_option
    @click.option("--log", "log_id", required=True, help="the log, as the ratings name it")
    @click.option("--seq", type=click.IntRange(1), required=True, help="the row that names what was left")
    @click.option(
        "--key",
        "key_file",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help="the case role's private key (PEM), readable by its owner only",
    )
    @click.option("--by", help="name of the person who opens it; without it that of the user who runs this")
    @json_option
    def command(*, path: Path, log_id: str, seq: int, key_file: Path, by: str | None, as_json: bool) -> None:
        """Open what a citizen left with a rating: words, a telephone number. That it was opened is kept."""
        key = CaseKey.load(key_file)
        with office_of(path) as office:
            blob = office.hand_out(log_id, seq, by=by or _user(), kid=key.kid)
        left = key.open(blob)
        found = {"words": left.words, "contact": left.contact, "consent": left.consent}
        if as_json:
            named = {"log_id": log_id, "seq": seq, "visit": blob.visit, "purpose": blob.purpose, **found}
            click.echo(_shown(json.dumps(named, ensure_ascii=False)))
            return
        for name, value in found.items():
            click.echo(f"{name:8} {'-' if value is None else _shown(value)}")

    return command


def _openings(kind: type[click.Group]) -> click.Group:
    @click.group(name="openings", cls=kind)
    def group() -> None:
        """Who opened what citizens left."""

    @group.command("list")
    @config_option
    @json_option
    def show(path: Path, as_json: bool) -> None:
        """Show every opening: who, when, which; what was in it is kept nowhere."""
        with reading(path) as connection:
            found = kept.all_openings(connection)
        if as_json:
            click.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=1))
            return
        for one in found:
            click.echo(f"{one.at}  {_shown(one.by)}  log {one.log_id}  row {one.seq}  key {one.kid}")

    return group


def _user() -> str:
    """The name of whoever runs this, by the system's own book: the environment can say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def _shown(text: str) -> str:
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
