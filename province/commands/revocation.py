"""The commands that shut a device out, and let it in again."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from province.commands.options import OfficeOf, reading
from province.office import Office
from province.places.texts import CHINESE, ENGLISH, choose_language
from province.revocation import MOST_WHY, Settled, Standing, standing_of
from province.revocation_texts import said

Change = Callable[[Office], Settled]


def revocation_commands(devices: click.Group, *, office_of: OfficeOf) -> None:
    """Add `revoke` and `reinstate` to `devices`; `office_of` opens the office of a configuration."""

    @devices.command()
    @_options
    def revoke(*, path: Path, device: str, why: str, by: str, **how: Any) -> None:
        """Shut a device out: its certificate, its messages, its live session, within seconds."""
        _carry_out("revoke", path, device, lambda o: o.revoke(device, why=why, by=by), office_of, **how)

    @devices.command()
    @_options
    def reinstate(*, path: Path, device: str, why: str, by: str, **how: Any) -> None:
        """Let a device in again, with the certificate that it has."""
        _carry_out("reinstate", path, device, lambda o: o.reinstate(device, why=why, by=by), office_of, **how)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _carry_out(
    what: str,
    path: Path,
    device: str,
    change: Change,
    office_of: OfficeOf,
    *,
    dry_run: bool,
    yes: bool,
    lang: str | None,
    as_json: bool,
) -> None:
    """Show what would change, ask, change it, say what is left to do."""
    language = choose_language(lang, os.environ)
    with reading(path) as connection:
        before = standing_of(connection, device)
    if dry_run:
        if as_json:
            _print({"dry_run": True, "standing": dataclasses.asdict(before)})
            return
        click.echo(_plan(what, before, language))
        click.echo(said(language, "was_dry"), err=True)
        return
    if not yes:
        click.echo(_plan(what, before, language), err=True)
        click.confirm(said(language, "ask"), abort=True, err=True)
    with office_of(path) as office:
        settled = change(office)
    if as_json:
        _print({"dry_run": False, **dataclasses.asdict(settled)})
        return
    click.echo(said(language, "revoked" if what == "revoke" else "reinstated", device=device))
    for code in settled.left:
        click.echo(said(language, f"left.{code}"), err=True)


def _plan(what: str, before: Standing, language: str) -> str:
    facts = {
        "device": before.device,
        "window": before.window or "-",
        "state": said(language, "online" if before.online else "offline"),
        "queue": "-" if before.queue is None else before.queue,
        "held": before.held,
        "at": (before.revoked_at or "")[:16].replace("T", " "),
        "why": before.revoked_why or "",
        "ends": before.ends_at[:10],
    }
    if what == "revoke":
        name = "is_revoked" if before.revoked_at else "will_revoke"
        return "\n".join([said(language, name, **facts), said(language, "then")])
    return said(language, "will_reinstate" if before.revoked_at else "is_active", **facts)


def _print(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _line(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value.strip() or len(value) > MOST_WHY or not value.isprintable():
        raise click.BadParameter(f"must be one line of 1 to {MOST_WHY} characters", param=parameter)
    return value.strip()


_OPTIONS = (
    click.argument("device"),
    click.option(
        "--config",
        "path",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help="province.toml",
    ),
    click.option("--why", required=True, callback=_line, help="the reason; kept for good"),
    click.option("--by", required=True, callback=_line, help="the person who answers for it; kept for good"),
    click.option("--dry-run", is_flag=True, help="only say what would change"),
    click.option("--yes", is_flag=True, help="do not ask"),
    click.option(
        "--lang",
        type=click.Choice([CHINESE, ENGLISH]),
        help="language of what is said; that of LANG by default, Chinese if it is not English",
    ),
    click.option("--json", "as_json", is_flag=True, help="as JSON"),
)
