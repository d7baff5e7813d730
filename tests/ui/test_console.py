"""The console says what each screen says, and nothing of what was chosen."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from device.clock import FakeClock
from device.events import Drawn
from device.inbox import Inbox
from device.level import Level
from device.settings import UiSection
from device.snapshot import Notice, Snapshot
from tests.ui import snapshots
from ui.console import ConsoleDisplay


def printed(shown: Sequence[Snapshot]) -> tuple[str, list[int]]:
    """What the console prints of `shown`, and the numbers of the snapshots it said were drawn."""
    inbox, out = Inbox(), io.StringIO()
    display = ConsoleDisplay(section=UiSection(), inbox=inbox, clock=FakeClock(), out=out)
    for snapshot in shown:
        display.show(snapshot)
    display.stop()
    display.run()
    drawn = []
    while (event := inbox.get(0)) is not None:
        assert isinstance(event, Drawn)
        drawn.append(event.number)
    return out.getvalue(), drawn


def test_a_visit_is_told_in_short_lines() -> None:
    text, drawn = printed(
        [
            snapshots.idle(number=1, clerk="C0231"),
            snapshots.level(number=2),
            snapshots.reasons(number=3),
            snapshots.thanks(number=4),
        ]
    )
    assert drawn == [1, 2, 3, 4]
    assert text == (
        "市政务服务中心 · 07 · 综合受理窗口\n工号 C0231\n办理完成后，欢迎您评价本次服务\n\n"
        "07 号窗口 · 工号 C0231\n请评价本次服务\n居民身份证换领 · 窗口工作人员看不到您的选择\n"
        "5 非常满意 · 4 满意 · 3 基本满意 · 2 不满意 · 1 非常不满意\n\n"
        "07 号窗口 · 工号 C0231\n谢谢，评价已保存\n愿意的话，请告诉我们原因。可多选，也可以不选\n\n"
        "07 号窗口 · 工号 C0231\n感谢您的评价\n已保存在本机，将自动上报\n\n"
    )


def test_a_notice_takes_the_place_of_the_invitation() -> None:
    text, _ = printed([snapshots.idle(notice=Notice.NOT_INVITED)])
    assert "请稍候，办理完成后会请您评价" in text
    assert "欢迎您评价" not in text


def test_a_fault_is_said_with_its_code() -> None:
    text, _ = printed([snapshots.cannot_record(), snapshots.idle(fault="F-021")])
    assert "存储空间已满 · F-014" in text
    assert "按键失灵，请触摸屏幕 · F-021" in text


def test_a_screen_that_says_the_same_is_drawn_but_not_printed_again() -> None:
    once, _ = printed([snapshots.level()])
    twice, drawn = printed([snapshots.level(number=1), snapshots.level(number=2)])
    assert twice == once
    assert drawn == [1, 2]


@pytest.mark.parametrize(
    "screen",
    [
        lambda level: snapshots.level(pressed=level),
        lambda level: snapshots.level(standing=level, changing=True),
        lambda level: snapshots.reasons(of=level),
    ],
    ids=["pressed", "changing", "reasons"],
)
def test_what_is_printed_is_the_same_for_every_level(screen: Callable[[Level], Snapshot]) -> None:
    texts = {printed([screen(level)])[0] for level in Level}
    assert len(texts) == 1


def test_ticking_a_reason_prints_nothing() -> None:
    ticked = snapshots.reasons(number=2)
    plain = replace(ticked, number=1, reasons=tuple(replace(r, chosen=False) for r in ticked.reasons))
    assert printed([plain, ticked])[0] == printed([plain])[0]
