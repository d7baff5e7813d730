"""How long the device's own certificate lives, as read from the file that enrolment left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from device.clock import Moment

CERTIFICATE = "device.crt"
"""Its name, beside enrolment.json; a renewal puts another one there."""


@dataclass(frozen=True, slots=True)
class CertificateLife:
    """From when to when."""

    begins: datetime
    ends: datetime

    def is_ending(self, now: Moment) -> bool:
        """Whether less than a sixth of it is left, by a clock that is to be believed.

        It is renewed when a third is left: by then half of that time has passed in vain.
        """
        return now.quality == "trusted" and now.wall > self.ends - (self.ends - self.begins) / 6


def read_certificate_life(path: Path) -> CertificateLife | None:
    """That of the first certificate in the PEM file; None where there is none to be read."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None
    return CertificateLife(certificate.not_valid_before_utc, certificate.not_valid_after_utc)
