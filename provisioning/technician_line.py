"""A technician's line to the province: their questions, asked with their certificate."""

from __future__ import annotations

from typing import TypeVar

from device.clock_judgement import RELEASED_AT
from provisioning.province_https import NotYetValid, ProvinceHttps
from provisioning.technician_file import TechnicianFile
from sync.https_line import Answer

T = TypeVar("T")

_WAIT_S = 30.0
_MOST_BYTES = 4 * 1024 * 1024


class TechnicianLine:
    """To the province at `url`, as the technician, believing the root in their file.

    `server_name`: as of ProvinceHttps. All ways of asking raise what ProvinceHttps.ask does.
    """

    def __init__(self, url: str, technician: TechnicianFile, *, server_name: str | None = None) -> None:
        self.url = url
        self._technician = technician
        self._https = ProvinceHttps(
            url, group="province", wait_s=_WAIT_S, most_bytes=_MOST_BYTES, server_name=server_name
        )

    def get(self, path: str) -> bytes:
        """What is at `path`."""
        return self._ask("GET", path).body

    def get_json(self, path: str, kind: type[T]) -> T:
        """What is at `path`, as JSON."""
        return self._https.read(kind, self._ask("GET", path))

    def post(self, path: str, body: bytes, answer: type[T], *, media: str = "application/json") -> T:
        """The `answer` to `body`, of the type `media`."""
        return self._https.read(answer, self._ask("POST", path, body, media))

    def _ask(self, method: str, path: str, body: bytes | None = None, media: str | None = None) -> Answer:
        who = self._technician
        headers = None if media is None else {"Content-Type": media}
        try:
            return self._https.ask(
                method, path, ca=who.root, certificate=who.path, body=body, headers=headers
            )
        except NotYetValid:
            # This machine's clock is wrong: no certificate of ours begins after this program was made.
            return self._https.ask(
                method,
                path,
                ca=who.root,
                certificate=who.path,
                dates_from=RELEASED_AT,
                body=body,
                headers=headers,
            )
