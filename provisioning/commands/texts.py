"""`chuangping texts`: the words on the screens, for whoever writes, reviews or approves a language."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from provisioning.screen_words import asked
from provisioning.texts import LANGUAGES, Texts, language_here, load_texts

_lang = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="language of messages; by LANG, else Chinese"
)
_json = click.option("--json", "as_json", is_flag=True, help="print JSON")
_packs = click.argument("pack", nargs=-1, metavar="PACK")


@click.group()
def texts() -> None:
    """The words on the screens, by language."""


@texts.command()
@_packs
@_json
@_lang
def check(pack: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Say everything that is wrong with each PACK: a language of the product, or a .toml file.

    All of the product without one. Exit code 1 when anything is wrong. What is still Chinese is told too,
    and is wrong in a pack that says it is reviewed.
    """
    sentences = load_texts(lang or language_here())
    found = asked("check", *pack)
    for problem in found["problems"]:
        click.echo(_sentence(problem, sentences), err=True)
    for note in found["notes"]:
        click.echo(_sentence(note, sentences), err=True)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    elif not found["problems"]:
        click.echo(sentences.say("packs.ok"), err=True)
    sys.exit(1 if found["problems"] else 0)


@texts.command()
@_packs
@click.option("--out", type=click.Path(path_type=Path), required=True, help="folder for the pictures")
@_json
@_lang
def sheet(pack: tuple[str, ...], out: Path, as_json: bool, lang: str | None) -> None:
    """Draw every screen in each PACK, in every size, on contact sheets with an index.html. Some minutes."""
    made = asked("sheet", "--out", str(out), *pack)
    click.echo(load_texts(lang or language_here()).say("packs.drawn", **made), err=True)
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False))


def _sentence(problem: dict[str, str], sentences: Texts) -> str:
    return sentences.say(f"packs.{problem['kind']}", **problem)
