"""The pages of the documentation, as tests read them: sections, tables, code, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file, by its path from the project's root."""

    path: str

    @property
    def text(self) -> str:
        """All of it."""
        return (ROOT / self.path).read_text("utf-8")

    @property
    def prose(self) -> str:
        """All of it but the fenced code."""
        return _FENCE.sub("", self.text)

    def code(self) -> list[str]:
        """The fenced blocks of code."""
        return _FENCE.findall(self.text)

    def links(self) -> list[str]:
        """Where the links lead that stay in the project, without `#` and what follows it."""
        targets = re.findall(r"\]\(([^)\s]+)\)", self.prose)
        inner = [t.partition("#")[0] for t in targets if "://" not in t]
        return [t for t in inner if t]

    def named(self) -> list[str]:
        """What stands in backticks."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def section(self, heading: str) -> str:
        """The text under the heading that begins with `heading`, up to the next one that is not below it."""
        found = re.search(rf"^(#+) {re.escape(heading)}[^\n]*\n", self.text, re.MULTILINE)
        assert found, f"{self.path} has no heading that begins with {heading!r}"
        rest = self.text[found.end() :]
        end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
        return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """The cells of every table row in `text` but the headings of the tables."""
    found = []
    for line in text.splitlines():
        if line.startswith("|"):
            # \| is a bar within a cell.
            cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
            found.append(cells)
    ruled = [n for n, cells in enumerate(found) if all(re.fullmatch(r":?-+:?", c) for c in cells)]
    return [cells for n, cells in enumerate(found) if n not in ruled and n + 1 not in ruled]


def every_page() -> list[Page]:
    """The READMEs, the changelog and all of docs/."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return [Page(str(file.relative_to(ROOT))) for file in sorted(files)]
