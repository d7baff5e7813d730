"""`province quarantine` and `admit`: what contradicts the logs, and letting it in on a person's word."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import click

from province.commands.options import Commands, OfficeOf, config_option, json_option, reading
from province.store import admissions, quarantine, sealed


@click.group("quarantine", cls=Commands)
def quarantined() -> None:
    """Batches that contradict what is committed."""


@quarantined.command("list")
@config_option
@json_option
def list_quarantine(path: Path, as_json: bool) -> None:
    """Show every batch and sealed blob in quarantine, and which rows were admitted by whom."""
    with reading(path) as connection:
        kept, let_in = quarantine.batches(connection), admissions.all_admissions(connection)
        aside = sealed.asides(connection)
    if as_json:
        entries: dict[str, list[Any]] = {"batches": kept, "admissions": let_in, "sealed": aside}
        click.echo(json.dumps({k: [dataclasses.asdict(e) for e in v] for k, v in entries.items()}, indent=1))
        return
    for batch in kept:
        click.echo(
            f"{batch.id}  {batch.received_at}  {batch.device}"
            f"  log {batch.log_id}  rows {batch.first}-{batch.last}"
        )
    for blob in aside:
        click.echo(
            f"sealed  {blob.received_at}  {blob.device}"
            f"  log {blob.log_id}  row {blob.seq} does not name {blob.sha256}"
        )
    for one in let_in:
        click.echo(f"admitted {one.at} by {one.by}: log {one.log_id} rows {one.first}-{one.last}")


def admit_command(office_of: OfficeOf) -> click.Command:
    """`admit`; `office_of` opens the office of a configuration."""

    @click.command()
    @config_option
    @click.option("--log", "log_id", required=True, help="the log, as `quarantine list` shows it")
    @click.option("--from", "first", type=click.IntRange(1), required=True, help="first row to admit")
    @click.option("--to", "last", type=click.IntRange(1), required=True, help="last row to admit")
    @click.option("--by", required=True, help="name of the person who answers for it; kept with the time")
    def admit(path: Path, log_id: str, first: int, last: int, by: str) -> None:
        """Admit rows of the quarantine: they are held and counted like all others."""
        with office_of(path) as office:
            rows = office.admit(log_id, first=first, last=last, by=by)
        click.echo(f"{rows} rows admitted")

    return admit
