"""What the demo's programs are told: the configurations of device and agent, and the province's places."""

from __future__ import annotations

import json
from pathlib import Path

from provisioning.demo.layout import Layout, Ports, write_atomically

_DEVICE = """\
kind = "device"

[device]
id = {id}
folder = {folder}

[province]
receipts = {receipts}
key_set = {key_set}
root = {root}

[window]
id = "W07"
number = "07"
name = "综合受理窗口"
hall = "市政务服务中心"
assignment = 1

[visit]
receipt_url = {receipt_url}
{visit}
[keys]
{keys}
[panel]
kind = "serial"
port = {port}

[ui]
fullscreen = false
screenshot = {screenshot}
{voice}
[counter]
port = {counter}
token_file = {token}
"""

_SYNC = """\
kind = "sync"

[device]
id = {id}
folder = {folder}

[sync]
database = {database}

[broker]
host = "127.0.0.1"
port = {mqtt}
ca = {root}
certificate = {certificate}
key = {key}

[province]
key_set = {key_set}
root = {root}
url = "https://127.0.0.1:{devices}"

[retry]
most_s = 5

[logs]
folder = {logs}
"""

# Without it the province knows the window by its code alone, and no hall.
_PLACES = """\
部门编码,部门名称,大厅编码,大厅名称,行政区划代码,窗口编码,窗口牌号,窗口名称
11510100MB1A00001X,市政务服务管理局,510100-01,市政务服务中心,510100000000,W07,07,综合受理窗口
"""

# The lower bounds of device/settings.py: a visit left alone is over within half a second of its press.
_FAST_VISIT = "reasons_s = 0.2\nthanks_s = 0.1\n"
_FAST_KEYS = "dead_s = 0.1\n"


def write_configs(
    layout: Layout, *, device_id: str, ports: Ports, panel_port: Path, fast: bool, speaker: str | None = None
) -> None:
    """Write device.toml and sync.toml, anew at every start of the demo."""

    def text(value: object) -> str:
        return json.dumps(str(value), ensure_ascii=False)  # a TOML basic string is a JSON string

    identity = layout.identity
    common = {
        "id": text(device_id),
        "folder": text(layout.device_data),
        "key_set": text(identity / "keys.jws"),
        "root": text(identity / "ca.crt"),
    }
    device = _DEVICE.format(
        **common,
        receipts=text(layout.sync_data / "sync.db"),
        receipt_url=text(f"http://127.0.0.1:{ports.web}/receipt"),
        visit=_FAST_VISIT if fast else "",
        keys=_FAST_KEYS if fast else "",
        port=text(panel_port),
        screenshot=text(layout.screenshot),
        voice=""
        if speaker is None
        else f"\n[voice]\nspeaker = {text(speaker)}\nmade = {text(layout.voice)}\n",
        counter=ports.counter,
        token=text(layout.counter_token),
    )
    sync = _SYNC.format(
        **common,
        database=text(layout.sync_data / "sync.db"),
        mqtt=ports.mqtt,
        certificate=text(identity / "device.crt"),
        key=text(identity / "device.key"),
        devices=ports.devices,
        logs=text(layout.logs),
    )
    write_atomically(layout.device_config, device)
    write_atomically(layout.sync_config, sync)


def write_places(layout: Layout) -> Path:
    """Write the table of the hall with its one window, as an office would import it; where it is."""
    path = layout.province / "places.csv"
    write_atomically(path, _PLACES)
    return path
