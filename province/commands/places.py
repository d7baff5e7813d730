"""`places`: a table taken over, places shown."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path

import click

from province.commands.options import SHOWN, OfficeOf, config_option, json_option, lang_option, reading
from province.places.encoding import ENCODINGS, MOST_MB
from province.places.fault import Fault, PlacesError
from province.places.plan import Part, Plan, rows_of
from province.places.table import read_table, write_table
from province.places.texts import choose_language, text_of
from province.store import places as placing


def places_commands(main: click.Group, *, office_of: OfficeOf) -> None:
    """Add `places` to `main`; `office_of` opens the office of a configuration."""

    @main.group(cls=type(main))
    def places() -> None:
        """Organisations, halls and windows."""

    @places.command("import")
    @click.argument("file", type=click.Path(path_type=Path))
    @config_option
    @click.option("--dry-run", is_flag=True, help="only say what would change")
    @click.option(
        "--encoding", type=click.Choice(ENCODINGS), default="auto", show_default=True, help="of FILE"
    )
    @lang_option
    @json_option
    def take_over(
        *, path: Path, file: Path, dry_run: bool, encoding: str, lang: str | None, as_json: bool
    ) -> None:
        """Take over a CSV file, all of it or nothing; what it leaves out stays as it is."""
        language = choose_language(lang, os.environ)
        rows, faults = read_table(_content(file, language), encoding=encoding, language=language)
        if faults:
            if as_json:
                click.echo(
                    _as_json({"faults": [_fault(fault, language) for fault in sorted(faults, key=_line)]})
                )
            raise PlacesError(faults, language)
        with office_of(path) as office:
            planned = office.import_places(rows, dry_run=dry_run)
        if as_json:
            click.echo(_as_json({"dry_run": dry_run, **planned.to_json()}))
            return
        for line in _said(planned, language):
            click.echo(line)
        if dry_run:
            click.echo(text_of(language, "was_dry"), err=True)

    @places.command("list")
    @config_option
    @click.option("--csv", "as_csv", is_flag=True, help="as the table that `places import` takes")
    @lang_option
    @json_option
    def show(path: Path, as_csv: bool, lang: str | None, as_json: bool) -> None:
        """Show every organisation, hall and window."""
        with reading(path) as connection:
            found = placing.all_places(connection)
        if as_csv:
            click.echo(write_table(rows_of(found), language=choose_language(lang, os.environ)), nl=False)
        elif as_json:
            parts = found._asdict().items()
            click.echo(_as_json({kind: [dataclasses.asdict(o) for o in by.values()] for kind, by in parts}))
        else:
            for row in rows_of(found):
                click.echo(
                    f"{row.organisation_code or '-'} {row.organisation}  {row.hall_code} {row.hall}"
                    f"  {row.window_code} {row.window_number} {row.window_name}".rstrip()
                )

    @places.command()
    @lang_option
    def template(lang: str | None) -> None:
        """Print the first line of the table, for a spreadsheet."""
        click.echo(write_table([], language=choose_language(lang, os.environ)), nl=False)


def _content(file: Path, language: str) -> bytes:
    try:
        with file.open("rb") as opened:
            # One byte more than may be shows that there is more, without reading a disk full.
            return opened.read(MOST_MB * 1024 * 1024 + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise PlacesError([Fault(1, "unreadable", facts={"why": f"{file}: {why}"})], language) from None


def _said(planned: Plan, language: str) -> Iterator[str]:
    parts = {"organisations": planned.organisations, "halls": planned.halls, "windows": planned.windows}
    for name, part in parts.items():
        kind = text_of(language, name)
        lines = list(_lines(part, kind, language))
        yield from lines[:SHOWN]
        if len(lines) > SHOWN:
            yield text_of(language, "more", number=len(lines) - SHOWN)
    for name, part in parts.items():
        counts = {"added": len(part.added), "changed": len(part.changed), "left_out": len(part.left_out)}
        yield text_of(language, "summary", kind=text_of(language, name), same=part.same, **counts)


def _lines(part: Part, kind: str, language: str) -> Iterator[str]:
    for one in part.changed:
        changes = ", ".join(f"{name} {old or '-'} → {new or '-'}" for name, (old, new) in one.fields.items())
        yield text_of(language, "changed", kind=kind, code=one.code, changes=changes)
    for code in part.left_out:
        yield text_of(language, "left_out", kind=kind, code=code)
    for code in part.added:
        yield text_of(language, "added", kind=kind, code=code)


def _fault(fault: Fault, language: str) -> dict[str, object]:
    return {"line": fault.line, "column": fault.column, "code": fault.code, "reason": fault.reason(language)}


def _line(fault: Fault) -> int:
    return fault.line


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
