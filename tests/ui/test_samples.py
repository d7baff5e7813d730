"""What is drawn to look at a language is all that a citizen may meet."""

from __future__ import annotations

from device.faults import Fault, Showing
from device.indicators import national_list
from device.snapshot import Screen
from ui.samples import samples


def test_every_screen_is_there() -> None:
    assert {sample.screen for sample in samples("bo").values()} == set(Screen)


def test_every_official_reason_is_there() -> None:
    shown = {reason.code for sample in samples("bo").values() for reason in sample.reasons}
    assert shown == {indicator.code for indicator in national_list().indicators}


def test_every_fault_is_there_and_fills_the_screen_only_where_it_does() -> None:
    shown = list(samples("bo").values())
    assert {sample.fault for sample in shown} - {None} == set(Fault)
    full = {sample.fault for sample in shown if sample.screen is Screen.CANNOT_RECORD}
    assert full == {fault for fault in Fault if fault.showing is Showing.FULL}
