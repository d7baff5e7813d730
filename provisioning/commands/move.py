"""`chuangping move`: the device on this machine goes on at another window."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from provisioning.act_options import act_options, box_option, technician_option
from provisioning.own_box import OwnBox
from provisioning.technician_file import TechnicianFile
from provisioning.technician_line import TechnicianLine
from provisioning.telling import Telling
from provisioning.texts import language_here, load_texts


class _Spot(msgspec.Struct, frozen=True):
    window: str
    number: str = ""
    name: str = ""
    hall: str = ""
    hall_name: str = ""


class _Moved(msgspec.Struct, frozen=True):
    """What the province says of a move, done or to be done."""

    device: str
    before: _Spot | None
    after: _Spot
    assignment: int
    changed: bool
    dry_run: bool


@click.command()
@click.option("--to", required=True, help="code of the window it is to serve")
@click.option("--other-hall", is_flag=True, help="it is meant that this window is in another hall")
@box_option
@technician_option
@act_options
def move(
    *,
    to: str,
    other_hall: bool,
    folder: Path,
    technician: Path,
    dry_run: bool,
    assumed: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Let the device on this machine serve another window from now on. Needs the network."""
    telling = Telling(load_texts(lang or language_here()), as_json=as_json, assumed=assumed)
    with telling.refusals():
        who = TechnicianFile.read(technician)
        box = OwnBox.read(folder)
        line = box.line(who)
        wanted = {"to": to, "other_hall": other_hall}
        planned = _ask(line, box.device, {**wanted, "dry_run": True})
        if not planned.changed:
            telling.say("move.there", device=box.device, window=to)
            telling.result(msgspec.to_builtins(planned))
            return
        if planned.before is None:
            telling.say("move.to", device=box.device, after=_named(planned.after))
        else:
            spots = {"before": _named(planned.before), "after": _named(planned.after)}
            telling.say("move.from_to", device=box.device, **spots)
        if dry_run:
            telling.say("act.was_dry")
            telling.result(msgspec.to_builtins(planned))
            return
        telling.ask("move.ask")
        moved = _ask(line, box.device, {**wanted, "dry_run": False})
        telling.say("move.done", device=box.device, window=to, assignment=moved.assignment)
        if moved.before is not None:
            telling.say("move.undo", window=moved.before.window, technician=technician)
        telling.result(msgspec.to_builtins(moved))


def _ask(line: TechnicianLine, device: str, wanted: dict[str, Any]) -> _Moved:
    path = f"/api/v1/devices/{quote(device, safe='')}/move"
    return line.post(path, msgspec.json.encode(wanted), _Moved)


def _named(spot: _Spot) -> str:
    """The window as a person knows it."""
    hall = f"({spot.hall_name})" if spot.hall_name else ""
    return " ".join(part for part in (spot.window, spot.name, hall) if part)
