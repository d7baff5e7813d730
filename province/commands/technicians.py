"""The commands of technicians: who they are, what they rescued, and rescues that come on a stick."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import click

from device.clock import SystemClock
from device.errors import ConfigError, ContractError
from province.ca import TECHNICIAN, CertificateAuthority
from province.commands.options import config_option, json_option, lang_option, reading
from province.commands.texts import Sentences, day
from province.errors import Declined
from province.folder import SECRET, write_whole
from province.settings import ProvinceConfig, read_province_configuration
from province.store import rescues, technicians
from province.technicians import TechnicianOffice
from sync.contract.rescue_file import FILE_BYTES, RescueFile, read_rescue_file
from sync.contract.topics import check_device_id

OfficeOf = Callable[[Path], contextlib.AbstractContextManager[TechnicianOffice]]

FILE = "technician.pem"


def technicians_commands(main: click.Group, *, office_of: OfficeOf) -> None:
    """Add `technicians` and `rescue` to `main`; `office_of` opens the office of a configuration."""
    main.add_command(_technicians(type(main), office_of))
    main.add_command(_rescue(type(main), office_of))


def _technicians(kind: type[click.Group], office_of: OfficeOf) -> click.Group:
    @click.group(name="technicians", cls=kind)
    def group() -> None:
        """Who may act for the province in the halls."""

    @group.command()
    @config_option
    @click.argument("name")
    @click.option(
        "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="folder, as of a stick"
    )
    @lang_option
    def add(path: Path, name: str, out: Path, lang: str | None) -> None:
        """Make a technician: certificate and key in one file, technician.pem, for their stick."""
        sentences, file = Sentences(lang), out / FILE
        if file.exists():
            raise Declined("file_there", sentences.say("technician.file_there", file=file))
        ca = _authority(path, read_province_configuration(path))
        try:
            common_name = check_device_id(TECHNICIAN + name)
        except ContractError as error:
            raise Declined("name", sentences.say("technician.name", name=name, why=error)) from None
        issued = ca.issue_client(common_name, SystemClock().now().wall)
        with sentences.refusing("technician", name=name), office_of(path) as office:
            made = office.add(issued.certificate.decode("ascii"))
            # Written last: a file of nobody would be carried into a hall before it is found out.
            out.mkdir(parents=True, exist_ok=True)
            write_whole(file, issued.certificate + issued.key + ca.pem[0], SECRET)
        click.echo(made)
        click.echo(sentences.say("technician.made", file=file, name=made), err=True)

    @group.command("list")
    @config_option
    @json_option
    @lang_option
    def show(path: Path, as_json: bool, lang: str | None) -> None:
        """Show every technician, and since when one may act no more."""
        with reading(path) as connection:
            found = technicians.all_technicians(connection)
        if as_json:
            kept = [{n: v for n, v in dataclasses.asdict(t).items() if n != "certificate"} for t in found]
            click.echo(json.dumps(kept, ensure_ascii=False, indent=1))
            return
        sentences = Sentences(lang)
        for one in found:
            text = "technician.line_disabled" if one.disabled_at else "technician.line"
            click.echo(
                sentences.say(text, name=one.name, made=day(one.made_at), disabled=day(one.disabled_at))
            )

    @group.command()
    @config_option
    @click.argument("name")
    @lang_option
    def disable(path: Path, name: str, lang: str | None) -> None:
        """Let a technician act no more, from this moment."""
        sentences = Sentences(lang)
        with sentences.refusing("technician", name=name), office_of(path) as office:
            office.disable(name)
        click.echo(sentences.say("technician.disabled", name=name), err=True)

    return group


def _rescue(kind: type[click.Group], office_of: OfficeOf) -> click.Group:
    @click.group(name="rescue", cls=kind)
    def group() -> None:
        """What technicians brought off the cards of dead devices."""

    @group.command()
    @config_option
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @json_option
    def take(path: Path, file: Path, as_json: bool) -> None:
        """Take FILE, which `chuangping rescue --out` wrote; the same again brings nothing more."""
        brought = _read(file)
        rows = aside = blobs = 0
        with office_of(path) as office:
            for number, statement in enumerate(brought.statements, start=1):
                taken = office.take(statement)
                rows, aside, blobs = rows + taken.rows, aside + taken.aside, blobs + taken.blobs
                click.echo(f"{number}/{len(brought.statements)}", err=True)
        if as_json:
            click.echo(json.dumps({"device": brought.device, "rows": rows, "aside": aside, "blobs": blobs}))
            return
        click.echo(f"device {brought.device}: {rows} rows and {blobs} sealed blobs are new here")
        if aside:
            click.echo(f"{aside} rows contradict what is held; see `chuangping province quarantine list`")

    @group.command("list")
    @config_option
    @json_option
    def show(path: Path, as_json: bool) -> None:
        """Show who brought which rows, when."""
        with reading(path) as connection:
            found = rescues.all_rescues(connection)
        if as_json:
            click.echo(json.dumps([dataclasses.asdict(one) for one in found], indent=1))
            return
        for one in found:
            where = "blobs" if one.first is None else f"rows {one.first}-{one.last}"
            click.echo(
                f"{one.at}  {one.technician}  {one.device}  log {one.log_id}  {where}:"
                f" {one.rows} new, {one.aside} aside, {one.blobs} blobs"
            )

    return group


def _authority(path: Path, config: ProvinceConfig) -> CertificateAuthority:
    if config.ca.key is None:
        raise ConfigError([f"{path}: ca.key: is not set; technicians are made where the CA's key is"])
    return CertificateAuthority.load(_content(config.broker.ca), _content(config.ca.key))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from None


def _read(file: Path) -> RescueFile:
    try:
        with file.open("rb") as opened:
            return read_rescue_file(opened.read(FILE_BYTES + 1))
    except OSError as error:
        raise Declined("unreadable", f"{file}: cannot be read: {error.strerror}") from None
    except ContractError as error:
        raise Declined("unreadable", f"{file}: is no file of a rescue: {error}") from None
