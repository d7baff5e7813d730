"""The commands of tickets: made, shown, revoked; requests on a stick answered; renewals approved."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from device.clock import CHINA
from device.errors import ChuangpingError
from province.commands.options import config_option, json_option, lang_option, reading
from province.enrolment.making import MadeTicket, Wanted
from province.enrolment.office import TicketOffice
from province.enrolment.refusal import EnrolmentRefused
from province.enrolment.stick import Outcome, answer_all, write_on_stick
from province.enrolment.texts import said
from province.places.texts import choose_language
from province.store import tickets as kept
from province.store.tickets import TicketEntry

OpenTickets = Callable[[Path], AbstractContextManager[TicketOffice]]
"""The office of tickets of the province whose configuration is in this file."""

LIST = "tickets.json"
"""What was made together, for the sheet; whoever has it has the tickets."""

_UNITS_S = {"m": 60, "h": 3600, "d": 24 * 3600}
_LEAST_S, _MOST_S = 300, 30 * 24 * 3600


class Duration(click.ParamType[int]):
    """A time as 30m, 8h or 2d, in seconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seconds."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"([0-9]{1,5})([mhd])", value)
        seconds = int(found[1]) * _UNITS_S[found[2]] if found else 0
        if not _LEAST_S <= seconds <= _MOST_S:
            self.fail(f"{value!r} is none; allowed: 5m to 30d, as 30m, 8h, 2d", param, ctx)
        return seconds


def tickets_commands(main: click.Group, *, tickets_of: OpenTickets) -> None:
    """Add `tickets` to `main`."""

    @main.group(cls=type(main))
    def tickets() -> None:
        """Tickets, by which devices are enrolled."""

    @tickets.command()
    @config_option
    @click.option("--hall", required=True, help="the hall, by code or name")
    @click.option("--windows", required=True, help="codes of windows with commas between, or all")
    @click.option(
        "--valid", "valid_s", type=Duration(), default="8h", show_default=True, help="how long: 30m, 8h, 2d"
    )
    @click.option(
        "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="folder; a stick"
    )
    @click.option("--with-codes", is_flag=True, help="short codes too, to be typed on devices")
    @lang_option
    @json_option
    def make(
        *,
        path: Path,
        hall: str,
        windows: str,
        valid_s: int,
        out: Path,
        with_codes: bool,
        lang: str | None,
        as_json: bool,
    ) -> None:
        """Make one ticket for each window: files for a stick, and the list of which the sheet is drawn."""
        language = choose_language(lang, os.environ)
        codes = tuple(code for code in (part.strip() for part in windows.split(",")) if code)
        if not codes:
            raise click.UsageError("--windows names no window; give codes with commas between, or all")
        wanted = Wanted(hall=hall, windows=codes, valid_s=valid_s, with_codes=with_codes)
        with _told(language), tickets_of(path) as office:
            out.mkdir(parents=True, exist_ok=True)
            made = office.make(wanted)
            files = write_tickets(out, made)
        if as_json:
            click.echo(_text([{**ticket.to_json(), "file": file} for ticket, file in files]))
        until = max((_read_out(ticket.until) for ticket in made), default="-")
        click.echo(said(language, "made", number=len(made), until=until, folder=out), err=True)

    @tickets.command("list")
    @config_option
    @lang_option
    @json_option
    def show(path: Path, lang: str | None, as_json: bool) -> None:
        """Show every ticket: window, until when, which device has used it."""
        language = choose_language(lang, os.environ)
        with reading(path) as connection:
            found = kept.all_tickets(connection)
        now = datetime.now(UTC)
        if as_json:
            click.echo(_text([_fields(one, now) for one in found]))
            return
        for one in found:
            state = said(language, f"state_{state_of(one, now)}")
            click.echo(
                f"{one.id}  {one.hall}  {one.window}  {one.until_at}  {state}  {one.device or ''}".rstrip()
            )

    @tickets.command()
    @click.argument("ticket")
    @config_option
    @lang_option
    def revoke(ticket: str, path: Path, lang: str | None) -> None:
        """Make a ticket worthless that nobody has used."""
        language = choose_language(lang, os.environ)
        with _told(language), tickets_of(path) as office:
            office.revoke(ticket)
        click.echo(said(language, "revoked_ticket", ticket=ticket), err=True)

    @tickets.command()
    @click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
    @config_option
    @lang_option
    @json_option
    def answer(folder: Path, path: Path, lang: str | None, as_json: bool) -> None:
        """Sign every request on a stick, and write the answers beside them. Exit 1 when one was refused."""
        language = choose_language(lang, os.environ)
        outcomes = []
        with _told(language), tickets_of(path) as office:
            for outcome in answer_all(folder, office):
                outcomes.append(outcome)
                click.echo(printable(_sentence(outcome, language)), err=True)
        if as_json:
            click.echo(_text([_outcome(outcome) for outcome in outcomes]))
        if not outcomes:
            raise ChuangpingError(said(language, "no_requests", folder=folder))
        if any(outcome.refused or outcome.unreadable for outcome in outcomes):
            raise click.exceptions.Exit(1)


