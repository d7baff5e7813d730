"""The file with the labels: PDF or PNG, each label alone or all on sheets."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from provisioning.labels.bitmap import png
from provisioning.labels.drawing import Drawing
from provisioning.labels.paper import Sheet, on_sheets
from provisioning.refused import Refused


@dataclass(frozen=True, slots=True)
class Output:
    """The file asked for. `start`: the first label of the sheet that is not used up, from 1."""

    file: Path
    size: Sheet
    sheet: bool = False
    start: int | None = None
    marks: bool = False

    def write(self, labels: Sequence[Drawing]) -> int:
        """Writes the labels, whole or not at all; the number of pages. Raises Refused, OSError."""
        if self.start is not None and not self.sheet:
            raise Refused("label.start_sheet")
        pages = labels
        if self.sheet:
            first = 1 if self.start is None else self.start
            pages = on_sheets(labels, self.size, start=first, marks=self.marks)
        content = self._content(pages)
        beside = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            beside.write_bytes(content)
            beside.replace(self.file)
        finally:
            beside.unlink(missing_ok=True)
        return len(pages)

    def _content(self, pages: Sequence[Drawing]) -> bytes:
        match self.file.suffix.lower():
            case ".pdf":
                if find_spec("fpdf") is None:
                    raise Refused("label.no_pdf")
                # Devices are installed without the extra; pictures are made without it too.
                from provisioning.labels.document import pdf  # noqa: PLC0415

                return pdf(pages)
            case ".png":
                if len(pages) != 1:
                    raise Refused("label.one_page", pages=len(pages))
                return png(pages[0])
            case _:
                raise Refused("label.out_kind", out=self.file)
