"""What is wrong with a table of places: where, and why, in the words of its reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from device.errors import ChuangpingError
from province.places.texts import CHINESE, text_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `line`: counted from 1 as an editor does; `column`: its name, if one is at fault.

    `code`: for programs, and the name of its words; `facts`: what the words mention.
    """

    line: int
    code: str
    column: str | None = None
    facts: dict[str, str | int] = field(default_factory=dict)

    def reason(self, language: str) -> str:
        """Why, and what next."""
        return text_of(language, self.code, **self.facts)

    def text(self, language: str) -> str:
        """One sentence: where, why, what next."""
        where = "where" if self.column is None else "where_column"
        column = "" if self.column is None else text_of(language, f"column.{self.column}")
        return text_of(language, where, line=self.line, column=column, reason=self.reason(language))


class PlacesError(ChuangpingError):
    """A table of places is not taken, and nothing of it: every fault, in the order of its lines."""

    def __init__(self, faults: Sequence[Fault], language: str = CHINESE) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        nothing = text_of(language, "nothing_imported", number=len(self.faults))
        super().__init__("\n".join([*(fault.text(language) for fault in self.faults), nothing]))
