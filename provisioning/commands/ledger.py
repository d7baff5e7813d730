"""`chuangping ledger`: prove, export and count a ledger, without writing to it, also while it is in use."""

from __future__ import annotations

import csv
import itertools
import json
import sys
from pathlib import Path

import click

from device.errors import LedgerError
from device.faults import Fault
from device.ledger.reader import LedgerReader
from device.ledger.statistics import Statistics, count
from device.ledger.verify import Verdict, verify_all

_file = click.argument("file", type=click.Path(path_type=Path))
_json = click.option("--json", "as_json", is_flag=True, help="print JSON")

_COLUMNS = [
    *("log_id", "seq", "kind", "visit", "replaces", "outcome", "level", "indicators"),
    *("project_no", "service_no", "assessment", "task_code", "task_name"),
    *("window", "assignment", "clerk", "channel", "input", "language"),
    *("at", "invited_at", "clock", "boot", "mono_ms", "flags", "hash"),
]


@click.group()
def ledger() -> None:
    """Look at a ledger (ratings.db)."""


@ledger.command()
@_file
@_json
def verify(file: Path, as_json: bool) -> None:
    """Prove the whole chain of FILE. Exit code 1 names the first bad row."""

    thousands = itertools.count(1)

    def progress(seq: int) -> None:
        if next(thousands) % 100 == 0 and sys.stderr.isatty():
            click.echo(f"row {seq} …", err=True)

    try:
        with LedgerReader(file) as reader:
            verdict = verify_all(reader, progress)
    except LedgerError as error:
        if error.fault != Fault.LEDGER_DAMAGED:
            raise
        click.echo(f"{error}; not one row can be read", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(_verdict_values(file, verdict)))
    else:
        click.echo(_verdict_sentence(file, verdict), err=verdict.why is not None)
        for trigger in verdict.missing_triggers:
            click.echo(
                f"{file}: the trigger {trigger} is missing or was changed by other software",
                err=True,
            )
        for seq in verdict.blobs_missing:
            click.echo(f"{file}: row {seq} names a sealed blob that is neither held nor receipted", err=True)
    if not _holds(verdict):
        sys.exit(1)


def _holds(verdict: Verdict) -> bool:
    return verdict.why is None and not verdict.missing_triggers and not verdict.blobs_missing


def _verdict_values(file: Path, verdict: Verdict) -> dict[str, object]:
    return {
        "file": str(file),
        "ok": _holds(verdict),
        "log_id": verdict.head.log_id,
        "rows": verdict.rows,
        "floor_seq": verdict.floor_seq,
        "head_seq": verdict.head.seq,
        "head": verdict.head.hash,
        "bad_seq": verdict.bad_seq,
        "why": verdict.why,
        "missing_triggers": list(verdict.missing_triggers),
        "blobs_missing": list(verdict.blobs_missing),
    }


def _verdict_sentence(file: Path, verdict: Verdict) -> str:
    if verdict.why is None:
        since = f" after row {verdict.floor_seq}, where retention stands" if verdict.floor_seq else ""
        return f"{file}: unbroken, {verdict.rows} rows{since}; head {verdict.head.seq} {verdict.head.hash}"
    if verdict.bad_seq is None:
        return f"{file}: all {verdict.rows} rows hold, but the file around them is damaged: {verdict.why}"
    return (
        f"{file}: row {verdict.bad_seq} is bad: {verdict.why}; {verdict.rows} rows before it hold."
        " Keep the file as it is and tell the province's operator."
    )


@ledger.command()
@_file
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
def export(file: Path, form: str) -> None:
    """Write every row of FILE to standard output, in order, as UTF-8."""
    # Whatever the locale, and with the line ends as written: the csv writer makes its own.
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    with LedgerReader(file) as reader:
        log_id = reader.log().log_id
        if form == "jsonl":
            for row in reader.rows():
                line = json.dumps({"log_id": log_id, "row": row.row()}, ensure_ascii=False)
                sys.stdout.write(line + "\n")
        else:
            table = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore")
            table.writeheader()
            for row in reader.rows():
                fields = row.row()
                lists = {name: " ".join(fields.get(name) or []) for name in ("indicators", "flags")}
                table.writerow({"log_id": log_id, **(fields.get("handling") or {}), **fields, **lists})
    sys.stdout.flush()  # here, where a full disk is still an error of this command


@ledger.command()
@_file
@_json
def stats(file: Path, as_json: bool) -> None:
    """Count the outcomes in FILE: each visit once, by its last row."""
    with LedgerReader(file) as reader:
        figures = count(reader)
    if as_json:
        click.echo(json.dumps(_figures(figures)))
        return
    click.echo(f"log {figures.log_id}: {figures.rows} rows, {figures.visits} visits")
    for outcome, number in figures.outcomes.items():
        click.echo(f"  {outcome:<12}{number:>8}")
    for level, number in figures.levels.items():
        click.echo(f"  level {level:<6}{number:>8}")


def _figures(figures: Statistics) -> dict[str, object]:
    return {
        "log_id": figures.log_id,
        "rows": figures.rows,
        "visits": figures.visits,
        "outcomes": figures.outcomes,
        "levels": {str(level): number for level, number in figures.levels.items()},
    }
