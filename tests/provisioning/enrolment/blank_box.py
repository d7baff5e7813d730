"""A box that a technician stands before: its folder, and the commands run on it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.configuration import read_configuration
from device.enrolled import Enrolled, read_enrolled
from device.settings import DeviceConfig
from sync.agent.identity import load_identity
from sync.agent.settings import SyncConfig
from tests.patience import PATIENCE_S
from tests.provisioning.console import COMMAND, Done, chuangping_here


@dataclass
class BlankBox:
    """`folder`: of its configurations and its identity."""

    folder: Path

    def run(self, command: str, *arguments: str | Path, lang: str = "en") -> Done:
        """Run `chuangping COMMAND` on it to its end, in this process."""
        return chuangping_here(command, *arguments, "--dir", self.folder, "--lang", lang)

    def enrol(self, token: str, *arguments: str | Path, command: str = "enrol", lang: str = "en") -> Done:
        """Run it with the ticket in a file, without a question."""
        return self.run(command, "--ticket", self.ticket(token), "--yes", *arguments, lang=lang)

    def process(self, *arguments: str | Path, typed: str, lang: str = "en") -> Done:
        """Run `chuangping enrol` on it in a process of its own, with what is `typed`."""
        done = subprocess.run(
            [*COMMAND, "enrol", *map(str, arguments), "--dir", str(self.folder), "--lang", lang],
            input=typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def ticket(self, token: str) -> Path:
        """A file with `token`, outside the box."""
        path = self.folder.with_name("w07.ticket")
        path.write_text(token + "\n")
        return path

    def renew(self, *arguments: str | Path, lang: str = "en") -> Done:
        """Run `chuangping renew` on it, in this process."""
        return chuangping_here("renew", "--dir", self.folder, "--lang", lang, *arguments)

    @property
    def enrolled(self) -> Enrolled:
        return read_enrolled(self.folder / "identity" / "enrolment.json")

    def check_whole(self, device: str) -> None:
        """That both processes can start as `device`."""
        config = read_configuration(self.folder / "sync.toml", SyncConfig, "sync")
        assert load_identity(config).device == device
        assert read_configuration(self.folder / "device.toml", DeviceConfig, "device").device.id == device

    def state(self) -> dict[str, bytes]:
        """Every file of it, but for what an enrolment under way keeps."""
        if not self.folder.exists():
            return {}
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and "enrolment.new" not in path.parts
        }


def said(done: Done) -> dict[str, Any]:
    """What a command printed with --json."""
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
