"""The life of two boxes, told once in one language: each picture of the guide is taken on the way."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from provisioning.texts import load_texts
from tests.docs.pictures.box import Box
from tests.docs.pictures.machine import CARD, ETC, STICK, Machine
from tests.docs.pictures.office import Office
from tests.docs.pictures.paper import edged, first_page, web_page
from tests.docs.pictures.terminal import Terminal

_MAKE = "chuangping tickets make --config province.toml --hall 510109-01 --windows {} --out /media/stick"
_SCREEN_WIDTH = 640

Keep = Callable[[str, Image.Image], None]
"""Takes a picture by its name."""


class Story:
    """Told in `folder`, which is new, on `machine`. `locale`: of terminals; `language`: of screens, a tag."""

    def __init__(self, folder: Path, machine: Machine, *, locale: str, language: str, keep: Keep) -> None:
        self._folder = folder
        self._machine = machine
        self._locale = locale
        self._language = language
        self._words = "en" if language == "en" else "zh-Hans"
        self._keep = keep
        self._office = Office(folder / "province")
        self._first, self._second, self._far = (
            Box(folder / name, language=self._words) for name in ("first", "second", "far")
        )

    def tell(self) -> None:
        """All of it, in its order."""
        self._office.folder.mkdir()
        self._office.make()
        add = ("technicians", "add", "wang", "--config", self._office.province.config, "--out", STICK)
        self._office.does(*add)
        with self._office.open():
            self._tickets()
            self._machine.insert(self._first.folder)
            with self._terminal(self._folder) as terminal:
                terminal.run("sudo chuangping enrol", "y")
                self._keep("enrol", terminal.picture())
            self._paper()
            self._acceptance()
            self._the_other_card()
            self._replacement()
            self._move()
        self._far_away()
        self._machine.insert(self._second.folder)
        with self._office.open():
            self._rescue()
            self._decommission()

    def _tickets(self) -> None:
        with self._terminal(self._office.folder) as terminal:
            terminal.run(_MAKE.format("W07"))
            self._keep("tickets", terminal.picture())
        self._keep("sheet", first_page(STICK / "tickets.pdf", dots_an_inch=100, upper=0.26, left=0.51))

    def _say(self, name: str) -> str:
        """How a sentence of the tests begins, as far as a terminal does not break it."""
        return load_texts(self._words).say(f"trial.{name}")[:10]

    def _paper(self) -> None:
        place = ("--window", "W07", "--name", "社保医保", "--english", "Social insurance")
        hall = ("--hall", "高新区便民大厅", "--organisation", "高新区政务服务局")
        for kind, own, dots in (("sticker", ("--device", self._device()), 200), ("window", (), 60)):
            out = self._folder / f"{kind}.pdf"
            named = hall if kind == "window" else (*hall[:2], "--phone", "028-1234 5678")
            label = ["chuangping", "label", kind, *own, *place, *named, "--out", str(out)]
            subprocess.run(label, check=True, capture_output=True)
            self._keep("sign" if kind == "window" else kind, first_page(out, dots_an_inch=dots))

    def _acceptance(self) -> None:
        box = self._first
        with box.at_work(), self._terminal(self._folder) as terminal:
            self._keep("idle", self._screen(box))
            terminal.run("sudo chuangping device keys", until_said=self._say("keys_look"))

            for key in (1, 2, 3):
                box.press(key)
                time.sleep(1)
            self._keep("keys-screen", self._screen(box))
            for key in (4, 5):
                box.press(key)
                time.sleep(1)
            terminal.ends()
            self._keep("keys", terminal.picture())
            terminal.clear()
            time.sleep(6)
            terminal.run("sudo chuangping device test-rating", until_said=self._say("rating_begin"))
            time.sleep(2)
            self._keep("test-screen", self._screen(box))
            box.press(4)
            time.sleep(3)
            self._keep("test-saved", self._screen(box))
            box.press(5)
            time.sleep(1)
            self._keep("thanks", self._screen(box, at_once=True))
            terminal.ends()
            self._keep("test-rating", terminal.picture())
            time.sleep(4)
            self._page("devices")

    def _the_other_card(self) -> None:
        """The same card in another box. Its record gets the number that a board would have given it."""
        record = ETC / "identity" / "enrolment.json"
        before = record.read_text("utf-8")
        record.write_text(json.dumps(json.loads(before) | {"board": "10000000a1b2c3d4"}), "utf-8")
        with self._first.at_work(board="10000000d4c3b2a1"):
            time.sleep(2)
            self._keep("other-box", self._screen(self._first))
            for number in (1, 2):  # nobody carries these: they are for the rescue
                self._first.rate(number, 4)
        record.write_text(before, "utf-8")

    def _replacement(self) -> None:
        self._machine.insert(self._second.folder)
        for ticket in STICK.glob("*.ticket"):
            shutil.copy(ticket, self._folder / "used.ticket")
        with self._terminal(self._folder) as terminal:
            terminal.run("sudo chuangping enrol")
            self._keep("refused", terminal.picture())
        with self._terminal(self._office.folder) as terminal:
            terminal.run(_MAKE.format("W07"))
        with self._terminal(self._folder) as terminal:
            terminal.run("sudo chuangping replace", "y")
            self._keep("replace", terminal.picture())
        with self._second.at_work():
            self._second.rate(3, 5)

    def _far_away(self) -> None:
        """A hall without a network: there is no province to be reached while its office is closed."""
        self._clean_stick()
        with self._terminal(self._office.folder) as terminal:
            terminal.run(_MAKE.format("W07"))
        self._machine.insert(self._far.folder)
        with self._terminal(self._folder) as terminal:
            terminal.run("sudo chuangping enrol", "y")
            self._keep("away", terminal.picture())
        with self._terminal(self._office.folder) as terminal:
            terminal.run("chuangping tickets answer --config province.toml /media/stick")
            self._keep("answer", terminal.picture())
        with self._terminal(self._folder) as terminal:
            terminal.run("sudo chuangping enrol", "y")
            self._keep("back", terminal.picture())

    def _move(self) -> None:
        with self._terminal(self._folder) as terminal:
            terminal.run("sudo chuangping move --to W08 --technician /media/stick/technician.pem", "y")
            self._keep("move", terminal.picture())

    def _rescue(self) -> None:
        self._machine.mount_card(self._first.folder)
        with self._terminal(self._folder) as terminal:
            terminal.run(f"sudo chuangping rescue {CARD} --technician /media/stick/technician.pem", "y")
            self._keep("rescue", terminal.picture())
        self._machine.remove(CARD)

    def _decommission(self) -> None:
        with self._terminal(self._folder) as terminal:
            terminal.run("sudo chuangping decommission --technician /media/stick/technician.pem", "y")
            self._keep("decommission", terminal.picture())

    def _page(self, name: str) -> None:
        login = self._office.does("login", "--config", self._office.province.config).strip()
        address = f"{self._office.province.url}/devices?lang={self._words}"
        self._keep(name, web_page(login, address, locale=self._language))

    def _screen(self, box: Box, *, at_once: bool = False) -> Image.Image:
        picture = box.screen(at_once=at_once)
        height = round(picture.height * _SCREEN_WIDTH / picture.width)
        return edged(picture.resize((_SCREEN_WIDTH, height), Image.Resampling.LANCZOS))

    def _device(self) -> str:
        device = tomllib.loads((ETC / "device.toml").read_text("utf-8"))["device"]
        return str(device["id"])

    def _clean_stick(self) -> None:
        for path in STICK.glob("*"):
            if path.name != "technician.pem":
                path.unlink()

    @contextmanager
    def _terminal(self, folder: Path) -> Iterator[Terminal]:
        log = self._folder / f"terminal-{len([*self._folder.glob('terminal-*.log')])}.log"
        with Terminal(
            "$ ", log=log, programs=self._machine.programs, folder=folder, locale=self._locale
        ) as terminal:
            yield terminal
