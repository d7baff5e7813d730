"""How long the province's pages and statistics take with a million ratings, four asking at once.

The rows are put there; what the pages are made of is counted and grouped by the product.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from itertools import pairwise
from urllib.parse import urlsplit

from bench.database import DATABASES, database_at
from bench.figures import FIGURE_HEADS, Figures, table
from bench.filled_database import fill, window_code
from bench.resident import Resident, mib
from bench.stand import Stand
from bench.uplink import Uplink
from device.clock import CHINA, SystemClock
from device.errors import ChuangpingError
from province.store import groups, recount
from province.store.database import Database

COUNT = 1_000_000

_ASKED = 200  # times for each page
_CLIENTS = 4
_MONTH = timedelta(days=29)
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class _Page:
    """Something to be asked for."""

    name: str
    path: str
    headers: Mapping[str, str]


def measure(count: int, stand: Stand) -> str:
    """Fill each database with `count` ratings, and ask for every page 200 times."""
    return measured(count, stand, databases=DATABASES, asked=_ASKED)


def measured(count: int, stand: Stand, *, databases: Sequence[str], asked: int) -> str:
    """The tables: what the pages take, what making the database took."""
    made: list[list[str]] = []
    pages: list[list[str]] = []
    first: dict[str, Figures] = {}
    for name in databases:
        folder = stand.folder()
        with database_at(name, folder / "filled.db") as url, Uplink(folder, url=url, workers=1) as uplink:
            took = _make(url, count)
            process = Resident(uplink.start())
            process.look()
            for page, samples in _ask(uplink, asked).items():
                figures = Figures.of(samples)
                against = figures.times(first[page]) if page in first else ""
                first.setdefault(page, figures)
                pages.append([f"{name}: {page}", *figures.cells(), f"{_p95(samples):.1f}", against])
            process.look()
            rows_s = f"{count / took[1]:,.0f}"
            made.append([name, *(f"{s:.0f}" for s in took), rows_s, mib(process.looks), mib([process.most])])
    heads = ["ms", *FIGURE_HEADS, "p95", f"against {databases[0]}"]
    made_heads = ["database", "s to store", "s to count", "s to group", "rows/s counted"]
    return "\n".join(
        [table(heads, pages), "", table([*made_heads, "MiB before + after the pages", "most"], made)]
    )


def _make(url: str, count: int) -> list[float]:
    """Store the rows, count them, show them in groups: seconds for each."""
    now = SystemClock().now().wall
    marks = [time.monotonic()]
    with Database(url) as database:
        fill(database, count, now=now)
        marks.append(time.monotonic())
        with database.write() as connection:
            recount.begin(connection)
        marks.append(time.monotonic())
        made = 1
        while made:
            with database.write() as connection:
                made = groups.release(connection, now)
        marks.append(time.monotonic())
    return [after - before for before, after in pairwise(marks)]


def _pages(uplink: Uplink) -> list[_Page]:
    token = (uplink.province / "token").read_text("ascii").strip()
    operator = {"Authorization": f"Bearer {token}"}
    made = uplink.command("tokens", "make", "bench", "--config", uplink.config)
    viewer = {"Authorization": f"Bearer {made}"}
    browser = {"Cookie": _cookie(uplink)}
    today = SystemClock().now().wall.astimezone(CHINA).date()
    month = f"from={(today - _MONTH).isoformat()}"
    figures = "/api/v1/statistics"
    return [
        _Page("overview", "/", browser),
        _Page("halls", "/halls", browser),
        _Page("devices", "/devices", browser),
        _Page("statistics, today", figures, operator),
        _Page("statistics, 30 days", f"{figures}?{month}", operator),
        _Page("statistics, 30 days, viewer", f"{figures}?{month}", viewer),
        _Page("statistics, a hall, 30 days", f"{figures}?scope=hall:H01&{month}", operator),
        _Page("statistics, a window, 30 days", f"{figures}?scope=window:{window_code(1)}&{month}", operator),
        _Page("ratings, the first 100", "/api/v1/ratings", operator),
    ]


def _cookie(uplink: Uplink) -> str:
    """That of an operator's browser."""
    link = urlsplit(uplink.command("login", "--config", uplink.config))
    with closing(_connection(uplink)) as connection:
        entered = _get(connection, f"{link.path}?{link.query}", {})
    return entered.headers["set-cookie"].partition(";")[0]


def _ask(uplink: Uplink, asked: int) -> dict[str, list[float]]:
    """By page, the milliseconds of each answer; page by page, so that each is measured among its like."""
    return {page.name: _ask_at_once(uplink, page, asked) for page in _pages(uplink)}


def _ask_at_once(uplink: Uplink, page: _Page, asked: int) -> list[float]:
    with ThreadPoolExecutor(_CLIENTS, thread_name_prefix="client") as clients:
        each = [clients.submit(_ask_often, uplink, page, -(-asked // _CLIENTS)) for _ in range(_CLIENTS)]
        return [took_ms for client in each for took_ms in client.result()]


def _ask_often(uplink: Uplink, page: _Page, times: int) -> list[float]:
    took_ms = []
    with closing(_connection(uplink)) as connection:
        for _ in range(times):
            began_s = time.perf_counter()
            _get(connection, page.path, page.headers)
            took_ms.append(1000 * (time.perf_counter() - began_s))
    return took_ms


def _connection(uplink: Uplink) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", uplink.web_port, timeout=_PATIENCE_S)


def _get(connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> HTTPResponse:
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    answer.read()
    if answer.status >= 400:
        raise ChuangpingError(f"{path.partition('?')[0]} answers {answer.status}")
    return answer


def _p95(samples: Sequence[float]) -> float:
    return sorted(samples)[math.ceil(0.95 * len(samples)) - 1]
