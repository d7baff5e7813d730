"""Texts without a device: `python -m ui check PACK…`, `sheet --out DIR` and `config FILE`; JSON on stdout."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from device.configuration import read_configuration
from device.errors import ChuangpingError, ConfigError
from device.settings import DeviceConfig, UiSection
from ui.contact_sheets import Sheets
from ui.gallery import draw
from ui.pack_check import Problem, problems, untranslated
from ui.texts import CHINESE, ENGLISH, find_pack, load_texts, shipped

SIZES = ("1024x600", "800x480", "1280x800", "600x1024")
"""The screens the product is laid out for, in pixels."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ui")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check")
    check.add_argument("packs", nargs="*")
    sheet = commands.add_parser("sheet")
    sheet.add_argument("--out", type=Path, required=True)
    sheet.add_argument("packs", nargs="*")
    one = commands.add_parser("draw")  # one size: Kivy has one window in a process
    one.add_argument("--size", choices=SIZES, required=True)
    one.add_argument("--out", type=Path)
    one.add_argument("packs", nargs="*")
    config = commands.add_parser("config")  # the packs that a device.toml names, as the device reads them
    config.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    try:
        match options.command:
            case "config":
                return _config(options.file)
            case "check":
                return _check(options.packs or list(shipped()))
            case "sheet":
                return _sheet(options.packs or list(shipped()), options.out)
            case _:
                return _draw(options.packs or list(shipped()), options.size, options.out)
    except (ChuangpingError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code if isinstance(error, ChuangpingError) else 74


def _config(file: Path) -> int:
    section = read_configuration(file, DeviceConfig, "device").ui
    wrong: list[str] = []
    if section.display != "none":  # which has nothing to show words on, and reads no pack
        try:
            load_texts(section)
        except ConfigError as error:
            wrong = error.problems
    _say({"problems": wrong})
    return 1 if wrong else 0


def _check(packs: list[str]) -> int:
    found: list[Problem] = []
    notes: list[Problem] = []
    whole: dict[str, str] = {}
    for pack in packs:
        name, document = _pack(pack)
        wrong = problems(name, document)
        found += wrong
        if wrong:
            continue  # it cannot be drawn
        whole[_language(pack)] = name
        still = untranslated(name, document)
        reviewed = tomllib.loads(document)["pack"]["reviewed"]
        (found if reviewed else notes).extend(still)
    fitting = [pack for pack in packs if _language(pack) in whole]
    # A text that is too long is told once for a size, however many screens it is on.
    told = {
        (whole[str(sample["language"])], size, text): str(sample["screen"])
        for size in SIZES
        if fitting
        for sample in reversed(_drawn(fitting, size, None))
        for text in sample["cut"]
    }
    found += [
        Problem(name, screen, "long", {"size": size, "text": text})
        for (name, size, text), screen in sorted(told.items())
    ]
    _say({"problems": [_told(problem) for problem in found], "notes": [_told(note) for note in notes]})
    return 1 if found else 0


def _sheet(packs: list[str], out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    sheets = [out / sheet for size in SIZES for sheet in _drawn_sheets(packs, size, out)]
    index = out / "index.html"
    rows = "".join(
        f'<h2>{sheet.stem}</h2><p><a href="{sheet.name}"><img src="{sheet.name}" width="960"></a></p>\n'
        for sheet in sorted(sheets)
    )
    index.write_text(f'<!doctype html><meta charset="utf-8"><title>chuangping</title>\n{rows}', "utf-8")
    _say({"index": str(index), "sheets": len(sheets)})
    return 0


def _draw(packs: list[str], size: str, out: Path | None) -> int:
    width, height = map(int, size.split("x"))
    languages, folder = _languages(packs)
    # The hall's languages: Chinese, one more on the tiles, the one that is drawn.
    sheets = Sheets(out, size) if out else None
    hall = tuple(dict.fromkeys((*languages, CHINESE, ENGLISH)))
    book = load_texts(UiSection(languages=hall, unreviewed=hall, packs=folder))
    for sample in draw(book, languages, width, height):
        if sheets:
            sheets.add(sample)
        _say({"language": sample.language, "screen": sample.name, "cut": list(sample.cut)})
    for written in sheets.write() if sheets else ():
        _say({"sheet": written.name})
    return 0


def _languages(packs: list[str]) -> tuple[list[str], Path | None]:
    """The languages of `packs`, and the folder of the files among them."""
    files = [Path(pack) for pack in packs if _is_file(pack)]
    if len({file.parent for file in files}) > 1:
        raise ConfigError([f"{', '.join(map(str, files))}: name files of one folder at a time"])
    return [_language(pack) for pack in packs], files[0].parent if files else None


def _pack(pack: str) -> tuple[str, str]:
    languages, folder = _languages([pack])
    found = find_pack(languages[0], folder)
    if found is None:
        there = ", ".join(shipped())
        raise ConfigError([f'there is no pack "{pack}"; there are: {there}, or name a .toml file'])
    return found


def _language(pack: str) -> str:
    return Path(pack).stem if _is_file(pack) else pack


def _is_file(pack: str) -> bool:
    return pack.endswith(".toml")


def _drawn(packs: list[str], size: str, out: Path | None) -> list[dict[str, list[str]]]:
    """What the process that draws `size` says, line by line. Raises ChuangpingError when it fails."""
    command = [sys.executable, "-m", "ui", "draw", "--size", size, *packs]
    if out:
        command += ["--out", str(out)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise ChuangpingError(f"the screens of {size} could not be drawn; what is wrong stands above")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _drawn_sheets(packs: list[str], size: str, out: Path) -> list[str]:
    return [str(line["sheet"]) for line in _drawn(packs, size, out) if "sheet" in line]


def _told(problem: Problem) -> dict[str, object]:
    return {"pack": problem.pack, "key": problem.key, "kind": problem.kind, **problem.facts}


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
