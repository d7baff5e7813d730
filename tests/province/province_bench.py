"""A province without broker and web: what a test sends is taken at once, its receipt opened."""

from __future__ import annotations

from dataclasses import dataclass

from device.clock import FakeClock
from province.blob_folder import BlobFolder
from province.ca import CertificateAuthority, certificate_pem
from province.dispatch import Dispatch
from province.ingest.ingest import Ingest
from province.office import LocalOffice
from province.steering import LocalSteering
from province.store import alarms, ratings
from province.store.database import Database
from province.store.ratings import Stored
from sync.contract.keys import KeySet, SigningKey
from sync.contract.messages import Receipt
from sync.contract.topics import UpName
from tests.province.simulated_device import SimulatedDevice, SimulatedLog, open_receipt


@dataclass
class ProvinceBench:
    """The parts of a province, and short ways to use them."""

    database: Database
    clock: FakeClock
    ca: CertificateAuthority
    key: SigningKey
    office: LocalOffice
    ingest: Ingest
    steering: LocalSteering
    dispatch: Dispatch
    nudged: list[str]
    blobs: BlobFolder

    def registered(self, name: str, window: str = "W07") -> SimulatedDevice:
        """A new device that the province knows."""
        device = SimulatedDevice(name, self.clock.now().wall)
        device.certificate = certificate_pem(self.ca.sign_device(device.request(), self.clock.now().wall))
        self.office.add_device(device.certificate.decode(), window=window, assignment=1)
        return device

    def say(self, device: SimulatedDevice, name: UpName, payload: bytes) -> Receipt | None:
        """What the province answers to `payload`."""
        answer = self.ingest.take(device.topic(name), payload)
        if answer is None:
            return None
        assert answer.topic == f"hcp/1/{device.name}/down/receipt"
        return open_receipt(device, answer.payload, KeySet([self.key.public]))

    def due(self, device: SimulatedDevice) -> list[Receipt]:
        """What the province says without being asked."""
        answers = list(self.ingest.due())
        return [open_receipt(device, answer.payload, KeySet([self.key.public])) for answer in answers]

    def hello(self, device: SimulatedDevice, log: SimulatedLog | None = None) -> Receipt:
        receipt = self.say(device, UpName.HELLO, device.hello(log))
        assert receipt is not None
        return receipt

    def send(
        self,
        device: SimulatedDevice,
        first: int = 1,
        last: int | None = None,
        log: SimulatedLog | None = None,
    ) -> Receipt:
        """Send rows `first` to `last` (the log's last) of the device's log."""
        end = last or len((log or device.log).rows)
        receipt = self.say(device, UpName.RATINGS, device.ratings(first, end, log))
        assert receipt is not None
        return receipt

    def stored(self, device: SimulatedDevice | None = None) -> list[Stored]:
        """Every row held, in order of log and seq."""
        with self.database.read() as connection:
            name = device.name if device else None
            return ratings.page(connection, device=name, log_id=None, after=None, limit=100_000)

    def alarm_codes(self) -> list[str]:
        """The codes of all alarms, the oldest first."""
        with self.database.read() as connection:
            return [a.code for a in reversed(alarms.latest(connection, 1000))]
