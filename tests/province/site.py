"""The web application of a province bench on its real server."""

from __future__ import annotations

import re
import threading
from types import TracebackType
from typing import Self

import httpx
from argon2 import PasswordHasher
from starlette.types import ASGIApp, Receive, Scope, Send

from province.passwords import Passwords
from province.web.app import make_app
from province.web.server import WebServer
from tests.patience import PATIENCE_S
from tests.province.province_bench import ProvinceBench

TOKEN = "a-token-of-the-operator"
# The least that argon2 allows: tests hash often.
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Stage:
    """A real server whose application changes: starting and ending one takes longer than most tests."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._under_way = 0
        self._changed = threading.Condition()
        self.server = WebServer(self, host="127.0.0.1", port=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None, "a request came between two sites"
        with self._changed:
            self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def show(self, app: ASGIApp) -> None:
        assert self._app is None
        self._app = app

    def clear(self) -> None:
        """Wait for the requests under way, then answer none."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._under_way == 0, PATIENCE_S)
        self._app = None

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop(PATIENCE_S)
        assert not self.server.serving


class Site:
    """The application on a server, `on` a stage or one of its own; `closing` ends its streams."""

    def __init__(self, bench: ProvinceBench, *, on: Stage | None = None) -> None:
        self.closing = False
        self.bench = bench
        self._own = on is None
        self._stage = on or Stage()
        self._app = make_app(
            bench.database,
            office=bench.office,
            steering=bench.steering,
            blobs=bench.blobs,
            clock=bench.clock,
            token=TOKEN,
            secure=False,
            broker_connected=lambda: True,
            closing=lambda: self.closing,
            passwords=QUICK,
        )

    def __enter__(self) -> Self:
        if self._own:
            self._stage.__enter__()
        self._stage.show(self._app)
        self.url = self._stage.url
        self.client = self.browser()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing = True
        self.client.close()
        self._stage.clear()
        if self._own:
            self._stage.__exit__()

    def browser(self) -> httpx.Client:
        """Another browser with cookies of its own, to be closed."""
        # No TLS here: without `verify` the system's certificates are not read for each client.
        return httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE_S, verify=False)

    def get(self, path: str, *, token: str = TOKEN, **parameters: str | int) -> httpx.Response:
        return self.client.get(path, params=parameters, headers={"Authorization": f"Bearer {token}"})

    def once(self) -> str:
        """The path of a one-time login."""
        return self.bench.office.login_url().replace("http://127.0.0.1:1", "")

    def log_in(self, client: httpx.Client, name: str, password: str) -> httpx.Response:
        """Send the login form as it is drawn."""
        secret = hidden(client.get("/login").text, "secret")
        return client.post("/login", data={"secret": secret, "name": name, "password": password})


def hidden(page: str, name: str) -> str:
    """The value of a form's hidden field."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]
