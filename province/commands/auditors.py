"""`province auditors`: certificates for those who read along at the broker."""

from __future__ import annotations

from pathlib import Path

import click

from device.clock import SystemClock
from province.commands.options import Commands, Folder, bytes_of, config_option
from province.folder import PUBLIC, SECRET, ProvinceFolder, write_whole
from province.settings import read_province_configuration


@click.group(cls=Commands)
def auditors() -> None:
    """Those who may read everything at the broker, and write nothing."""


@auditors.command("add")
@click.argument("name")
@config_option
@click.option("--out", type=Folder, required=True)
def add_auditor(name: str, path: Path, out: Path) -> None:
    """Make an auditor's certificate and key in a folder. The broker learns of it at SIGHUP."""
    config = read_province_configuration(path)
    issued = ProvinceFolder(path.absolute().parent).add_auditor(name, SystemClock().now().wall)
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / "auditor.key", issued.key, SECRET)
    for file, content in (
        ("auditor.crt", issued.certificate),
        ("ca.crt", bytes_of(config.broker.ca)),
        ("keys.jws", bytes_of(config.ca.key_set)),
    ):
        write_whole(out / file, content, PUBLIC)
    click.echo(f"audit-{name}")
    click.echo("now send the broker SIGHUP: it reads its access lists anew", err=True)
