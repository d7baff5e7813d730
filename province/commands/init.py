"""`province init`: a province in a folder, or one brought up to date."""

from __future__ import annotations

from pathlib import Path

import click

from device.clock import SystemClock
from province.commands.options import Folder
from province.errors import InUse
from province.folder import ProvinceFolder
from province.settings import read_province_configuration
from province.store.database import Database


@click.command()
@click.option("--dir", "folder", type=Folder, required=True)
@click.option(
    "--mqtt-port", type=click.IntRange(1, 65535), required=True, help="the broker's port for devices"
)
@click.option(
    "--worker-port",
    type=click.IntRange(1, 65535),
    help="the broker's port for workers and auditors; the one beside --mqtt-port if not given",
)
@click.option("--web-port", type=click.IntRange(1, 65535), required=True, help="port of the page and API")
@click.option(
    "--device-port",
    type=click.IntRange(1, 65535),
    help="port that devices reach over HTTPS; the one beside --web-port if not given",
)
@click.option("--phone-url", help="where citizens' phones reach the page")
@click.option("--host", default="127.0.0.1", show_default=True, help="address that all listen on")
def init(
    *,
    folder: Path,
    mqtt_port: int,
    worker_port: int | None,
    web_port: int,
    device_port: int | None,
    phone_url: str | None,
    host: str,
) -> None:
    """Make a province in a folder: CA, keys, broker configuration, province.toml, database.

    What exists is kept; run again, it brings the ports up to date.
    """
    files = ProvinceFolder(folder)
    now = SystemClock().now().wall
    files.make(
        host=host,
        mqtt_port=mqtt_port,
        worker_port=worker_port,
        web_port=web_port,
        device_port=device_port,
        phone_url=phone_url,
        now=now,
    )
    config = read_province_configuration(files.config)
    try:
        with Database(config.database.url):
            pass
    except InUse:
        click.echo("the province runs; its database is left to it", err=True)
    if files.case_key.exists():
        click.echo(
            f"{files.case_key}: opens what citizens leave; give it to the case role, off this machine",
            err=True,
        )
    click.echo(str(files.config))
