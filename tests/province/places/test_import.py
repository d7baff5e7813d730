"""A table taken over: all or nothing, again without effect, nothing ever taken away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from province.errors import AccountError
from province.folder import ProvinceFolder
from province.places.fault import PlacesError
from province.places.plan import Places, Plan, Window
from province.places.row import PlaceRow
from province.role import Principal, Role
from province.store import places, registry, users
from province.store.database import Database
from province.web.halls import read_halls
from tests.province.province_bench import ProvinceBench
from tests.province.province_process import Province
from tests.province.simulated_device import SimulatedDevice
from tests.province.site import BEARER, Site

NORTH = PlaceRow(2, "D1", "政务局", "H1", "北大厅", "510100", "W07", "07", "社保")
SOUTH = PlaceRow(3, "D1", "政务局", "H2", "南大厅", "510104", "W08", "08", "户籍")


def held(database: Database) -> Places:
    with database.read() as connection:
        return places.all_places(connection)


def take(bench: ProvinceBench, *rows: PlaceRow, dry_run: bool = False) -> Plan:
    return bench.office.import_places(rows, dry_run=dry_run)


def test_a_dry_run_says_what_would_be_and_changes_nothing(bench: ProvinceBench) -> None:
    planned = take(bench, NORTH, SOUTH, dry_run=True)
    assert (planned.organisations.added, planned.halls.added) == (["D1"], ["H1", "H2"])
    assert planned.windows.added == ["W07", "W08"]
    assert held(bench.database) == ({}, {}, {})
    assert take(bench, NORTH, SOUTH) == planned


def test_the_same_table_again_changes_nothing(bench: ProvinceBench) -> None:
    take(bench, NORTH, SOUTH)
    before = held(bench.database)
    again = take(bench, NORTH, SOUTH)
    assert again.changes_nothing
    assert (again.organisations.same, again.halls.same, again.windows.same) == (1, 2, 2)
    assert held(bench.database) == before


def test_what_is_otherwise_is_changed_and_what_is_left_out_stays(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    take(bench, NORTH, SOUTH)
    device.rate(5)
    bench.hello(device)
    bench.send(device)
    moved = PlaceRow(2, "D1", "政务服务局", "H1", "北大厅", "510100", "W08", "08", "户籍")
    planned = take(bench, moved)
    assert [(c.code, c.fields) for c in planned.organisations.changed] == [
        ("D1", {"name": ("政务局", "政务服务局")})
    ]
    assert [(c.code, c.fields) for c in planned.windows.changed] == [("W08", {"hall": ("H2", "H1")})]
    assert (planned.halls.left_out, planned.windows.left_out) == (["H2"], ["W07"])
    assert set(held(bench.database).windows) == {"W07", "W08"}
    assert held(bench.database).windows["W08"].hall == "H1"


def test_one_bad_row_and_nothing_is_taken_over(bench: ProvinceBench) -> None:
    with pytest.raises(PlacesError, match="第 3 行“窗口编码”"):
        take(bench, NORTH, PlaceRow(3, "D1", "政务局", "H2", "南大厅", "", "W 8", "", ""))
    assert held(bench.database) == ({}, {}, {})


def test_a_hall_known_by_name_gets_its_code_and_keeps_windows_and_viewers(bench: ProvinceBench) -> None:
    bench.office.place_window(Window("W01", "北大厅", "老窗口"))
    bench.office.add_user("li", password="a long password", role=Role.VIEWER, hall="北大厅")
    assert held(bench.database).halls["北大厅"].is_known_by_name_only
    planned = take(bench, NORTH)
    assert planned.coded == {"北大厅": "H1"}
    found = held(bench.database)
    assert set(found.halls) == {"H1"}
    assert {w.window: w.hall for w in found.windows.values()} == {"W01": "H1", "W07": "H1"}
    with bench.database.read() as connection:
        assert [user.hall for user in users.all_users(connection)] == ["H1"]
    assert take(bench, NORTH).changes_nothing


def test_a_hall_may_be_said_by_its_name_where_no_other_has_it(bench: ProvinceBench) -> None:
    take(bench, NORTH, SOUTH)
    bench.office.place_window(Window("W09", "南大厅", ""))
    assert held(bench.database).windows["W09"].hall == "H2"
    take(bench, PlaceRow(2, "D2", "另一局", "H3", "南大厅", "", "W11", "", ""))
    with pytest.raises(
        AccountError, match=r"^hall: 2 halls are called 南大厅; say which by its code: H2, H3$"
    ):
        bench.office.place_window(Window("W09", "南大厅", ""))


def test_ten_thousand_windows_are_one_statement_for_each_kind(bench: ProvinceBench) -> None:
    rows = [
        PlaceRow(n, f"D{n % 50}", f"部门{n % 50}", f"H{n % 500}", f"大厅{n % 500}", "", f"W{n}", "", "")
        for n in range(2, 10_002)
    ]
    statements: list[str] = []

    def note(_connection: sa.Connection, statement: sa.Executable, *_: object) -> None:
        statements.append(str(statement)[:6])

    sa.event.listen(sa.Engine, "before_execute", note)
    try:
        assert len(take(bench, *rows).windows.added) == 10_000
    finally:
        sa.event.remove(sa.Engine, "before_execute", note)
    assert statements.count("INSERT") == 3
    assert take(bench, *rows).windows.same == 10_000


def test_the_page_shows_organisation_hall_and_window(bench: ProvinceBench) -> None:
    take(bench, SOUTH, NORTH)
    bench.office.place_window(Window("W30", "无编码大厅", ""))
    bench.registered("dev-009", "W99")
    with bench.database.read() as connection:
        found = read_halls(connection, bench.clock.now().wall, Principal("w", Role.OPERATOR))
        of_hall = read_halls(connection, bench.clock.now().wall, Principal("l", Role.VIEWER, "H2"))
    assert [(o.name, [(h.name, [w.window for w in h.windows]) for h in o.halls]) for o in found] == [
        ("政务局", [("北大厅", ["W07"]), ("南大厅", ["W08"])]),
        ("", [("无编码大厅", ["W30"]), ("", ["W99"])]),
    ]
    assert [[h.name for h in o.halls] for o in of_hall] == [["南大厅"]]


def test_the_api_takes_a_table_from_operators_alone(bench: ProvinceBench) -> None:
    row = {"line": 2, **{k: getattr(NORTH, k) for k in NORTH.__slots__ if k != "line"}}
    viewer = bench.office.make_token("bi", role=Role.VIEWER, hall=None)
    with Site(bench) as site:
        post = site.client.post
        body = {"rows": [row]}
        assert post("/api/v1/places", json=body).status_code == 401
        refused = post("/api/v1/places", json=body, headers={"Authorization": f"Bearer {viewer}"})
        assert refused.status_code == 403
        assert post("/api/v1/places", json=body, headers=BEARER).json()["windows"]["added"] == ["W07"]
        bad = post("/api/v1/places", json={"rows": [{**row, "hall": ""}]}, headers=BEARER)
        assert (bad.status_code, bad.json()["error"]) == (409, "conflict")
        assert site.get("/api/v1/places").json()["halls"] == [
            {"code": "H1", "name": "北大厅", "organisation": "D1", "area_code": "510100"}
        ]


def test_a_device_had_windows_from_when_until_when(bench: ProvinceBench, device: SimulatedDevice) -> None:
    bench.clock.advance(60_000)
    bench.steering.change_settings(device.name, {"window.id": "W08"})
    bench.clock.advance(60_000)
    bench.steering.change_settings(device.name, {"window.id": "W08"})
    with Site(bench) as site:
        found = site.get(f"/api/v1/devices/{device.name}/assignments").json()["assignments"]
        assert site.get("/api/v1/devices/nobody/assignments").status_code == 409
    assert [(a["number"], a["window"]) for a in found] == [(1, "W07"), (2, "W08")]
    assert found[0]["until_at"] == found[1]["since_at"] > found[0]["since_at"]
    assert found[1]["until_at"] is None
    with bench.database.write() as connection:
        registry.end_assignment(connection, device.name, at="2026-11-23T00:00:00.000+08:00")
        assert device.name not in registry.current_assignments(connection)
        registry.move(connection, device.name, window="W08", at="2026-11-24T00:00:00.000+08:00")
        assert [a.number for a in registry.assignments_of(connection, device.name)] == [1, 2, 3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "places.csv"
    lines = ["部门编码,部门名称,大厅编码,大厅名称,窗口编码", "D1,政务局,H1,北大厅,W07", ""]
    path.write_bytes("\r\n".join(lines).encode("gbk"))
    return path


def run(*arguments: str | Path, lang: str = "zh_CN.UTF-8") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "LC_ALL": lang}
    command = [sys.executable, "-m", "provisioning", "places", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, timeout=120, check=False)


def test_the_command_takes_a_table_over_whether_the_province_runs_or_not(tmp_path: Path, file: Path) -> None:
    province = Province(tmp_path / "province")
    ports = {
        "mqtt_port": province.mqtt_port,
        "worker_port": province.worker_port,
        "web_port": province.web_port,
    }
    ProvinceFolder(province.folder).make(host="127.0.0.1", now=datetime.now(UTC), **ports)
    with Database(f"sqlite:///{province.folder / 'province.db'}"):
        pass
    config = ("--config", province.config)
    tried = run("import", file, "--dry-run", "--json", *config)
    assert (tried.returncode, json.loads(tried.stdout)["dry_run"]) == (0, True), tried.stderr
    assert run("list", *config).stdout == b""
    done = run("import", file, *config)
    assert (done.returncode, done.stdout.decode().splitlines()[-1]) == (
        0,
        "窗口：新增 1，变更 0，不变 0，文件里没有（保留）0。",
    )
    province.start()
    try:
        file.write_bytes(file.read_bytes() + "D1,政务局,H2,南大厅,W08\r\n".encode("gbk"))
        done = run("import", file, *config, lang="en_GB.UTF-8")
        said = done.stdout.decode().splitlines()
        assert (done.returncode, said[0]) == (0, "added to halls: H2"), done.stderr
        assert said[-1] == "windows: 1 added, 0 changed, 1 as before, 0 not in it (kept)."
        bad = run("import", file, "--json", "--encoding", "utf-8", *config)
        assert (bad.returncode, json.loads(bad.stdout)["faults"][0]["code"]) == (1, "not_text")
    finally:
        assert province.stop(signal.SIGTERM) == 0
    listed = json.loads(run("list", "--json", *config).stdout)
    assert [window["window"] for window in listed["windows"]] == ["W07", "W08"]
    exported = tmp_path / "exported.csv"
    exported.write_bytes(run("list", "--csv", *config).stdout)
    assert "不变 2" in run("import", exported, *config).stdout.decode()


def test_the_template_is_a_header_that_the_import_takes(tmp_path: Path) -> None:
    for lang, first in (("zh_CN.UTF-8", "部门编码"), ("en_GB.UTF-8", "organisation_code")):
        printed = run("template", lang=lang).stdout
        assert printed.decode("utf-8-sig").startswith(first)
        file = tmp_path / "template.csv"
        file.write_bytes(printed)
        refused = run("import", file, "--config", tmp_path / "none.toml", lang="en_GB.UTF-8")
        assert (refused.returncode, refused.stderr.decode().splitlines()[0]) == (
            1,
            "line 1: there are column names and no windows; write at least one line.",
        )


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    refused = run("import", tmp_path / "none.csv", "--config", tmp_path / "none.toml")
    assert refused.returncode == 1
    assert "第 1 行：文件读不出" in refused.stderr.decode()
