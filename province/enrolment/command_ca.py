"""A CA of another make, reached by a command: step-ca's client, or what the province's own CA offers."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from province.ca import UNREADABLE, read_request
from province.enrolment.signer import check_chain
from province.errors import ServiceError

log = logging.getLogger(__name__)

ANSWER_S = 60.0
MOST_BYTES = 64 * 1024


class CommandCa:
    """Gives the command a signing request (PEM) on its standard input, takes the chain (PEM) from its output.

    The device's certificate comes first; the root may be there or not. `{device}` in an argument becomes the
    device's id. The command is started without a shell.
    """

    def __init__(self, command: Sequence[str], *, root: x509.Certificate, answer_s: float = ANSWER_S) -> None:
        self._command = command
        self._root = root
        self._answer_s = answer_s

    def sign(self, request: bytes, now: datetime) -> list[x509.Certificate]:
        """The chain that the command printed, checked. Raises EnrolmentError, ServiceError."""
        device, _ = read_request(request)
        arguments = [part.replace("{device}", device) for part in self._command]
        try:
            done = subprocess.run(
                arguments, input=request, capture_output=True, timeout=self._answer_s, check=False
            )
        except OSError as error:
            raise ServiceError(
                f"ca.command: {arguments[0]} cannot be started: {error.strerror}; correct province.toml"
            ) from None
        except subprocess.TimeoutExpired:
            raise ServiceError(f"ca.command: no answer within {self._answer_s:g} s; is its CA up?") from None
        if done.returncode != 0:
            # It may say more than a device should hear.
            log.error("ca command failed code=%d said=%r", done.returncode, done.stderr[-400:])
            raise ServiceError(f"ca.command: ended with {done.returncode}; the province's log has its words")
        chain = self._chain_in(done.stdout[:MOST_BYTES])
        check_chain(chain, request=request, root=self._root, now=now)
        return chain

    def _chain_in(self, output: bytes) -> list[x509.Certificate]:
        try:
            found = x509.load_pem_x509_certificates(output)
        except UNREADABLE:
            raise ServiceError("ca.command: printed no PEM certificates; see its command") from None
        # The root is pinned on devices already.
        return [certificate for certificate in found if certificate != self._root] or found
