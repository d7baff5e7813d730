"""The list from which posters are printed."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from province.__main__ import main
from province.places.plan import Window
from province.settings import read_province_configuration
from province.store import windows
from province.store.database import Database


@pytest.fixture
def config(tmp_path):
    made = ["init", "--dir", str(tmp_path), "--mqtt-port", "18883", "--web-port", "18080"]
    assert CliRunner().invoke(main, [*made, "--phone-url", "https://hcp.sc.example.cn"]).exit_code == 0
    path = tmp_path / "province.toml"
    with Database(read_province_configuration(path).database.url) as database, database.write() as connection:
        windows.place(connection, Window("W07", "市政务服务中心", "综合受理窗口", "07"))
        windows.place(connection, Window("W08", "市政务服务中心", "社保医保", "08"))
    return path


def asked(config, *options):
    return CliRunner().invoke(main, ["posters", "list", "--config", str(config), *options])


def test_each_placed_window_has_a_link_of_its_own_that_stays(config, tmp_path):
    assert asked(config, "--out", str(tmp_path / "posters.csv")).exit_code == 0
    with (tmp_path / "posters.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(r["window"], r["number"], r["name"], r["hall"]) for r in rows] == [
        ("W07", "07", "综合受理窗口", "市政务服务中心"),
        ("W08", "08", "社保医保", "市政务服务中心"),
    ]
    urls = [row["url"] for row in rows]
    assert all(url.startswith("https://hcp.sc.example.cn/w/") and len(url) <= 90 for url in urls)
    assert len(set(urls)) == 2
    again = asked(config, "--window", "W08").output.splitlines()
    assert again[1].endswith(urls[1])
    assert len(again) == 2


def test_a_window_that_nobody_knows_is_refused(config):
    done = asked(config, "--window", "W99")
    assert (done.exit_code, "no window W99" in done.stderr) == (1, True)


def test_without_an_address_for_phones_there_are_no_posters(config):
    kept = [
        line for line in config.read_text("utf-8").splitlines() if not line.startswith('url = "https://hcp')
    ]
    config.write_text("\n".join(kept), "utf-8")
    done = asked(config)
    assert (done.exit_code, "phone.url" in done.stderr) == (78, True)


@pytest.mark.parametrize("url", ["ftp://h", "https://hcp.sc.example.cn/page", "https://" + "h" * 21])
def test_an_address_that_codes_cannot_lead_to_is_refused(config, url):
    text = config.read_text("utf-8").replace("https://hcp.sc.example.cn", url)
    config.write_text(text, "utf-8")
    done = asked(config)
    assert (done.exit_code, "phone.url" in done.stderr) == (78, True)
