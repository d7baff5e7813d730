"""`chuangping rescue`: what a dead device recorded and could not send, off its card to the province."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from device.clock import SystemClock
from provisioning.act_options import act_options, technician_option
from provisioning.kept_files import SECRET, keeping, write_whole
from provisioning.refused import Refused
from provisioning.rescue.card import Card, find_card
from provisioning.rescue.card_logs import CardLog, read_logs
from provisioning.rescue.carrier import Brought, Carrier
from provisioning.rescue.plan import Held, LogPlan, plan_log
from provisioning.rescue.progress import Progress
from provisioning.rescue.statements import Statements
from provisioning.technician_file import TechnicianFile
from provisioning.technician_line import TechnicianLine
from provisioning.telling import Telling
from provisioning.texts import language_here, load_texts
from sync.contract.rescue_file import write_rescue_file


@dataclass(frozen=True, slots=True)
class _Errand:
    """What was found: the device whose card it is, and what of each log is to be brought."""

    device: str
    plans: list[LogPlan]
    carrier: Carrier | None


@click.command()
@click.argument("card", type=click.Path(path_type=Path))
@click.option("--url", help="of the province, https://HOST:PORT; by default as the card has it")
@click.option("--out", type=click.Path(path_type=Path), help="write a file for the office; needs no network")
@technician_option
@act_options
def rescue(
    *,
    card: Path,
    technician: Path,
    url: str | None,
    out: Path | None,
    dry_run: bool,
    assumed: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Bring the province what is on CARD, the card of a dead device or a folder of it.

    The card is only read. Run again it goes on where it ended; nothing comes twice.
    """
    telling = Telling(load_texts(lang or language_here()), as_json=as_json, assumed=assumed)
    with telling.refusals(), tempfile.TemporaryDirectory(prefix="chuangping-rescue-") as scratch:
        who = TechnicianFile.read(technician)
        found = find_card(card)
        proven = Progress(telling, "rescue.reading")
        logs = read_logs(found.folder, Path(scratch), progress=proven.at)
        errand = _offline(found, logs) if out is not None else _online(found, logs, who, url)
        _show(errand, telling)
        planned = _planned(errand)
        if dry_run:
            telling.say("act.was_dry")
            telling.result({**planned, "dry_run": True})
            return
        if all(plan.is_empty for plan in errand.plans):
            telling.say("rescue.nothing_new", device=errand.device)
            telling.result({**planned, "rows": 0, "aside": 0, "blobs": 0, "receipts": []})
            return
        statements = Statements(errand.device, key=who.key, now=lambda: SystemClock().now().wall)
        if errand.carrier is None:
            assert out is not None
            _write(errand, statements, out, telling)
            telling.result({**planned, "out": str(out)})
            return
        telling.ask("rescue.ask", device=errand.device)
        brought = _bring(errand, errand.carrier, statements, telling)
        telling.result(
            {
                **planned,
                "rows": brought.rows,
                "aside": brought.aside,
                "blobs": brought.blobs,
                "through": brought.through,
                "receipts": brought.receipts,
            }
        )


def _online(card: Card, logs: list[CardLog], who: TechnicianFile, url: str | None) -> _Errand:
    address = url or card.url
    if address is None:
        raise Refused("rescue.no_url")
    line = TechnicianLine(address, who, server_name=None if url else card.server_name)
    carrier = Carrier(line, who)
    held = {log.log_id: carrier.held(log.log_id) for log in logs}
    owners = {where.device for where in held.values() if where.device is not None}
    # A card whose configuration is gone is its device's all the same, by what the province knows.
    device = card.device or (owners.pop() if len(owners) == 1 else None)
    if device is None:
        raise Refused("rescue.no_device")
    for log_id, where in held.items():
        if where.device not in {None, device}:
            raise Refused("rescue.other_device", log=log_id, device=device, owner=where.device)
    return _Errand(device, [plan_log(log, held[log.log_id]) for log in logs], carrier)


def _offline(card: Card, logs: list[CardLog]) -> _Errand:
    if card.device is None:
        raise Refused("rescue.no_device")
    return _Errand(card.device, [plan_log(log, Held()) for log in logs], None)


def _show(errand: _Errand, telling: Telling) -> None:
    telling.say("rescue.card", device=errand.device, logs=len(errand.plans))
    for plan in errand.plans:
        days = {"first_day": plan.first_day or "-", "last_day": plan.last_day or "-"}
        counts = {"rows": plan.rows, "ratings": plan.ratings, "blobs": plan.blobs}
        telling.say("rescue.log", log=plan.log.log_id, **days, **counts)
        if plan.log.lost or plan.log.unread:
            gone = sum(last - first + 1 for first, last in plan.log.lost)
            telling.say("rescue.damaged", log=plan.log.log_id, rows=gone, unread=plan.log.unread)
        if plan.contradicts:
            telling.say("rescue.contradicts", log=plan.log.log_id)


def _planned(errand: _Errand) -> dict[str, Any]:
    return {
        "device": errand.device,
        "logs": [
            {
                "log_id": plan.log.log_id,
                "state": plan.log.state,
                "head": plan.log.head.seq,
                "after": plan.after,
                "rows": plan.rows,
                "ratings": plan.ratings,
                "first_day": plan.first_day,
                "last_day": plan.last_day,
                "blobs": plan.blobs,
                "lost": plan.log.lost,
                "unread": plan.log.unread,
                "contradicts": plan.contradicts,
            }
            for plan in errand.plans
        ],
    }


def _made(errand: _Errand, statements: Statements) -> Iterator[str]:
    for plan in errand.plans:
        yield from statements.of_log(plan.log, after=plan.after)


def _write(errand: _Errand, statements: Statements, out: Path, telling: Telling) -> None:
    made = list(_made(errand, statements))
    with keeping(out.parent):
        write_whole(out, write_rescue_file(errand.device, made), SECRET)
    telling.say("rescue.written", out=out, device=errand.device)


def _bring(errand: _Errand, carrier: Carrier, statements: Statements, telling: Telling) -> Brought:
    brought, taken = Brought(), Progress(telling, "rescue.progress")
    for statement in _made(errand, statements):
        carrier.bring(errand.device, statement, brought)
        taken.at(brought.rows)
    telling.say("rescue.done", device=errand.device, rows=brought.rows, blobs=brought.blobs)
    if brought.aside:
        telling.say("rescue.aside", rows=brought.aside)
    if brought.blobs_refused:
        telling.say("rescue.blobs_refused", blobs=brought.blobs_refused)
    return brought
