"""The office of a province that is running: asked over its own HTTP, for one process alone writes."""

from __future__ import annotations

import dataclasses
import http.client
import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import msgspec

from device.errors import ChuangpingError
from province.enrolment.refusal import refusal_in
from province.errors import AccountError, AdmissionError, OpeningError, RegistrationError, ServiceError
from province.opening import HandedOut
from province.places.plan import Plan, Window
from province.places.row import PlaceRow
from province.revocation import Settled
from province.role import Role

ANSWER_S = 10.0
SETTLE_S = 60.0  # a broker that does not answer takes its time
IMPORT_S = 300.0  # fifty thousand windows, on a machine that has other work
# A process that has just taken the database may not listen yet: ten seconds of patience.
ATTEMPTS = 50
PAUSE_S = 0.2


Refusal = Callable[[dict[str, Any]], ChuangpingError]
"""The error to raise for an answer that says no."""


def _registration_error(answer: dict[str, Any]) -> RegistrationError:
    return RegistrationError(str(answer["message"]))


def _account_error(answer: dict[str, Any]) -> AccountError:
    return AccountError(str((answer.get("facts") or {}).get("code", "refused")), str(answer["message"]))


def _admission_error(answer: dict[str, Any]) -> AdmissionError:
    return AdmissionError(str(answer["message"]))


def _opening_error(answer: dict[str, Any]) -> OpeningError:
    return OpeningError(str(answer["message"]))


class RemoteOffice:
    """Asks the province at `url` (its own address on this machine) with the operator's token.

    `pause` waits so many seconds.
    """

    def __init__(self, url: str, token: str, *, pause: Callable[[float], object]) -> None:
        self._url = url
        self._token = token
        self._pause = pause
        # What is asked here never leaves the machine, whatever proxy the environment names.
        self._opener = build_opener(ProxyHandler({}))

    def login_url(self) -> str:
        """A link that opens the operator's page once. Raises ServiceError."""
        return str(self._ask("/api/v1/logins", {})["url"])

    def add_device(self, certificate: str, *, window: str, assignment: int) -> str:
        """Register a device; its id. Raises RegistrationError, ServiceError."""
        body = {"certificate": certificate, "window": window, "assignment": assignment}
        return str(self._ask("/api/v1/devices", body)["device"])

    def ask(
        self,
        path: str,
        body: dict[str, Any],
        refusal: Refusal = _registration_error,
        *,
        answer_s: float = ANSWER_S,
    ) -> dict[str, Any]:
        """The answer to `body` posted to `path`. Raises what `refusal` makes of a refusal, ServiceError.

        EnrolmentRefused where the province says which refusal it is.
        """
        return self._ask(path, body, refusal, answer_s=answer_s)

    def admit(self, log_id: str, *, first: int, last: int, by: str) -> int:
        """Admit rows of the quarantine; how many. Raises AdmissionError, ServiceError."""
        body = {"log_id": log_id, "first": first, "last": last, "by": by}
        return int(self._ask("/api/v1/admissions", body, _admission_error)["rows"])

    def add_user(self, name: str, *, password: str, role: Role, hall: str | None) -> None:
        """Make a user of the page. Raises AccountError, ServiceError."""
        body = {"name": name, "password": password, "role": role.value, "hall": hall}
        self._ask("/api/v1/users", body, _account_error)

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password and end their sessions. Raises AccountError, ServiceError."""
        self._ask("/api/v1/users/password", {"name": name, "password": password}, _account_error)

    def disable_user(self, name: str) -> None:
        """Let a user in no more, from this moment. Raises AccountError, ServiceError."""
        self._ask("/api/v1/users/disable", {"name": name}, _account_error)

    def make_token(self, name: str, *, role: Role, hall: str | None) -> str:
        """A new bearer token for a program. Raises AccountError, ServiceError."""
        body = {"name": name, "role": role.value, "hall": hall}
        return str(self._ask("/api/v1/tokens", body, _account_error)["token"])

    def revoke_token(self, name: str) -> None:
        """Make a token worthless from this moment. Raises AccountError, ServiceError."""
        self._ask("/api/v1/tokens/revoke", {"name": name}, _account_error)

    def place_window(self, window: Window) -> None:
        """Say in which hall a window is. Raises AccountError, ServiceError."""
        self._ask("/api/v1/windows", dataclasses.asdict(window), _account_error)

    def import_places(self, rows: Sequence[PlaceRow], *, dry_run: bool) -> Plan:
        """Take over a table of places, which the caller has checked; what changed. Raises ServiceError."""
        body = {"dry_run": dry_run, "rows": [dataclasses.asdict(row) for row in rows]}
        return Plan.from_json(self._ask("/api/v1/places", body, answer_s=IMPORT_S))

    def hand_out(self, log_id: str, seq: int, *, by: str, kid: str) -> HandedOut:
        """The sealed blob that a row names; kept for good. Raises OpeningError, ServiceError."""
        body = {"log_id": log_id, "seq": seq, "by": by, "kid": kid}
        return HandedOut.from_json(self._ask("/api/v1/openings", body, _opening_error))

    def revoke(self, device: str, *, why: str, by: str) -> Settled:
        """Shut a device out; what is left to do. Raises RegistrationError, ServiceError."""
        return self._settle(device, "revoke", why, by)

    def reinstate(self, device: str, *, why: str, by: str) -> Settled:
        """Let a device in again; what is left to do. Raises RegistrationError, ServiceError."""
        return self._settle(device, "reinstate", why, by)

    def _settle(self, device: str, what: str, why: str, by: str) -> Settled:
        path = f"/api/v1/devices/{quote(device, safe='')}/{what}"
        return msgspec.convert(self._ask(path, {"why": why, "by": by}, answer_s=SETTLE_S), Settled)

    def _ask(
        self,
        path: str,
        body: dict[str, Any],
        refusal: Refusal = _registration_error,
        *,
        answer_s: float = ANSWER_S,
    ) -> dict[str, Any]:
        request = Request(
            self._url + path,
            data=json.dumps(body).encode("utf-8"),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        reason: object = None
        for _ in range(ATTEMPTS):
            try:
                with self._opener.open(request, timeout=answer_s) as response:
                    answer: dict[str, Any] = json.load(response)
                    return answer
            except HTTPError as error:
                with error:
                    raise self._refused(error, refusal) from None
            except (URLError, OSError, ValueError, http.client.HTTPException) as error:
                reason = getattr(error, "reason", error)
            self._pause(PAUSE_S)
        raise ServiceError(
            f"a province process holds the database and does not answer at {self._url}: {reason};"
            " is web.port the one it was started with?"
        )

    def _refused(self, error: HTTPError, refusal: Refusal) -> Exception:
        try:
            answer: dict[str, Any] = json.load(error)
            said = str(answer["message"])
        except (ValueError, KeyError, TypeError, OSError):
            answer, said = {"message": error.reason}, error.reason
        refused = refusal_in(answer)
        if refused is not None:
            return refused
        if error.code in {409, 422}:
            return refusal(answer)
        return ServiceError(f"the province at {self._url} answers {error.code}: {said}")
