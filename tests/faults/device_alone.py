"""One real device process on a folder of its own, without agent and province."""

from __future__ import annotations

from pathlib import Path

from tests.faults.device_process import COUNTER_TOKEN, DeviceProcess
from tests.ports import free_port

_CONFIG = """\
kind = "device"
[device]
id = "cp-alone"
folder = "{data}"
[window]
number = "07"
name = "综合受理"
hall = "市政务服务中心"
[visit]
reasons_s = 0.2
thanks_s = 0.1
[keys]
dead_s = 0.1
[panel]
port = "{port}"
[ui]
display = "console"
[counter]
port = {counter}
token_file = "counter.token"
[ledger]
ballast_kib = 64
"""


class DeviceAlone(DeviceProcess):
    """`data`: the folder of its files. Use with `with`."""

    def __init__(self, folder: Path, data: Path, **environment: str) -> None:
        port = free_port()
        token = folder / "counter.token"
        token.write_text(f"{COUNTER_TOKEN}\n", "ascii")
        token.chmod(0o600)
        config = folder / "device.toml"
        config.write_text(_CONFIG.format(data=data, port=folder / "panel", counter=port), "utf-8")
        super().__init__(
            config,
            panel=folder / "panel",
            port=port,
            log=folder / "device.log",
            environment=environment,
        )
