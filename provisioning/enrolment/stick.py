"""The stick between a box without network and the office: the request, and what came back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from device.json_text import read_json
from provisioning.kept_files import PUBLIC, keeping, write_whole
from provisioning.refused import ByProvince, Refused
from sync.contract.stick import (
    ANSWER,
    MOST_BYTES,
    REFUSAL,
    REQUEST,
    VERSION,
    StickAnswer,
    StickRefusal,
    StickRequest,
)

T = TypeVar("T", StickAnswer, StickRefusal)


class Stick:
    """A folder, of a stick as a rule."""

    def __init__(self, folder: Path) -> None:
        """Raises Refused where there is none."""
        if not folder.is_dir():
            raise Refused("enrolment.no_stick", folder=folder)
        self.folder = folder

    def put(self, request: StickRequest) -> Path:
        """Write the request, durable at the return; an older answer is gone. Raises NotKept."""
        path = self.folder / f"{request.device}{REQUEST}"
        with keeping(self.folder):
            for kind in (ANSWER, REFUSAL):
                (self.folder / f"{request.device}{kind}").unlink(missing_ok=True)
            write_whole(path, msgspec.json.format(msgspec.json.encode(request)) + b"\n", PUBLIC)
        return path

    def clear(self, device: str) -> None:
        """What was asked and answered for `device` is taken off, or the office would judge it once more.

        A stick that cannot be written keeps it: that costs a line at the office, nothing else.
        """
        with suppress(OSError):
            for kind in (REQUEST, ANSWER, REFUSAL):
                (self.folder / f"{device}{kind}").unlink(missing_ok=True)

    def has_word_for(self, device: str) -> bool:
        """Whether the office has answered `device`, or refused it."""
        return any((self.folder / f"{device}{kind}").exists() for kind in (ANSWER, REFUSAL))

    def answer(self, device: str) -> StickAnswer:
        """The office's answer to `device`.

        Raises ByProvince when it is a refusal, Refused when there is none, or only another box's.
        """
        refusal = self.folder / f"{device}{REFUSAL}"
        if refusal.exists():
            no = self._read(refusal, StickRefusal)
            raise ByProvince("enrolment", no.error, no.message, no.facts)
        path = self.folder / f"{device}{ANSWER}"
        if not path.exists():
            others = sorted(p.name.removesuffix(ANSWER) for p in self.folder.glob(f"*{ANSWER}"))
            if others:
                raise Refused("enrolment.wrong_stick", device=device, others=", ".join(others[:4]))
            raise Refused("enrolment.no_answer", device=device, folder=self.folder)
        answer = self._read(path, StickAnswer)
        if answer.device != device:
            raise Refused("enrolment.wrong_stick", device=device, others=answer.device)
        return answer

    def _read(self, path: Path, kind: type[T]) -> T:
        try:
            with path.open("rb") as file:
                said = read_json(file.read(MOST_BYTES), msgspec.json.Decoder(kind))
        except (OSError, msgspec.DecodeError):
            raise Refused("enrolment.stick_unreadable", path=path) from None
        if said.version != VERSION:
            raise Refused("enrolment.stick_newer", path=path)
        return said
