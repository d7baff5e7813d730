"""The line to the device process on this machine: its control socket, asked one question at a time."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from device.configuration import read_configuration
from device.settings import DeviceConfig
from device.technician import SOCKET, TechnicianVerb
from provisioning.refused import Refused

_ANSWER_S = 10.0


class NoDevice(Refused):
    """The device process does not answer on its control socket."""

    exit_code = 69


class ControlLine:
    """To the device configured by the file `config`. Raises ConfigError."""

    def __init__(self, config: Path) -> None:
        self._folder = read_configuration(config, DeviceConfig, "device").device.folder

    def ask(self, verb: TechnicianVerb) -> dict[str, Any]:
        """The answer, as in device.technician.TechnicianAnswer. Raises NoDevice."""
        folder = self._folder
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as channel:
                channel.settimeout(_ANSWER_S)
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                try:  # addresses have at most 107 bytes, whatever the folder is called
                    channel.connect(f"/proc/self/fd/{handle}/{SOCKET}")
                finally:
                    os.close(handle)
                channel.sendall(json.dumps({"ask": verb}).encode("ascii") + b"\n")
                with channel.makefile("rb") as answers:
                    said = answers.readline()
        except OSError as error:
            raise NoDevice("trial.no_device", why=error.strerror or str(error)) from None
        answer: dict[str, Any] = json.loads(said) if said else {"error": "the device ended"}
        if "error" in answer:
            raise NoDevice("trial.no_device", why=answer["error"])
        return answer
