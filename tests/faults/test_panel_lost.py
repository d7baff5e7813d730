"""A key panel pulled out of a real device: said small, ratings go on by touch, and back when plugged in."""

from __future__ import annotations

from pathlib import Path

from tests.faults.device_alone import DeviceAlone
from tests.patience import until

LOST = "按键失灵，请触摸屏幕 · F-021"
IDLE = "欢迎您评价"


def test_a_panel_that_is_pulled_out_is_a_small_warning_until_it_is_back(tmp_path: Path) -> None:
    with DeviceAlone(tmp_path, tmp_path / "data") as device:
        until(lambda: IDLE in device.screen, what="idle")
        assert LOST not in device.screen
        device.line.unplug()
        until(lambda: LOST in device.screen, what="F-021 beside the idle screen")
        assert IDLE in device.screen
        assert device.state() == {"ready": True, "fault": None}
        device.line.plug_in()
        until(lambda: IDLE in device.screen and LOST not in device.screen, what="the warning goes")
        device.rate(1, 2)
        told = device.line.told().splitlines()
    assert told[0].startswith(b"$HCPLT,0*")
    assert sum(line.startswith(b"$HCPBP,20*") for line in told) == 1
    assert {line.split(b"*")[0] for line in told} == {b"$HCPLT,0", b"$HCPLT,31", b"$HCPBP,20"}
