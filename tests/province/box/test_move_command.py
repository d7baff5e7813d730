"""`chuangping move` on a box, against a province over HTTPS."""

from __future__ import annotations

from pathlib import Path

from province.places.plan import Window
from province.store import places, settings
from tests.province.box.boxes import act, places_of, refused, said
from tests.province.province_bench import ProvinceBench
from tests.province.technician_site import TechnicianSite


def test_a_device_moves_to_a_free_window_with_its_names_and_back(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    dry = act("move", root, pem, "--to", "W08", "--dry-run")
    assert (said(dry)["assignment"], said(dry)["dry_run"]) == (2, True)
    assert (len(places_of(bench, "dev-001")), bench.nudged) == (1, [])
    done = act("move", root, pem, "--to", "W08", "--yes")
    assert "from W07 window W07 (north) to W08 window W08 (north)" in done.stderr
    assert "chuangping move --to W07 --technician" in done.stderr
    assert (said(done)["before"]["window"], said(done)["after"]["window"]) == ("W07", "W08")
    assert [(one.number, one.window) for one in places_of(bench, "dev-001")] == [(1, "W07"), (2, "W08")]
    assert bench.nudged == ["dev-001"]
    with bench.database.read() as connection:
        newest = settings.newest(connection, "dev-001")
    assert newest is not None
    assert newest.body.names is not None
    assert (newest.body.names.name, newest.body.names.hall) == ("window W08", "north")
    again = act("move", root, pem, "--to", "W08", "--yes")
    assert (said(again)["changed"], len(places_of(bench, "dev-001"))) == (False, 2)
    said(act("move", root, pem, "--to", "W07", "--yes"))
    assert places_of(bench, "dev-001")[-1].window == "W07"


def test_a_move_leaves_all_other_settings_as_they_are(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    bench.steering.change_settings("dev-001", {"clerk.C0231": "王芳", "visit.answer_s": "90"})
    said(act("move", root, pem, "--to", "W08", "--yes"))
    with bench.database.read() as connection:
        newest = settings.newest(connection, "dev-001")
    assert newest is not None
    assert ([clerk.shown for clerk in newest.body.clerks], newest.body.rules.answer_s) == (["王芳"], 90)


def test_a_move_that_cannot_be_meant_is_refused_and_changes_nothing(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    other = bench.registered("dev-002", "W08")
    served = act("move", root, pem, "--to", "W08", "--yes")
    assert refused(served) == "window_served"
    assert "Window W08 is served by device dev-002" in served.stderr
    assert refused(act("move", root, pem, "--to", "W99", "--yes")) == "window_unknown"
    assert refused(act("move", root, pem, "--to", "W20", "--yes")) == "other_hall"
    assert [len(places_of(bench, name)) for name in ("dev-001", other.name)] == [1, 1]
    assert bench.nudged == []
    said(act("move", root, pem, "--to", "W20", "--other-hall", "--yes"))
    assert places_of(bench, "dev-001")[-1].window == "W20"
    said(act("move", root, pem, "--to", "W07", "--other-hall", "--yes"))


def test_a_revoked_device_is_not_moved_and_stands_in_nobodys_way(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    stolen = bench.registered("dev-002", "W08")
    bench.office.revoke(stolen.name, why="stolen", by="王芳")
    said(act("move", root, pem, "--to", "W08", "--yes"))
    assert places_of(bench, stolen.name)[-1].until_at is not None
    bench.office.revoke("dev-001", why="lost", by="王芳")
    done = act("move", root, pem, "--to", "W07", "--yes")
    assert refused(done) == "revoked"
    assert "was revoked and the province takes nothing of it" in done.stderr
    assert places_of(bench, "dev-001")[-1].window == "W08"


def test_a_hall_of_the_table_is_named_on_the_screen_by_its_name(
    bench: ProvinceBench, site: TechnicianSite, pem: Path, root: Path
) -> None:
    with bench.database.read() as connection:
        assert places.all_halls(connection)["north"].name == "north"
    bench.office.place_window(Window("W09", "north", ""))
    said(act("move", root, pem, "--to", "W09", "--yes"))
    with bench.database.read() as connection:
        newest = settings.newest(connection, "dev-001")
    assert newest is not None
    assert newest.body.names is not None
    assert (newest.body.names.number, newest.body.names.name) == ("W09", "W09")  # not those of W07
