"""Figures of many samples, written as the rows of a Markdown table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of `number` samples, in their unit."""

    number: int
    median: float
    p99: float
    most: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Figures:
        """The figures of the samples; without any they are nan. `p99` is the sample of the nearest rank."""
        if not samples:
            return cls(0, math.nan, math.nan, math.nan)
        ordered = sorted(samples)
        rank = math.ceil(0.99 * len(ordered))
        return cls(len(ordered), median(ordered), ordered[rank - 1], ordered[-1])

    def cells(self, digits: int = 1) -> list[str]:
        """Median, 99th percentile, greatest, number of samples: the cells under `FIGURE_HEADS`."""
        return [f"{x:.{digits}f}" for x in (self.median, self.p99, self.most)] + [str(self.number)]

    def times(self, other: Figures) -> str:
        """The ratio of the medians, as "1.23×"; `other` is the one compared with."""
        return f"{self.median / other.median:.2f}×" if other.median > 0 else "–"


FIGURE_HEADS = ["median", "p99", "max", "n"]


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table: the first column is text, the others are numbers and stand to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
