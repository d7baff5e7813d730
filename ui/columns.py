"""The columns of spoken mode: what each of the five says, for levels and for reasons. Pure."""

from __future__ import annotations

from device.events import Button, ButtonTile, ExploreTile, LevelTile, ReasonTile
from device.level import Level
from device.snapshot import Screen, Snapshot
from device.voice.face import FINISH_KEY, MORE_KEY
from ui.texts import TextBook
from ui.views import ColumnView

TILE_ORDER = (5, 4, 3, 2, 1)
"""From left to right, province-wide: the layout that rows name `row5-desc-1`."""


def spoken_columns(snapshot: Snapshot, book: TextBook) -> tuple[ColumnView, ...]:
    """The five columns: levels in the order of the tiles, or what keys 1 to 5 do on the reasons screen."""
    texts = book.of(snapshot.language)
    if snapshot.screen is Screen.LEVEL:
        keys = {level: key for key, level in enumerate(snapshot.key_levels, start=1)}
        return tuple(
            _column(snapshot, keys[level], texts.levels[level], LevelTile(level))
            for level in map(Level, TILE_ORDER)
        )
    return (
        *(
            _column(
                snapshot,
                r.key,
                book.reason(snapshot.language, r.code, r.text),
                ReasonTile(r.code),
                chosen=r.chosen,
            )
            for r in snapshot.reasons
        ),
        _column(snapshot, MORE_KEY, texts.more, ButtonTile(Button.MORE)),
        _column(snapshot, FINISH_KEY, texts.finish, ButtonTile(Button.FINISH)),
    )


def _column(
    snapshot: Snapshot,
    key: int,
    word: str,
    target: LevelTile | ReasonTile | ButtonTile,
    *,
    chosen: bool = False,
) -> ColumnView:
    return ColumnView(str(key), word, snapshot.explored == key, chosen, ExploreTile(target))
