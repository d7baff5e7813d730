"""The demo's folder: what was settled stays, what is foreign is left alone, one demo at a time."""

from __future__ import annotations

import json
import socket

import pytest

from device.errors import ChuangpingError
from provisioning.demo.layout import Layout, PortClaims, write_atomically


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / "demo")
    layout.make()
    return layout


@pytest.fixture
def listening():
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def claims():
    with PortClaims() as claims:
        yield claims


def free_port():
    with PortClaims() as claims:
        return claims.free_port(0)


def settle_with(layout, claims, **ports):
    layout.settled.write_text(json.dumps({"device_id": "cp-1", **ports}))
    return layout.settle(claims)


def test_what_was_settled_is_used_again(layout, claims):
    with PortClaims() as before:
        first = settle_with(layout, before, mqtt=free_port(), web=free_port(), counter=free_port())
    assert Layout(layout.folder).settle(claims) == first
    assert json.loads(layout.settled.read_text("utf-8"))["device_id"] == "cp-1"


def test_a_new_folder_gets_an_id_and_three_ports(layout, claims):
    device_id, ports = layout.settle(claims)
    assert device_id.startswith("cp-")
    assert len({ports.mqtt, ports.web, ports.counter}) == 3


def test_a_port_that_is_taken_meanwhile_is_replaced_and_the_others_stay(layout, listening, claims):
    mqtt, counter = free_port(), free_port()
    _, ports = settle_with(layout, claims, mqtt=mqtt, web=listening, counter=counter)
    assert (ports.mqtt, ports.counter) == (mqtt, counter)
    assert ports.web not in {listening, mqtt, counter}
    assert json.loads(layout.settled.read_text("utf-8"))["web"] == ports.web


def test_a_port_that_another_demo_has_claimed_is_not_taken_though_nobody_listens_yet(layout, claims):
    with PortClaims() as other:
        wanted = other.free_port(0)
        assert claims.free_port(wanted) != wanted
    assert claims.free_port(wanted) == wanted


def test_no_port_is_given_twice(layout, claims):
    wanted = free_port()
    _, ports = settle_with(layout, claims, mqtt=wanted, web=wanted, counter=wanted)
    assert ports.mqtt == wanted
    assert len({ports.mqtt, ports.web, ports.counter}) == 3


@pytest.mark.parametrize("content", ["", "[]", '"x"', "{"])
def test_a_settlement_that_is_not_ours_is_named_and_left(layout, content, claims):
    layout.settled.write_text(content)
    with pytest.raises(ChuangpingError, match=r"demo\.json: is not what a demo left here"):
        layout.settle(claims)
    assert layout.settled.read_text("utf-8") == content


def test_a_second_demo_in_the_same_folder_is_refused(layout, claims):
    with (
        layout.held(),
        pytest.raises(ChuangpingError, match="another demo is running here"),
        Layout(layout.folder).held(),
    ):
        pass
    with Layout(layout.folder).held():
        pass


def test_making_keeps_what_is_there(layout, claims):
    (layout.folder / "notes.txt").write_text("mine")
    (layout.device_data / "ratings.db").write_text("a ledger")
    layout.make()
    assert (layout.folder / "notes.txt").read_text("utf-8") == "mine"
    assert (layout.device_data / "ratings.db").read_text("utf-8") == "a ledger"


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(ChuangpingError, match="demo: cannot be used for the demo"):
        Layout(tmp_path / "demo").make()


def test_the_token_is_made_once_for_its_owner_only(layout, claims):
    token = layout.token()
    assert len(token) >= 32
    assert layout.token() == token
    assert layout.counter_token.stat().st_mode & 0o777 == 0o600


def test_an_atomic_write_leaves_nothing_beside(tmp_path):
    path = tmp_path / "ready.json"
    write_atomically(path, "old")
    write_atomically(path, "新")
    assert path.read_text("utf-8") == "新"
    assert [file.name for file in tmp_path.iterdir()] == ["ready.json"]
