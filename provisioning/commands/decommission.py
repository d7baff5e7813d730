"""`chuangping decommission`: the device on this machine ends its service, and its keys are destroyed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from device.errors import ContractError
from device.retirement import receipt_path
from device.technician import TechnicianVerb
from provisioning.act_options import act_options, box_option, technician_option
from provisioning.control_line import ControlLine, NoDevice
from provisioning.kept_files import PUBLIC, destroy_file, keeping, write_whole
from provisioning.own_box import DEVICE_TOML, OwnBox
from provisioning.refused import Refused
from provisioning.technician_file import TechnicianFile
from provisioning.technician_line import TechnicianLine
from provisioning.telling import Telling
from provisioning.texts import language_here, load_texts
from provisioning.undelivered import Undelivered, count_undelivered
from sync.contract.decommission import Decommission, open_decommission

_PATIENCE_S = 20.0
_AGAIN_S = 0.5
_VISIT_MOST_S = 600.0


class _Answer(msgspec.Struct, frozen=True):
    """`statement`: sync.contract.decommission, empty in a dry run. `lost`: rows that are not held there."""

    statement: str
    lost: int


@click.command()
@click.option(
    "--lose",
    type=click.IntRange(0),
    default=0,
    help="rows and sealed blobs that may be lost, at most; 0 by default",
)
@box_option
@technician_option
@act_options
def decommission(
    *,
    lose: int,
    folder: Path,
    technician: Path,
    dry_run: bool,
    assumed: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """End the service of the device on this machine, once all it recorded has arrived. Needs the network."""
    telling = Telling(load_texts(lang or language_here()), as_json=as_json, assumed=assumed)
    with telling.refusals():
        who = TechnicianFile.read(technician)
        box = OwnBox.read(folder)
        receipt = receipt_path(box.folder, box.device)
        if receipt.exists():
            said = _kept(box, who, receipt)
            with keeping(box.key.parent):
                destroy_file(box.key)  # a run that was killed may have left it
            telling.say("decommission.already", device=box.device, at=said.at, file=receipt)
            telling.result({"device": box.device, "at": said.at, "receipt": str(receipt)})
            return
        line = box.line(who)
        missing = _counted(box, lose)
        telling.say("decommission.what", device=box.device)
        if missing.number:
            telling.say("decommission.losing", rows=missing.rows, blobs=missing.blobs)
        _ask(line, box.device, missing, lose=lose, dry_run=True)
        if dry_run:
            telling.say("act.was_dry")
            telling.result(
                {"device": box.device, "rows": missing.rows, "blobs": missing.blobs, "dry_run": True}
            )
            return
        telling.ask("decommission.ask")
        with _paused(box) as window:
            if window is not None:
                _wait_until_nobody_is_served(window, telling)
            answer = _ask(line, box.device, _settled(box, lose), lose=lose, dry_run=False)
            said = _proven(line, box, who, answer.statement)
            with keeping(box.folder):
                write_whole(receipt, answer.statement.encode("ascii") + b"\n", PUBLIC)
            with keeping(box.key.parent):
                destroy_file(box.key)
        telling.say("decommission.done", device=box.device, file=receipt)
        telling.result({"device": box.device, "at": said.at, "lost": said.lost, "receipt": str(receipt)})


def _counted(box: OwnBox, lose: int) -> Undelivered:
    """What has not arrived. Raises Refused when it is more than may be lost."""
    missing = count_undelivered(box.folder, box.receipts)
    if missing.number > lose:
        raise Refused("decommission.undelivered", rows=missing.rows, blobs=missing.blobs, folder=box.folder)
    return missing


def _settled(box: OwnBox, lose: int) -> Undelivered:
    """As `_counted`, with some patience: what came in while the question stood is on its way."""
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return _counted(box, lose)
        except Refused:
            if time.monotonic() > until_s:
                raise
            time.sleep(_AGAIN_S)


def _ask(line: TechnicianLine, device: str, missing: Undelivered, *, lose: int, dry_run: bool) -> _Answer:
    wanted: dict[str, Any] = {"logs": missing.heads, "lose": lose, "dry_run": dry_run}
    path = f"/api/v1/devices/{quote(device, safe='')}/decommission"
    return line.post(path, msgspec.json.encode(wanted), _Answer)


def _proven(line: TechnicianLine, box: OwnBox, who: TechnicianFile, statement: str) -> Decommission:
    try:
        return open_decommission(statement, device=box.device, keys=box.province_keys(who))
    except ContractError as error:
        raise Refused("decommission.bad_statement", url=line.url, why=str(error)) from None


def _kept(box: OwnBox, who: TechnicianFile, receipt: Path) -> Decommission:
    try:
        statement = receipt.read_text("ascii").strip()
        return open_decommission(statement, device=box.device, keys=box.province_keys(who))
    except (OSError, ValueError, ContractError) as error:
        raise Refused("act.no_box", file=receipt, why=str(error)) from None


def _wait_until_nobody_is_served(window: ControlLine, telling: Telling) -> None:
    """A visit that had begun goes on in a paused window, and its last row is yet to come. Raises Refused."""
    until_s = time.monotonic() + _VISIT_MOST_S
    told = False
    while window.ask(TechnicianVerb.SHOW)["serving"]:
        if time.monotonic() > until_s:
            raise Refused("decommission.serving", minutes=int(_VISIT_MOST_S // 60))
        if not told:
            telling.say("decommission.waiting")
            told = True
        time.sleep(_AGAIN_S)


@contextlib.contextmanager
def _paused(box: OwnBox) -> Iterator[ControlLine | None]:
    """The window takes no new invitations meanwhile, if its process runs; after a failure it goes on.

    None where it does not run.
    """
    line = ControlLine(box.configs / DEVICE_TOML) if (box.configs / DEVICE_TOML).exists() else None
    paused = False
    if line is not None:
        with contextlib.suppress(NoDevice):  # it is off: nothing new can come
            line.ask(TechnicianVerb.PAUSE)
            paused = True
    done = False
    try:
        yield line if paused else None
        done = True
    finally:
        if paused and line is not None and not done:
            with contextlib.suppress(NoDevice):
                line.ask(TechnicianVerb.RESUME)
