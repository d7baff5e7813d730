"""The carrier of a rescue: asks what the province holds, brings it statements, proves its receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from device.errors import ContractError
from provisioning.refused import Refused
from provisioning.rescue.plan import Held
from provisioning.technician_file import TechnicianFile
from provisioning.technician_line import TechnicianLine
from sync.contract import topics
from sync.contract.envelope import unwrap
from sync.contract.keys import KeySet, open_key_set
from sync.contract.messages import Receipt
from sync.contract.topics import DownName

_KEYS = "/device/v1/keys"
_HELD = "/device/v1/rescue/"
_RESCUE = "/api/v1/rescue"
_OK, _QUARANTINED, _RESEND = "ok", "quarantined", "resend"


class _Taken(msgspec.Struct):
    receipts: list[str]
    rows: int
    aside: int
    blobs: int


@dataclass(slots=True)
class Brought:
    """What became of a rescue: `rows` and `blobs` new at the province, rows kept `aside` there.

    `blobs_refused`: blobs that no row of theirs names. `through`: by log, the last row receipted.
    """

    rows: int = 0
    aside: int = 0
    blobs: int = 0
    blobs_refused: int = 0
    through: dict[str, int] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)


class Carrier:
    """Speaks with the province over `line`. Every method raises what that does, and Refused."""

    def __init__(self, line: TechnicianLine, technician: TechnicianFile) -> None:
        self._line = line
        self._technician = technician
        self._keys: KeySet | None = None

    def held(self, log_id: str) -> Held:
        """Where the log stands at the province."""
        return self._line.get_json(_HELD + log_id, Held)

    def bring(self, device: str, statement: str, brought: Brought) -> None:
        """Bring one statement about a log of `device`; what became of it is added to `brought`.

        Raises Refused when rows are not taken: what was brought before stays, and nothing is lost.
        """
        taken = self._line.post(_RESCUE, statement.encode("ascii"), _Taken, media="application/jose")
        receipts = list(self._proven(device, taken.receipts))
        if not receipts:
            raise Refused("rescue.no_receipt", url=self._line.url)
        about_rows, about_blobs = receipts[0], receipts[1:]
        if about_rows.status not in {_OK, _QUARANTINED}:
            why = about_rows.why or f"{about_rows.status} {about_rows.from_seq or ''}".strip()
            raise Refused("rescue.not_taken", log=about_rows.log_id or "-", why=why)
        if about_rows.log_id is not None:
            brought.through[about_rows.log_id] = about_rows.through
        brought.rows += taken.rows
        brought.aside += taken.aside
        brought.blobs += taken.blobs
        brought.blobs_refused += sum(receipt.status != _OK for receipt in about_blobs)
        brought.receipts += taken.receipts

    def _proven(self, device: str, receipts: list[str]) -> Iterator[Receipt]:
        topic = topics.parse(topics.down(device, DownName.RECEIPT))
        for receipt in receipts:
            try:
                message = unwrap(receipt.encode("ascii", "replace"), topic=topic, keys=self._province_keys())
            except ContractError as error:
                raise Refused("rescue.bad_receipt", url=self._line.url, why=str(error)) from None
            assert isinstance(message.message, Receipt)  # by its topic
            yield message.message

    def _province_keys(self) -> KeySet:
        if self._keys is None:
            said = self._line.get(_KEYS).decode("ascii", "replace")
            try:
                self._keys = open_key_set(said, self._technician.root_key)
            except ContractError as error:
                raise Refused("rescue.bad_receipt", url=self._line.url, why=str(error)) from None
        return self._keys
