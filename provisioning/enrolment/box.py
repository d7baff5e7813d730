"""The box that is enrolled: what is stored on it, and the one step by which that comes in force."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from device.enrolled import Enrolled
from device.errors import ConfigError
from provisioning.enrolment.box_configs import BoxConfigs, Post
from provisioning.enrolment.box_line import Credentials
from provisioning.enrolment.granted import Granted
from provisioning.enrolment.identity_folder import CA, CERTIFICATE, KEY, IdentityFolder
from provisioning.enrolment.staging import Staging
from provisioning.enrolment.units import DEVICE, SYNC, Units
from provisioning.kept_files import keeping
from provisioning.refused import Unfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The enrolment in force. `confirmed`: the province knows that it is at work."""

    enrolled: Enrolled
    confirmed: bool


class Box:
    """`folder` holds its configurations and its identity, `data` the ledger of one that has none yet.

    `board`: its serial number, None where there is none. `agent`: uid of the agent's user, None where there
    is no such user. Raises NotKept, Unfit.
    """

    def __init__(
        self, folder: Path, *, data: Path, board: str | None, units: Units, agent: int | None = None
    ) -> None:
        self.folder = folder
        self._board = board
        self._units = units
        self._agent = agent
        self._identity = IdentityFolder(folder)
        self._configs = BoxConfigs(folder, data)
        self.staging = Staging(folder / "enrolment.new")

    def make(self) -> None:
        """The folder, where there is none."""
        with keeping(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def standing(self) -> Standing | None:
        """The enrolment in force, None where there is none, or it ended when the device was decommissioned.

        Raises Unfit for the card of another box.
        """
        if not self._identity.is_link:
            raise Unfit("enrolment.made_by_hand", path=self._identity.link)
        try:
            enrolled = self._identity.enrolled()
        except ConfigError as error:
            raise Unfit("enrolment.record_unreadable", why=str(error)) from None
        if enrolled is None:
            return None
        if enrolled.is_of_another(self._board):
            raise Unfit(
                "enrolment.other_box", device=enrolled.device, enrolled=enrolled.board, board=self._board
            )
        if self._configs.has_ended(enrolled.device):
            return None
        return Standing(enrolled=enrolled, confirmed=self._identity.is_confirmed)

    def credentials(self) -> Credentials:
        """As the device that is enrolled."""
        link = self._identity.link
        with keeping(self.folder):
            root = (link / CA).read_bytes()
        return Credentials(ca=root, certificate=link / CERTIFICATE, key=link / KEY)

    def keep(self, granted: Granted, *, confirmed: bool) -> None:
        """Store all of it, then bring it in force: before the last step nothing has changed.

        `confirmed`: the province has no need to be told that the box is at work.
        """
        with keeping(self.folder):
            prepared = self._configs.prepare(granted.post, granted.way)
            try:
                files = granted.files(self._board, agent=self._agent, confirmed=confirmed)
                self._identity.switch(self._identity.store(files))
            except OSError:
                self._configs.drop(prepared)
                raise
            self._configs.put(prepared)
            self._identity.tidy()

    def complete(self) -> None:
        """What was left undone when storing was interrupted after the last step."""
        with keeping(self.folder):
            self._configs.put(self._configs.prepared())
            self._identity.tidy()

    def keep_waiting(self, device: str, window: str | None) -> None:
        """Set up the device alone, to rate while its enrolment is under way."""
        with keeping(self.folder):
            self._configs.put(self._configs.prepare(Post(device=device, window=window), None))

    def note_confirmed(self) -> None:
        """The province knows that the identity is at work: nothing of the enrolment is needed any more."""
        with keeping(self.folder):
            self._identity.note_confirmed()

    def clear_staging(self) -> None:
        """The enrolment is over."""
        with keeping(self.folder):
            self.staging.clear()

    def start(self) -> bool:
        """Start device and agent with what was stored; False where somebody else has to."""
        return self._units.restart((DEVICE, SYNC))

    def start_waiting(self) -> bool:
        """Start the device alone; False where somebody else has to."""
        return self._units.restart((DEVICE,))
