"""The API and the operator's page, asked over HTTP from the real server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

import httpx
import pytest

from device.faults import Fault
from device.orderly import OrderKind
from province.ca import certificate_pem
from province.device_list import State
from province.device_table import COLUMNS
from province.revocation import Left
from province.role import Role
from province.store.access import SESSION
from province.web.words import CHINESE, ENGLISH, choose_language, texts_of
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice, handling
from tests.province.site import BEARER, TOKEN, Site, Stage


@pytest.fixture
def site(bench: ProvinceBench, stage: Stage) -> Iterator[Site]:
    with Site(bench, on=stage) as made:
        yield made


@pytest.fixture
def operator(site: Site, bench: ProvinceBench) -> httpx.Client:
    """A browser whose login was accepted."""
    url = bench.office.login_url().replace("http://127.0.0.1:1", "")
    assert site.client.get(url, follow_redirects=False).status_code == 303
    return site.client


@pytest.mark.parametrize("value", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer"])
def test_everything_but_healthz_asks_for_the_token(site: Site, value: str | None) -> None:
    for path in ("/api/v1/ratings", "/api/v1/devices", "/api/v1/none", "/openapi.json"):
        answer = site.client.get(path, headers={"Authorization": value} if value else {})
        assert answer.status_code == 401
        assert answer.json()["error"] == "unauthorized"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_healthz_says_whether_the_broker_is_there(site: Site) -> None:
    assert site.client.get("/healthz").json() == {"status": "ok", "broker": "connected"}


def test_ratings_are_given_with_all_their_fields(
    site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(2, visit="v1", later_field=[1, {"a": None}])
    bench.send(device)
    (given,) = site.get("/api/v1/ratings").json()["ratings"]
    added = {name: given.pop(name) for name in ("device", "log_id", "received_at", "counted", "marks")}
    assert given == {**json.loads(device.log.rows[0].canonical), "hash": device.log.rows[0].hash}
    assert added == {
        "device": "dev-001",
        "log_id": device.log.log_id,
        "received_at": "2026-11-22T10:15:00.000+08:00",
        "counted": True,
        "marks": [],
    }


def test_pages_of_ratings_join_without_gap_or_double(site: Site, bench: ProvinceBench) -> None:
    for name in ("dev-001", "dev-002"):
        device = bench.registered(name)
        for _ in range(5):
            device.rate()
        bench.send(device)
    whole = [(r["log_id"], r["seq"]) for r in site.get("/api/v1/ratings").json()["ratings"]]
    assert whole == sorted(whole)
    assert len(whole) == 10
    found: list[tuple[str, int]] = []
    after: dict[str, str] = {}
    while True:
        answer = site.get("/api/v1/ratings", limit=5, **after).json()
        found += [(r["log_id"], r["seq"]) for r in answer["ratings"]]
        if answer["next"] is None:
            break
        after = {"after": answer["next"]}
    assert found == whole


def test_ratings_are_chosen_by_device_log_and_seq(site: Site, bench: ProvinceBench) -> None:
    one, other = bench.registered("dev-001"), bench.registered("dev-002")
    for device in (one, other):
        for _ in range(3):
            device.rate()
        bench.send(device)

    def seqs(**parameters: str | int) -> list[int]:
        return [r["seq"] for r in site.get("/api/v1/ratings", **parameters).json()["ratings"]]

    assert seqs(device="dev-002") == [1, 2, 3]
    assert seqs(log=one.log.log_id, after=1) == [2, 3]
    assert seqs(log=one.log.log_id, after=f"{one.log.log_id}:2") == [3]
    assert seqs(device="dev-001", log=other.log.log_id) == []
    assert seqs(device="nobody") == []


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"after": "7"}, "after"),
        ({"after": "x", "log": "0" * 32}, "after"),
        ({"after": "-1", "log": "0" * 32}, "after"),
        ({"after": "٣", "log": "0" * 32}, "after"),
        ({"after": f"{'1' * 32}:1", "log": "0" * 32}, "after"),
        ({"device": "d" * 65}, "device"),
    ],
)
def test_a_parameter_out_of_bounds_is_named(site: Site, parameters: dict[str, str | int], field: str) -> None:
    answer = site.get("/api/v1/ratings", **parameters)
    assert answer.status_code == 422
    assert (answer.json()["error"], answer.json()["field"]) == ("invalid", field)


def test_devices_and_alarms_are_listed(site: Site, bench: ProvinceBench, device: SimulatedDevice) -> None:
    device.rate(5, visit="v1", handling=handling("p1"))
    device.rate(5, visit="v2", handling=handling("p1"))
    bench.hello(device)
    bench.send(device)
    (listed,) = site.get("/api/v1/devices").json()["devices"]
    assert (listed["device"], listed["window"], listed["assignment"]) == ("dev-001", "W07", 1)
    assert listed["logs"] == [
        {
            "log_id": device.log.log_id,
            "through": 2,
            "head": device.log.head,
            "quarantined": False,
            "repeated": 0,
        }
    ]
    assert listed["receipt_at"] == "2026-11-22T10:15:00.000+08:00"
    (alarm,) = site.get("/api/v1/alarms").json()["alarms"]
    assert (alarm["code"], alarm["device"], alarm["times"]) == ("duplicate_service", "dev-001", 1)


def test_openapi_describes_every_path(site: Site) -> None:
    described = site.get("/openapi.json").json()["paths"]
    assert set(described) == {
        "/healthz",
        "/api/v1/openings",
        "/api/v1/ratings",
        "/api/v1/devices",
        "/api/v1/devices/{device}/settings",
        "/api/v1/devices/{device}/orders",
        "/api/v1/devices/{device}/revoke",
        "/api/v1/devices/{device}/reinstate",
        "/api/v1/devices/{device}/bundles",
        "/api/v1/devices/{device}/bundles/{sha256}",
        "/api/v1/photos",
        "/api/v1/admissions",
        "/api/v1/alarms",
        "/api/v1/places",
        "/api/v1/devices/{device}/assignments",
        "/api/v1/logins",
        "/api/v1/statistics",
        "/api/v1/handlings",
        "/api/v1/users",
        "/api/v1/users/password",
        "/api/v1/users/disable",
        "/api/v1/tokens",
        "/api/v1/tokens/revoke",
        "/api/v1/windows",
    }
    assert site.client.get("/docs").status_code == 404


def test_openapi_says_that_all_but_healthz_needs_a_token(site: Site) -> None:
    described = site.get("/openapi.json").json()
    assert described["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    assert described["security"] == [{"token": []}]
    open_to_all = [
        p for p, ways in described["paths"].items() for w in ways.values() if w.get("security") == []
    ]
    assert open_to_all == ["/healthz"]


def test_a_device_is_registered_by_its_certificate(site: Site, bench: ProvinceBench) -> None:
    new = SimulatedDevice("dev-007", bench.clock.now().wall)
    certificate = certificate_pem(bench.ca.sign_device(new.request(), new.at)).decode()
    body = {"certificate": certificate, "window": "W09", "assignment": 2}
    for _ in range(2):
        answer = site.client.post("/api/v1/devices", json=body, headers=BEARER)
        assert (answer.status_code, answer.json()) == (200, {"device": "dev-007"})
    moved = site.client.post("/api/v1/devices", json={**body, "window": "W10"}, headers=BEARER)
    assert (moved.status_code, moved.json()["error"]) == (409, "conflict")
    junk = site.client.post("/api/v1/devices", json={**body, "certificate": "ä"}, headers=BEARER)
    assert junk.status_code == 409


def test_a_login_link_opens_the_page_once(site: Site, bench: ProvinceBench) -> None:
    url = site.client.post("/api/v1/logins", headers=BEARER).json()["url"].replace("http://127.0.0.1:1", "")
    answer = site.client.get(url, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert site.client.get("/").status_code == 200
    site.client.cookies.clear()
    again = site.client.get(url)
    assert again.status_code == 410
    assert "这个登录链接已经用过或已过期" in again.text


def test_a_login_link_lasts_ten_minutes(site: Site, bench: ProvinceBench) -> None:
    url = bench.office.login_url().replace("http://127.0.0.1:1", "")
    bench.clock.advance(10 * 60 * 1000)
    assert site.client.get(url).status_code == 410


def test_a_session_ends_after_its_time(operator: httpx.Client, bench: ProvinceBench) -> None:
    bench.clock.advance(int(SESSION / timedelta(milliseconds=1)))
    assert operator.get("/").status_code == 401
    assert operator.get("/live").status_code == 401


def test_nothing_is_shown_without_a_session(site: Site) -> None:
    for cookie in (None, "wrong", "operator"):
        for path in ("/", "/live"):
            headers = {"Cookie": f"operator={cookie}"} if cookie else {}
            assert site.client.get(path, headers=headers).status_code == 401


def test_the_page_shows_what_was_counted_today(
    operator: httpx.Client, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    for level in (5, 5, 4, 2):
        device.rate(level)
    first = device.rate(1, visit="v1")
    device.rate(1, visit="v1", replaces=first, indicators=["110", "unheard-of"])
    device.rate(None, outcome="declined")
    device.rate(5, at="2026-11-21T10:00:00.000+08:00")
    bench.hello(device)
    bench.send(device)
    text = re.sub(r"\s+", " ", operator.get("/").text)
    assert '<p class="big">5</p>' in text  # not the one of yesterday, not the one replaced
    assert '<p class="big">60.0%</p>' in text
    assert "已邀评 6 次，评价 5 次" in text
    assert "unheard-of" in text
    assert "dev-001" in text


def test_the_page_never_trusts_what_a_row_says(
    operator: httpx.Client, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(5, clerk="<script>alert(1)</script>")
    device.rate(5, window=["<b>"], handling={"task_name": 7}, indicators={"a": 1}, at=3, level="<i>")
    bench.send(device)
    text = operator.get("/").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert text.count("<script") == 1


def test_an_open_page_is_sent_what_arrives(
    operator: httpx.Client, site: Site, bench: ProvinceBench, device: SimulatedDevice
) -> None:
    device.rate(4, clerk="C9999")
    with operator.stream("GET", "/live") as live:
        assert live.headers["content-type"].startswith("text/event-stream")
        boards = (
            json.loads(line.removeprefix("data: ")) for line in live.iter_lines() if line.startswith("data: ")
        )
        assert "还没有收到评价" in next(boards)
        bench.send(device)
        assert "C9999" in next(boards)
        site.closing = True
        assert list(boards) == []


def test_the_page_is_safe_in_a_browser(operator: httpx.Client) -> None:
    answer = operator.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "style=" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    for path in ("/static/page.css", "/static/page.js", "/static/icon.svg"):
        assert operator.get(path).status_code == 200


@pytest.mark.parametrize(
    ("asked", "remembered", "language"),
    [
        (None, None, CHINESE),
        ("en", None, ENGLISH),
        (None, "en", ENGLISH),
        ("zh-Hans", "en", CHINESE),
        ("xx", "en", ENGLISH),
        ("xx", "yy", CHINESE),
    ],
)
def test_the_language_is_the_one_asked_for(asked: str | None, remembered: str | None, language: str) -> None:
    assert choose_language(asked, remembered) == language


def test_the_language_is_kept_and_not_taken_from_the_browser(operator: httpx.Client) -> None:
    browsers = {"Accept-Language": "en-GB"}
    assert 'lang="zh-Hans"' in operator.get("/", headers=browsers).text
    assert 'lang="en"' in operator.get("/?lang=en").text
    assert 'lang="en"' in operator.get("/halls").text


def test_both_languages_have_the_same_texts() -> None:
    assert texts_of(CHINESE).keys() == texts_of(ENGLISH).keys()
    for name, chinese in texts_of(CHINESE).items():
        places = set(re.findall(r"{(\w*)}", chinese))
        assert places == set(re.findall(r"{(\w*)}", texts_of(ENGLISH)[name])), name


def test_every_alarm_and_mark_has_words() -> None:
    from province.ingest.alarm import AlarmCode
    from province.ingest.mark import Mark

    names = {f"alarm.{code}" for code in AlarmCode} | {f"mark.{m}" for m in Mark if m != Mark.REPLACED}
    assert names <= texts_of(CHINESE).keys()


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("left", Left),
        ("state", State),
        ("role", Role),
        ("fault", [*Fault, "device_silent"]),
        ("order", OrderKind),
        ("table", COLUMNS),
    ],
)
def test_every_code_that_a_page_of_devices_shows_has_words(table: str, codes: Iterable[str]) -> None:
    assert {f"{table}.{code}" for code in codes} <= texts_of(CHINESE).keys()
