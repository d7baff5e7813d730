"""`chuangping enrol` and `chuangping replace`: a box becomes the device of a window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec

from device.clock import SystemClock, kernel_synchronised
from device.enrolled import board_serial
from provisioning.act_options import act_options, box_option
from provisioning.enrolment.box import Box
from provisioning.enrolment.box_line import BoxLine
from provisioning.enrolment.connection_trial import BrokerTrial
from provisioning.enrolment.enroller import Enroller
from provisioning.enrolment.progress import Progress
from provisioning.enrolment.settings import read_image
from provisioning.enrolment.ticket_file import (
    Choose,
    HeldTicket,
    find_tickets,
    hear_ticket,
    read_ticket,
    the_ticket,
)
from provisioning.enrolment.units import UNITS_FOLDER, SystemdUnits, agent_uid
from provisioning.enrolment.way import Wish, go
from provisioning.telling import Telling, quoted
from provisioning.texts import Texts, language_here, load_texts
from sync.agent.agent_clock import AgentClock
from sync.contract.ticket import Ticket

IMAGE = "enrolment.toml"
DATA = Path("/var/lib/chuangping")

_OPTIONS = (
    click.option("--ticket", "ticket", help="the ticket's file; - reads one line, as from a scanner"),
    click.option("--code", help="a short code in place of a ticket, where the image names its province"),
    click.option("--stick", type=click.Path(path_type=Path), help="folder of the stick, without a network"),
    click.option("--offline", is_flag=True, help="with --stick: do not try the network"),
    box_option,
    act_options,
)


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@_asked
def enrol(**asked: Any) -> None:
    """Make this box the device of a window, by a ticket."""
    _run(replaces=False, **asked)


@click.command()
@_asked
def replace(**asked: Any) -> None:
    """Let this box take the place of the device that serves the window of its ticket."""
    _run(replaces=True, **asked)


def _run(
    *,
    replaces: bool,
    ticket: str | None,
    code: str | None,
    stick: Path | None,
    offline: bool,
    folder: Path,
    dry_run: bool,
    assumed: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    if ticket is not None and code is not None:
        raise click.UsageError("--ticket and --code: give one of them")
    if offline and stick is None:
        raise click.UsageError("--offline needs --stick")
    texts = load_texts(lang or language_here())
    telling = Telling(texts, as_json=as_json, assumed=assumed)
    with telling.refusals():
        enroller = _enroller(folder, Progress(telling))
        wish = Wish(
            ticket=None if code is not None else _ticket(ticket, partial(_choose, texts)),
            code=code,
            stick=stick,
            replaces=replaces,
            offline=offline,
            dry_run=dry_run,
        )
        outcome = go(enroller, wish)
    telling.result(msgspec.to_builtins(outcome))
    sys.exit(outcome.exit_code)


def _enroller(folder: Path, progress: Progress) -> Enroller:
    clock = clock_here()
    data = DATA if folder.absolute() == UNITS_FOLDER else folder.absolute() / "data"
    return Enroller(
        box=Box(folder, data=data, board=board_serial(), units=SystemdUnits(folder), agent=agent_uid()),
        image=read_image(folder / IMAGE),
        open_line=partial(BoxLine, dates_from=lambda: clock.dates_from),
        trial=BrokerTrial(dates_from=lambda: clock.dates_from, dates_at=lambda: clock.dates_at),
        progress=progress,
    )


def clock_here() -> AgentClock:
    """The clock by which certificates of others are judged, one that may say 1970."""
    return AgentClock(SystemClock(), kernel_synchronised=kernel_synchronised)


def _ticket(said: str | None, choose: Choose) -> HeldTicket | None:
    if said is None:
        return the_ticket(find_tickets(), choose)
    return hear_ticket(sys.stdin) if said == "-" else read_ticket(Path(said))


def _choose(texts: Texts, tickets: Sequence[Ticket]) -> int | None:
    for number, says in enumerate(tickets, start=1):
        click.echo(f"{number:3}  {quoted(says.hall)} {quoted(says.window)}", err=True)
    try:
        chosen: int = click.prompt(
            texts.say("enrolment.which"), type=click.IntRange(1, len(tickets)), err=True
        )
    except click.Abort:
        click.echo(err=True)
        return None
    return chosen - 1
