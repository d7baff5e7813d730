"""`chuangping device`: ask the device process on this machine, over its control socket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from device.technician import TechnicianVerb
from provisioning.control_line import ControlLine
from provisioning.enrolment.units import UNITS_FOLDER
from provisioning.key_trial import try_keys
from provisioning.patience import begun
from provisioning.rating_trial import try_rating
from provisioning.telling import Telling
from provisioning.texts import LANGUAGES, language_here, load_texts

_config = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=UNITS_FOLDER / "device.toml",
    help="its device.toml; /etc/chuangping/device.toml",
)
_json = click.option("--json", "as_json", is_flag=True, help="print JSON")
_lang = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="language of messages; by LANG, else Chinese"
)


@click.group()
def device() -> None:
    """Ask the device that runs on this machine (as root or its own user)."""


@device.command()
@_config
@_json
@_lang
def show(path: Path, as_json: bool, lang: str | None) -> None:
    """Show how the device is: fault, log, settings; never which screen of a visit."""
    _ask(path, TechnicianVerb.SHOW, as_json, lang)


@device.command()
@_config
@_json
@_lang
def pause(path: Path, as_json: bool, lang: str | None) -> None:
    """Pause the window: no new invitations; a visit that is on goes on."""
    _ask(path, TechnicianVerb.PAUSE, as_json, lang)


@device.command()
@_config
@_json
@_lang
def resume(path: Path, as_json: bool, lang: str | None) -> None:
    """End the pause."""
    _ask(path, TechnicianVerb.RESUME, as_json, lang)


@device.command()
@_config
@_json
@_lang
def clean(path: Path, as_json: bool, lang: str | None) -> None:
    """Make screen and keys take nothing for a while, to wipe them; never while somebody is being served."""
    telling = _telling(as_json, lang)
    with telling.refusals():
        begun(ControlLine(path), TechnicianVerb.CLEAN, tell=telling.say)
        telling.say("trial.cleaning")
        telling.result({"cleaning": True})


@device.command()
@_config
@_json
@_lang
def keys(path: Path, as_json: bool, lang: str | None) -> None:
    """Prove every key: the window asks for each, and what is pressed is shown here. Two minutes at most."""
    telling = _telling(as_json, lang)
    with telling.refusals():
        result = try_keys(ControlLine(path), tell=telling.say)
        day = result["proven_on"]
        if day is None:
            telling.say("trial.keys_all_no_day")
        else:
            telling.say("trial.keys_all", day=day)
        telling.result(result)


@device.command()
@_config
@_json
@_lang
def test_rating(path: Path, as_json: bool, lang: str | None) -> None:
    """Give one rating that is marked as a test: from the key to the receipt, and never counted."""
    telling = _telling(as_json, lang)
    with telling.refusals():
        telling.result(try_rating(ControlLine(path), tell=telling.say))


def _telling(as_json: bool, lang: str | None) -> Telling:
    return Telling(load_texts(lang or language_here()), as_json=as_json)


def _ask(path: Path, verb: TechnicianVerb, as_json: bool, lang: str | None) -> None:
    with _telling(as_json, lang).refusals():
        _say(ControlLine(path).ask(verb), as_json)


def _say(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"records    {'yes' if answer['ready'] else 'NO, fault ' + str(answer['fault'])}")
    click.echo(f"warning    {answer['warning'] or '-'}")
    click.echo(f"paused     {'yes' if answer['paused'] else 'no'}")
    click.echo(f"log        {answer['log_id'] or '-'} row {answer['head']}")
    click.echo(f"settings   {answer['settings_version'] or 'as configured'}")
    click.echo(f"window     {answer['window'] or '-'}, assignment {answer['assignment'] or '-'}")
    click.echo(f"keys       {_keys(answer['keys'])}")


def _keys(keys: dict[str, Any] | None) -> str:
    if keys is None:
        return "-"
    if not keys["all_proven"]:
        said = "not all proven"
    else:
        said = f"proven, the oldest proof of {keys['proven_on'] or 'a day not known'}"
    return f"{said}{', OVERDUE' if keys['overdue'] else ''}"
