"""Accept the screens as they are drawn now: look at them before they are committed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.ui.golden.gallery import GLASSES, accept, draw


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for glass in GLASSES:
            kept = accept(glass, draw(glass, Path(folder)))
            sys.stdout.write(f"{glass}: {kept} pictures\n")


if __name__ == "__main__":
    main()
