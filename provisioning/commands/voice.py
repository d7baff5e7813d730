"""`chuangping voice`: the recordings that the device speaks with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from provisioning.synthetic_voice import VOICES, make_voice


@click.group()
def voice() -> None:
    """The recordings that the device speaks with."""


@voice.command("make")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="folder; one in it by language")
@click.option("--language", type=click.Choice(sorted(VOICES)), help="of this language only")
def make(out: Path, language: str | None) -> None:
    """Make the synthetic voice anew with espeak-ng: a WAV file for each prompt."""
    for name in (language,) if language else sorted(VOICES):
        made = list(make_voice(name, out))
        sys.stdout.write(f"{name}: {len(made)} recordings in {out / name}\n")
