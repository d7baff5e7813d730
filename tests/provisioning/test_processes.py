"""Children that are kept running: started, waited for, started again, ended together."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from device.errors import ChuangpingError
from provisioning.demo.processes import Child, Children
from tests.patience import PATIENCE_S, quickest_s, until

READY = "from device.service_notice import notify_service; notify_service('READY=1')"
LASTING = f"import time; {READY}; time.sleep(600)"


@pytest.fixture
def children():
    children = Children()
    yield children
    children.stop()


@pytest.fixture
def child(tmp_path):
    """A child that runs Python source."""

    def child(source, name="child", **values):
        return Child(name, [sys.executable, "-c", source], tmp_path / f"{name}.log", **values)

    return child


def restarted(children):
    """What was started again, asked for as often as the demo does."""

    def ask():
        time.sleep(0.05)
        return children.restart_ended()

    return until(ask, what="a child started again")


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def test_a_child_is_up_when_it_says_so(children, child):
    children.add(child(f"import time; time.sleep(0.3); {LASTING}"), within_s=PATIENCE_S)
    assert is_there(children.pids()["child"])


def test_a_child_that_does_not_say_so_is_asked(children, child, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", "@ours")
    asked = []
    source = "import os, time; print(os.environ.get('NOTIFY_SOCKET'), flush=True); time.sleep(600)"
    one = child(source, tells=False, is_up=lambda: asked.append(1) or len(asked) == 3)
    children.add(one, within_s=PATIENCE_S)
    assert len(asked) == 3
    until(lambda: one.log_file.read_text("utf-8"), what="what the child says")
    # A child that is not to speak to us must not speak to our service manager either.
    assert one.log_file.read_text("utf-8") == "None\n"


def test_a_killed_child_is_started_again_within_a_second(children, child):
    children.add(child(LASTING), within_s=PATIENCE_S)

    def restart():
        before = children.pids()["child"]
        time.sleep(0.4)  # as old as a child must be to be started again at once
        os.kill(before, signal.SIGKILL)
        killed_s = time.monotonic()
        assert restarted(children) == ["child"]
        assert children.pids()["child"] != before
        return time.monotonic() - killed_s

    assert quickest_s(restart, under_s=1) < 1


def test_a_child_is_started_again_without_limit_and_says_each_time_that_it_is_up(children, child):
    children.add(child(READY), within_s=PATIENCE_S)
    for _ in range(3):
        assert restarted(children) == ["child"]


def test_only_the_child_that_ended_is_started_again(children, child):
    children.add(child(LASTING, "one"), within_s=PATIENCE_S)
    children.add(child(LASTING, "two"), within_s=PATIENCE_S)
    before = children.pids()
    os.kill(before["two"], signal.SIGTERM)
    assert restarted(children) == ["two"]
    assert children.pids()["one"] == before["one"]


def test_a_child_that_cannot_use_its_configuration_is_not_started_again(children, child):
    children.add(child(f"{READY}; raise SystemExit(78)"), within_s=PATIENCE_S)
    before = children.pids()
    with pytest.raises(ChuangpingError, match=r"child cannot use its configuration; see .*child\.log"):
        restarted(children)
    assert children.pids() == before


def test_a_child_that_ends_before_it_is_up_is_an_error_naming_its_log(children, child):
    with pytest.raises(ChuangpingError, match=r"child ended with exit code 3; see .*child\.log"):
        children.add(child("print('no luck'); raise SystemExit(3)"), within_s=PATIENCE_S)


def test_a_child_that_never_gets_ready_is_an_error_naming_its_log(children, child):
    with pytest.raises(ChuangpingError, match=r"child was not up after 0\.2 s; see .*child\.log"):
        children.add(child("import time; time.sleep(600)"), within_s=0.2)


def test_stopping_ends_all_the_last_one_first(children, child, tmp_path):
    said = tmp_path / "said"
    source = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(said)!r}, 'a').write(sys.argv[0] + NAME); raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"{LASTING}"
    )
    for name in ("broker", "device"):
        children.add(child(f"NAME = ' {name}'\n{source}", name), within_s=PATIENCE_S)
    pids = children.pids().values()
    children.stop()
    assert said.read_text("utf-8") == "-c device-c broker"
    assert not any(is_there(pid) for pid in pids)


def test_stopping_is_harmless_when_a_child_is_gone_already(children, child):
    children.add(child(READY), within_s=PATIENCE_S)
    until(lambda: not _runs(children.pids()["child"]), what="the child's end")
    children.stop()
    children.stop()


def test_what_a_child_says_is_added_to_its_log(children, child):
    one = child(f"print('hello', flush=True); {READY}")
    one.log_file.write_text("before\n")
    children.add(one, within_s=PATIENCE_S)
    restarted(children)
    until(
        lambda: one.log_file.read_text("utf-8") == "before\nhello\nhello\n",
        within_s=PATIENCE_S,
        what="the log",
    )


def test_a_child_has_the_environment_it_was_given(children, child):
    source = f"import os; print(os.environ['SHOWN'], flush=True); {LASTING}"
    one = child(source, environment={"SHOWN": "yes"})
    children.add(one, within_s=PATIENCE_S)
    assert one.log_file.read_text("utf-8") == "yes\n"


def test_a_child_without_a_parent_ends_too(child, tmp_path):
    source = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from provisioning.demo.processes import Child, Children\n"
        "children = Children()\n"
        f"one = Child('child', [sys.executable, '-c', {LASTING!r}], Path({str(tmp_path / 'inner.log')!r}))\n"
        f"children.add(one, within_s={PATIENCE_S})\n"
        "print(children.pids()['child'], flush=True)\n"
        "time.sleep(600)\n"
    )
    outer = Children()
    parent = child(source, tells=False)
    outer.add(parent, within_s=PATIENCE_S)
    try:
        pid = int(until(lambda: parent.log_file.read_text("utf-8"), what="the child's pid"))
        os.kill(outer.pids()["child"], signal.SIGKILL)
        until(lambda: not _runs(pid), what="the orphan's end")
    finally:
        outer.stop()


def test_no_socket_is_left_open(child):
    children = Children()
    children.add(child(READY), within_s=PATIENCE_S)
    (notices,) = [c.notices for c in children._children.values()]
    assert isinstance(notices, socket.socket)
    until(lambda: not _runs(children.pids()["child"]), what="the child's end")
    children.stop()
    assert notices.fileno() == -1


def _runs(pid):
    """Whether the process is there and more than a name waiting to be reaped."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text("ascii")
    except FileNotFoundError:
        return False
