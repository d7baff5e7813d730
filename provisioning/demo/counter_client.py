"""A counter's end of the counter link, as a business system has it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping


class CounterClient:
    """Calls the counter link at `url` with `token`. Raises OSError when it does not answer."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def invite(self, handling: Mapping[str, object]) -> str | None:
        """The id of a new invitation, or None when it was refused."""
        answer = self._call("POST", "/v1/invitations", {"handling": handling, "clerk": "C0231"})
        return None if answer is None else str(answer["id"])

    def state(self, invitation: str) -> str | None:
        """`waiting`, `answered`, `closed`, or None when it is not known."""
        answer = self._call("GET", f"/v1/invitations/{invitation}", None)
        return None if answer is None else str(answer["state"])

    def _call(self, method: str, path: str, body: object) -> dict[str, object] | None:
        request = urllib.request.Request(
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode("utf-8"),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                answer: dict[str, object] = json.load(response)
                return answer
        except urllib.error.HTTPError as refused:
            refused.close()
            return None
