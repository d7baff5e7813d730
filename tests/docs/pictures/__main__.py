"""`python -m tests.docs.pictures [zh] [en]`: the pictures of docs/technician.md, in the languages named."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from PIL import Image

from tests.docs.pages import ROOT
from tests.docs.pictures.machine import Machine
from tests.docs.pictures.story import Story

LANGUAGES = {"zh": ("zh_CN.UTF-8", "zh-CN"), "en": ("en_GB.UTF-8", "en")}
FOLDER = ROOT / "docs" / "pictures" / "technician"
COLOURS = 64


def main() -> None:
    """Tell the story in each language, and keep its pictures."""
    parser = argparse.ArgumentParser(prog="scripts/pictures", description=__doc__)
    parser.add_argument("languages", nargs="*", choices=[[], *LANGUAGES], metavar="LANGUAGE")
    asked = parser.parse_args().languages or [*LANGUAGES]
    with tempfile.TemporaryDirectory(prefix="chuangping-pictures-", ignore_cleanup_errors=True) as name:
        machine = Machine(Path(name) / "machine")
        machine.prepare()
        for language in asked:
            locale, tag = LANGUAGES[language]
            folder, out = Path(name) / language, FOLDER / language
            folder.mkdir()
            out.mkdir(parents=True, exist_ok=True)

            def keep(name: str, picture: Image.Image, out: Path = out) -> None:
                small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                small.save(out / f"{name}.png", optimize=True)

            Story(folder, machine, locale=locale, language=tag, keep=keep).tell()
            machine.leave()


if __name__ == "__main__":
    main()
