"""What an enrolment has until it is stored: a folder that survives being killed, for one ticket."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from device.json_text import read_json
from provisioning.device_identity import certificate_request, make_key, new_device_id
from provisioning.kept_files import PUBLIC, SECRET, make_folder, write_whole
from sync.contract.keys import SigningKey


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolment that was begun as `device`. `credential`: the ticket (JWS), or the short code."""

    version: Literal[1] = 1
    device: Annotated[str, msgspec.Meta(min_length=3, max_length=64)]
    credential: str
    replaces: bool = False


class Staging:
    """The folder `enrolment.new`. Its methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = folder / "device.key"
        self.certificate = folder / "device.crt"
        self.ca = folder / "ca.crt"
        self._begun = folder / "begun.json"

    @property
    def begun(self) -> Begun | None:
        """What was begun here, None where nothing was."""
        try:
            return read_json(self._begun.read_bytes(), msgspec.json.Decoder(Begun))
        except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
            return None

    def begin(self, credential: str, *, replaces: bool) -> Begun:
        """Begin with `credential`, or go on: the same one has the same device and key as before."""
        begun = self.begun
        if begun is None or begun.credential != credential:
            self.clear()
            make_folder(self.folder, 0o700)
            begun = Begun(device=new_device_id(), credential=credential, replaces=replaces)
        elif begun.replaces is not replaces:
            begun = msgspec.structs.replace(begun, replaces=replaces)
        write_whole(self._begun, msgspec.json.encode(begun), SECRET)
        make_key(self.key)
        return begun

    def request(self, device: str) -> bytes:
        """The signing request for `device` (PEM). Raises EnrolmentError."""
        return certificate_request(self.key, device)

    def signing_key(self) -> SigningKey:
        """The device's key. Raises ConfigError."""
        return SigningKey.load(self.key)

    def keep_trial(self, certificate: bytes, ca: bytes) -> None:
        """The certificate with its chain and the root, for the trial of the connection."""
        write_whole(self.certificate, certificate, PUBLIC)
        write_whole(self.ca, ca, PUBLIC)

    def clear(self) -> None:
        """Nothing was begun."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
