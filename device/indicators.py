"""The official reasons (评价指标): a versioned list by level, the main set first."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from device.level import Level


@dataclass(frozen=True, slots=True)
class Indicator:
    """One official reason. The first digit of `code` is its level; `text` is verbatim from the list."""

    code: str
    level: Level
    text: str
    main: bool


@dataclass(frozen=True, slots=True)
class IndicatorList:
    """One version of the province's list. Codes it does not hold stay readable in old rows."""

    version: str
    indicators: tuple[Indicator, ...]

    def of_level(self, level: Level) -> tuple[Indicator, ...]:
        """The reasons offered after `level`, the main set first, otherwise in the list's order."""
        chosen = [i for i in self.indicators if i.level == level]
        return tuple(sorted(chosen, key=lambda i: not i.main))

    def pages(self, level: Level, size: int) -> int:
        """How many pages of `size` reasons `level` fills, at least one."""
        return max(1, -(-len(self.of_level(level)) // size))

    def page(self, level: Level, number: int, size: int) -> tuple[Indicator, ...]:
        """The reasons of `level` on page `number`, counted from 0."""
        return self.of_level(level)[number * size : (number + 1) * size]


def read_list(version: str, lines: Iterable[str]) -> IndicatorList:
    """An indicator list from CSV lines with the columns level, code, label_zh, set."""
    rows = csv.DictReader(lines)
    return IndicatorList(
        version,
        tuple(
            Indicator(r["code"], Level(int(r["level"])), r["label_zh"], main=r["set"] == "main") for r in rows
        ),
    )


def national_list() -> IndicatorList:
    """The list shipped with the product: version 2021-1, forty reasons, eight for each level."""
    text = files("device").joinpath("data/indicators.csv").read_text("utf-8")
    return read_list("2021-1", text.splitlines())
