"""The province's office, as the technician's guide shows it: a table of places, boxes that call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.pages import ROOT
from tests.docs.pictures.machine import NAME
from tests.province.province_process import Province
from tests.province.real_broker import running_broker

HALL = "高新区便民大厅"
PLACES = ROOT / "docs" / "places-example.csv"

_ENROLMENT = f'\nurl = "https://{NAME}:8443"\nbroker_host = "{NAME}"\n'


class Office:
    """All is in `folder`, `province.toml` among it. Its ports are those of the books: the net is its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.province = Province(folder)
        self.province.mqtt_port, self.province.worker_port = 8883, 8884
        self.province.web_port, self.province.device_port = 8080, 8443
        self.province.url = "http://127.0.0.1:8080"

    def make(self) -> None:
        """The province, reached under its name; its places."""
        self.province.init()
        config = self.province.config
        text = config.read_text("utf-8")
        assert re.search(r"^\[enrolment\]", text, re.MULTILINE), text
        without = re.sub(r"^(url|broker_host) = .*\n", "", text.partition("[enrolment]")[2], count=2)
        config.write_text(text.partition("[enrolment]")[0] + "[enrolment]" + _ENROLMENT + without, "utf-8")
        self.province.init()  # the listener's certificate, for that name
        self.does("places", "import", "--config", config, PLACES)

    def does(self, *arguments: str | Path) -> str:
        """A command at the office that goes well; what it prints."""
        done = self.province.command(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def open(self) -> Iterator[None]:
        """While province and broker run."""
        with running_broker(self.folder, self.province.mqtt_port):
            self.province.start()
            try:
                yield
            finally:
                assert self.province.stop() == 0
