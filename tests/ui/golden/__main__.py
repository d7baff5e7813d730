"""Accept the screens as they are drawn now: look at them before they are committed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.ui.golden.gallery import GLASSES, accept, kept
from tests.ui.sittings import Sittings


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        sittings = Sittings(Path(folder))
        for glass in GLASSES:
            drawn = {screen.name: screen for screen in sittings.of(glass)}
            count = accept(glass, ((name, drawn[name].picture) for name in kept(glass)))
            sys.stdout.write(f"{glass}: {count} pictures\n")


if __name__ == "__main__":
    main()