def approve_command(tickets_of: OpenTickets) -> click.Command:
    """`devices approve`: a new certificate for a device whose own has ended."""

    @click.command("approve")
    @click.argument("device")
    @config_option
    @click.option("--by", required=True, help="name of the person who answers for it; kept with the time")
    @lang_option
    def approve(device: str, path: Path, by: str, lang: str | None) -> None:
        """Let a device whose certificate has ended have a new one, when it asks next."""
        language = choose_language(lang, os.environ)
        with _told(language), tickets_of(path) as office:
            office.approve(device, by=by)
        click.echo(said(language, "approved", device=device), err=True)

    return approve


def write_tickets(out: Path, made: Sequence[MadeTicket]) -> list[tuple[MadeTicket, str]]:
    """One file a window, its ticket and nothing else, and the list of all. Raises OSError."""
    files: list[tuple[MadeTicket, str]] = []
    for ticket in made:
        stem = re.sub(r"[^\w.-]|^\.", "_", ticket.window)
        if stem in {name.removesuffix(".ticket") for _, name in files}:  # W/1 and W_1
            stem = f"{stem}-{ticket.id}"
        write_on_stick(out / f"{stem}.ticket", ticket.ticket.encode("ascii"))
        files.append((ticket, f"{stem}.ticket"))
    write_on_stick(out / LIST, _text([ticket.to_json() for ticket in made]).encode("utf-8") + b"\n")
    return files


def state_of(ticket: TicketEntry, now: datetime) -> str:
    """How it stands with a ticket: open, used, confirmed, expired or revoked."""
    if ticket.confirmed_at is not None:
        return "confirmed"
    if ticket.used_at is not None:
        return "used"
    if ticket.revoked_at is not None:
        return "revoked"
    return "expired" if datetime.fromisoformat(ticket.until_at) <= now else "open"


def printable(text: str) -> str:
    """As it may stand in a terminal: what came on a stick is shown, never obeyed."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


@contextmanager
def _told(language: str) -> Iterator[None]:
    """Refusals within leave as one sentence in the language of whoever reads it."""
    try:
        yield
    except EnrolmentRefused as refused:
        raise ChuangpingError(refused.sentence(language)) from None


def _sentence(outcome: Outcome, language: str) -> str:
    if outcome.unreadable:
        return said(language, "not_a_request", file=outcome.request)
    if outcome.refused is not None:
        return said(language, "refused", device=outcome.device, why=outcome.refused.sentence(language))
    name = "answered" if outcome.new else "answered_before"
    return said(language, name, device=outcome.device, file=outcome.file)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    refused = outcome.refused
    return {
        "device": outcome.device,
        "request": str(outcome.request),
        "answer": None if refused or outcome.unreadable else str(outcome.file),
        "error": refused.code if refused else ("request_unusable" if outcome.unreadable else None),
        "facts": dict(refused.facts) if refused else {},
    }


def _fields(ticket: TicketEntry, now: datetime) -> dict[str, Any]:
    """What may be shown of a ticket: not the hash of its code."""
    fields = dataclasses.asdict(ticket)
    has_code = fields.pop("code_hash") is not None
    return {**fields, "state": state_of(ticket, now), "code": has_code}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _read_out(time: str) -> str:
    """A time of the wire as people at a desk tell it."""
    return f"{datetime.fromisoformat(time).astimezone(CHINA):%Y-%m-%d %H:%M}"
