"""`province devices`: those registered, added by hand, shown, and where each has stood."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from device.clock import SystemClock
from device.errors import ConfigError
from province.ca import CertificateAuthority, certificate_pem
from province.commands.options import (
    Commands,
    File,
    Folder,
    OfficeOf,
    bytes_of,
    config_option,
    json_option,
    reading,
)
from province.folder import PUBLIC, write_whole
from province.roster import read_roster
from province.settings import read_province_configuration
from province.steering import known
from province.store import registry, renewals


def devices_commands(office_of: OfficeOf) -> click.Group:
    """`devices add|list|show`; `office_of` opens the office of a configuration."""

    @click.group(cls=Commands)
    def devices() -> None:
        """The registered devices."""

    devices.add_command(_add(office_of))
    devices.add_command(_list)
    devices.add_command(_show)
    return devices


def _add(office_of: OfficeOf) -> click.Command:
    @click.command()
    @config_option
    @click.option("--csr", type=File, required=True, help="the device's signing request (PEM)")
    @click.option("--window", required=True, help="code of the window it stands at")
    @click.option("--assignment", type=click.IntRange(min=1), required=True, help="number of the assignment")
    @click.option("--out", type=Folder, required=True)
    def add(path: Path, csr: Path, window: str, assignment: int, out: Path) -> None:
        """Sign a device's request, register the device, write device.crt, ca.crt and keys.jws to a folder."""
        config = read_province_configuration(path)
        if config.ca.key is None:
            raise ConfigError([f"{path}: ca.key: is not set; devices are added where the CA's key is"])
        ca = CertificateAuthority.load(bytes_of(config.broker.ca), bytes_of(config.ca.key))
        certificate = certificate_pem(ca.sign_device(bytes_of(csr), SystemClock().now().wall))
        key_set = bytes_of(config.ca.key_set)
        with office_of(path) as office:
            name = office.add_device(certificate.decode("ascii"), window=window, assignment=assignment)
        out.mkdir(parents=True, exist_ok=True)
        for file, content in (("device.crt", certificate), ("ca.crt", ca.pem[0]), ("keys.jws", key_set)):
            write_whole(out / file, content, PUBLIC)
        click.echo(name)

    return add


@click.command("list")
@config_option
@json_option
def _list(path: Path, as_json: bool) -> None:
    """Show every registered device."""
    with reading(path) as connection:
        entries = read_roster(connection)
        asking = renewals.waiting(connection)
    if as_json:
        asked = {device: entry.asked_at for device, entry in asking.items()}
        shown = [{**dataclasses.asdict(e), "renewal_asked_at": asked.get(e.device)} for e in entries]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for e in entries:
        held = sum(log.through for log in e.logs)
        asks = f"  asks for a certificate since {asking[e.device].asked_at}" if e.device in asking else ""
        out = f"  revoked {e.revoked_at[:16]}: {e.revoked_why}" if e.revoked_at else ""
        click.echo(f"{e.device}  window {e.window}  assignment {e.assignment}  rows {held}{asks}{out}")


@click.command("show")
@click.argument("device")
@config_option
@json_option
def _show(path: Path, device: str, as_json: bool) -> None:
    """Show every assignment of a device: number, window, from when until when."""
    with reading(path) as connection:
        known(connection, device)
        found = registry.assignments_of(connection, device)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(f"{one.number}  {one.window}  {one.since_at}  {one.until_at or '-'}")
