"""The devices at the province: the list as asked for, the table, the page of one, who may see and do what."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from province.device_list import ON_A_SHEET, Asked, list_of
from province.office import LocalOffice
from province.places.plan import Window
from province.role import OPERATOR, Role
from province.roster import roster_for
from province.store.database import Database
from province.store.device_tables import assignments, devices, presence
from sync.contract.topics import UpName
from tests.province.province_bench import ProvinceBench
from tests.province.site import Site, Stage, hidden

PASSWORD = "a long password"
CODED, CODE = "cp-7k3mq9xtwa", "7K3M-Q9XT-WAZ"


@pytest.fixture
def site(bench: ProvinceBench, stage: Stage) -> Iterator[Site]:
    bench.office.place_window(Window("W07", "north", "社保"))
    bench.office.place_window(Window("W08", "south", "=HYPERLINK(1)"))
    troubled = bench.registered(CODED, "W08")
    bench.hello(troubled)
    bench.say(troubled, UpName.STATUS, troubled.status(online=True, queue=7, faults=["F-022"]))
    bench.registered("dev-001", "W07")
    bench.registered("dev-002", "W07")
    bench.office.revoke("dev-002", why="@stolen", by="wang")
    bench.office.add_user("wang", password=PASSWORD, role=Role.OPERATOR, hall=None)
    bench.office.add_user("li", password=PASSWORD, role=Role.VIEWER, hall="north")
    bench.office.add_user("chen", password=PASSWORD, role=Role.TECHNICIAN, hall=None)
    bench.office.add_user("zhao", password=PASSWORD, role=Role.TECHNICIAN, hall="south")
    with Site(bench, on=stage) as shown:
        yield shown


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    with site.browser() as client:
        yield client


def listed(page: str) -> list[str]:
    """The devices of a list page, in its order."""
    return [part.split('"')[0].removeprefix("device-") for part in page.split('id="device-')[1:]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["dev-001", "dev-002", CODED]),
        ("sort=-window", [CODED, "dev-001", "dev-002"]),
        ("sort=queue", [CODED, "dev-001", "dev-002"]),
        ("sort=nothing", ["dev-001", "dev-002", CODED]),
        ("hall=south", [CODED]),
        ("hall=nowhere", []),
        ("state=revoked", ["dev-002"]),
        ("state=offline", ["dev-001"]),
        ("state=online", [CODED]),
        ("state=trouble", [CODED]),
        (f"search={CODE}", [CODED]),
        ("search=7k3m q9", [CODED]),
        (f"search=https://province.example/devices/{CODED}%23{CODE}", [CODED]),
        ("search=社保", ["dev-001", "dev-002"]),
        ("search=DEV-001", ["dev-001"]),
        ("hall=north&state=revoked&search=dev", ["dev-002"]),
        ("sheet=9999&state=bogus&search=%00", ["dev-001", "dev-002", CODED]),
    ],
)
def test_the_list_is_as_asked_for(site: Site, browser: httpx.Client, query: str, found: list[str]) -> None:
    site.log_in(browser, "wang", PASSWORD)
    assert listed(browser.get(f"/devices?{query}").text) == found


def test_a_viewer_of_a_hall_sees_its_devices_and_no_other_by_any_way(
    site: Site, browser: httpx.Client
) -> None:
    site.log_in(browser, "li", PASSWORD)
    assert listed(browser.get("/devices?hall=south").text) == []
    assert listed(browser.get("/devices").text) == ["dev-001", "dev-002"]
    assert CODED not in browser.get("/devices.csv").text
    assert browser.get(f"/devices/{CODED}").status_code == 303
    page = browser.get("/devices/dev-002").text
    assert "@stolen" in page
    assert "停用与恢复" not in page
    assert "<form" not in page.split('id="board"')[1]
    token = site.bench.office.make_token("of-north", role=Role.VIEWER, hall="north")
    answer = site.get("/api/v1/devices", token=token).json()["devices"]
    assert [entry["device"] for entry in answer] == ["dev-001", "dev-002"]


def test_a_technician_sees_devices_and_neither_figures_nor_rows_and_changes_nothing(
    site: Site, browser: httpx.Client
) -> None:
    site.log_in(browser, "chen", PASSWORD)
    landed = browser.get("/")
    assert (landed.status_code, landed.headers["location"]) == (303, "/devices")
    token = hidden(browser.get("/devices").text, "token")
    assert "停用与恢复" in browser.get("/devices/dev-002").text
    for path in ("/alarms", "/users", "/window?code=W07", "/live?page=overview"):
        assert browser.get(path).status_code == 403, path
    assert "满意" not in browser.get("/halls").text
    for act in ("order", "revoke", "reinstate"):
        form = {"token": token, "kind": "restart", "why": "because", "sure": "yes"}
        assert browser.post(f"/devices/dev-001/{act}", data=form).status_code == 403
    program = site.bench.office.make_token("of-chen", role=Role.TECHNICIAN, hall=None)
    assert site.get("/api/v1/devices", token=program).status_code == 200
    for path in ("statistics", "ratings", "alarms"):
        assert site.get(f"/api/v1/{path}", token=program).status_code == 403, path
    assert [order for e in _roster(site.bench) for order in e["orders"]] == []


def test_a_technician_of_a_hall_sees_its_devices(site: Site, browser: httpx.Client) -> None:
    site.log_in(browser, "zhao", PASSWORD)
    assert listed(browser.get("/devices").text) == [CODED]


def test_an_operator_orders_on_the_page_what_the_page_offers(site: Site, browser: httpx.Client) -> None:
    site.log_in(browser, "wang", PASSWORD)
    path = f"/devices/{CODED}"
    form = {"token": hidden(browser.get(path).text, "token"), "kind": "restart"}
    answer = browser.post(f"{path}/order", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert '重新启动</span> <span class="small">等待回复' in browser.get(path).text
    assert browser.post(f"{path}/order", data={**form, "kind": "invite"}).status_code == 422
    assert browser.post(f"{path}/order", data={**form, "token": "x"}).status_code == 403
    assert browser.post("/devices/dev-009/order", data=form).headers["location"] == "/devices"
    assert [e["orders"][0]["kind"] for e in _roster(site.bench) if e["orders"]] == ["restart"]


@pytest.mark.parametrize("missing", ["why", "sure", "token"])
def test_nothing_is_revoked_without_reason_tick_and_our_own_form(
    site: Site, browser: httpx.Client, missing: str
) -> None:
    site.log_in(browser, "wang", PASSWORD)
    form = {"token": hidden(browser.get("/devices/dev-001").text, "token"), "why": "lost", "sure": "yes"}
    del form[missing]
    assert browser.post("/devices/dev-001/revoke", data=form).status_code in {403, 422}
    assert [e["revoked_at"] for e in _roster(site.bench) if e["device"] == "dev-001"] == [None]
    form = {"token": hidden(browser.get("/devices/dev-001").text, "token"), "why": "lost", "sure": "yes"}
    answer = browser.post("/devices/dev-001/revoke", data=form)
    assert "消息服务器不在本机" in answer.text
    assert [e["revoked_why"] for e in _roster(site.bench) if e["device"] == "dev-001"] == ["lost"]


def test_the_table_opens_rightly_in_a_spreadsheet_and_holds_no_formula(
    site: Site, browser: httpx.Client
) -> None:
    site.log_in(browser, "wang", PASSWORD)
    answer = browser.get("/devices.csv?sort=-device&lang=en")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="devices.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Device"] for row in rows] == ["dev-002", "dev-001", CODED]
    assert rows[0]["Shut out because"] == "'@stolen"
    assert (rows[2]["Window name"], rows[2]["Device code"]) == ("'=HYPERLINK(1)", CODE)
    assert (rows[2]["Waiting"], rows[2]["Faults"], rows[1]["Waiting"]) == ("7", "F-022", "")


def test_whoever_scans_a_sticker_logs_in_and_is_led_to_the_device(site: Site, browser: httpx.Client) -> None:
    page = browser.get(f"/devices/{CODED}").text
    assert hidden(page, "to") == f"/devices/{CODED}"
    sent = {"secret": hidden(page, "secret"), "name": "chen", "password": PASSWORD, "to": hidden(page, "to")}
    assert browser.post("/login", data=sent).headers["location"] == f"/devices/{CODED}"
    assert browser.get("/devices/nothing").headers["location"] == "/devices"


def test_the_api_has_the_new_fields(site: Site) -> None:
    entry = next(e for e in _roster(site.bench) if e["device"] == "dev-002")
    assert (entry["hall"], entry["hall_name"], entry["window_name"]) == ("north", "north", "社保")
    assert (entry["revoked_why"], entry["code"]) == ("@stolen", None)
    shown = site.get("/api/v1/devices").json()["devices"]
    assert entry in [{**e} for e in shown]
    assert int(entry["certificate_serial"], 16) > 0
    assert entry["certificate_ends"].startswith("20")


def test_two_thousand_devices_take_as_many_queries_as_two(bench: ProvinceBench) -> None:
    assert isinstance(bench.office, LocalOffice)

    def queries() -> int:
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        with bench.database.read() as connection:
            sa.event.listen(connection, "before_cursor_execute", count)
            roster_for(connection, OPERATOR)
        return counted

    bench.registered("dev-0000")
    few = queries()
    _many(bench.database, 2000, like="dev-0000")
    assert queries() == few
    with bench.database.read() as connection:
        entries = roster_for(connection, OPERATOR)
    assert len(entries) == 2001
    sheet = list_of(entries, Asked(sheet=41))
    assert (sheet.sheets, sheet.found, len(sheet.entries)) == (41, 2001, 1)
    assert len(list_of(entries, Asked()).entries) == ON_A_SHEET


def _many(database: Database, number: int, *, like: str) -> None:
    """Many devices that all have the same certificate."""
    with database.write() as connection:
        one = connection.execute(sa.select(devices).where(devices.c.device == like)).one()._asdict()
        names = [f"dev-{n:04}" for n in range(1, number + 1)]
        connection.execute(sa.insert(devices), [{**one, "device": n, "kid": n} for n in names])
        connection.execute(sa.insert(presence), [{"device": n, "online": False} for n in names])
        connection.execute(
            sa.insert(assignments),
            [{"device": n, "number": 1, "window": f"W{n}", "since_at": "2026"} for n in names],
        )


def _roster(bench: ProvinceBench) -> list[dict[str, Any]]:
    with bench.database.read() as connection:
        return [dataclasses.asdict(entry) for entry in roster_for(connection, OPERATOR)]
