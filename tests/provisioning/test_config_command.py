"""`chuangping config check`: what it passes its process starts with, and every fault is told at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sync.contract.keys import KeySet, SigningKey, sign_key_set
from tests.docs.pages import ROOT
from tests.provisioning.console import chuangping
from tests.sync.throwaway_ca import ThrowawayCa

DEVICE = 'kind = "device"\n[device]\nid = "cp-1"\nfolder = "data"\n[counter]\ntoken_file = "token"\n'


@pytest.fixture
def device_toml(tmp_path):
    """Writes a device.toml beside its token."""

    def write(text=DEVICE, token="secret"):
        (tmp_path / "token").write_text(token)
        (tmp_path / "token").chmod(0o600)
        path = tmp_path / "device.toml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def sync_toml(tmp_path):
    """Writes a sync.toml with certificates for cp-1 beside it."""
    ca = ThrowawayCa(tmp_path / "ca")
    ca.issue("cp-1")
    key_set = sign_key_set(KeySet([SigningKey.generate().public]), SigningKey(ca.key), datetime.now(UTC))
    (tmp_path / "keys.jws").write_text(key_set)

    def write(device_id="cp-1", more=""):
        path = tmp_path / "sync.toml"
        path.write_text(
            f'kind = "sync"\n[device]\nid = "{device_id}"\nfolder = "data"\n[sync]\ndatabase = "sync.db"\n'
            '[broker]\nhost = "127.0.0.1"\nca = "ca/ca.crt"\n'
            'certificate = "ca/cp-1.crt"\nkey = "ca/cp-1.key"\n'
            f'[province]\nkey_set = "keys.jws"\nroot = "ca/ca.crt"\n{more}'
        )
        return path

    return write


def faults(path):
    """The faults told about `path`, without its name; the exit code is 78."""
    done = chuangping("config", "check", path)
    assert (done.returncode, done.stdout) == (78, "")
    return [line.removeprefix("chuangping: ").removeprefix(f"{path}: ") for line in done.stderr.splitlines()]


def test_a_device_that_can_start_is_ok(device_toml):
    path = device_toml()
    done = chuangping("config", "check", path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}: ok\n", "")


def test_an_agent_that_can_start_is_ok(sync_toml):
    path = sync_toml()
    done = chuangping("config", "check", path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}: ok\n", "")


def test_a_province_is_checked_by_its_own_process(tmp_path):
    made = chuangping("province", "init", "--dir", tmp_path / "p", "--mqtt-port", "1", "--web-port", "2")
    assert made.returncode == 0, made.stderr
    path = tmp_path / "p" / "province.toml"
    done = chuangping("config", "check", path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}: ok\n", "")
    path.write_text(path.read_text("utf-8") + "retry_most = 5\n[web]\nport = 2\n")
    assert chuangping("config", "check", path).returncode == 78


def test_every_fault_is_told_unknown_keys_first(device_toml):
    told = faults(device_toml(DEVICE + "[visit]\nanswer_s = 1\nthank_s = 2\n[nothing]\nat_all = 3\n"))
    assert [fault.split(":")[0] for fault in told] == ["visit.thank_s", "nothing.at_all", "visit.answer_s"]
    assert told[0] == "visit.thank_s: unknown key (its value: 2); did you mean visit.thanks_s?"
    assert told[2] == "visit.answer_s: is 1.0; allowed: 15 to 300 s"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('kind = "printer"\n', 'kind: is "printer"; allowed: "device", "sync", "province"'),
        ("[device]\n", 'the first key must be kind = "device", "sync", "province" or "enrolment"'),
        ("kind = 3\n", 'the first key must be kind = "device", "sync", "province" or "enrolment"'),
        ("kind", "is not TOML"),
    ],
)
def test_a_file_of_no_known_kind(device_toml, text, told):
    (fault,) = faults(device_toml(text))
    assert fault.startswith(told)


def test_a_file_that_is_not_there(tmp_path):
    assert faults(tmp_path / "none.toml") == ["there is no such file"]


def test_keys_that_disagree_are_told_together_with_those_out_of_bounds(device_toml):
    text = "[panel]\npins = [5, 5, 6, 7, 8]\n[keys]\nlevels = [1, 1, 2, 3, 4]\n[ui]\nwidth = 1\n"
    told = faults(device_toml(DEVICE + text))
    assert {fault.split(":")[0] for fault in told} == {"panel.pins", "keys.levels", "ui.width"}


def test_a_token_that_no_header_can_carry_is_refused(device_toml):
    (fault,) = faults(device_toml(token="two words"))
    assert fault.startswith("counter.token_file: ")


def test_a_token_that_is_not_ascii_is_refused(device_toml):
    (fault,) = faults(device_toml(token="令牌"))
    assert fault.startswith("counter.token_file: ")


@pytest.fixture
def packs(tmp_path):
    """A folder with the English pack as `en.toml`, to be changed."""
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "en.toml").write_text((ROOT / "ui/texts/en.toml").read_text("utf-8"), "utf-8")
    return folder


def test_a_device_with_packs_of_its_own_is_ok(device_toml, packs):
    path = device_toml(DEVICE + '[ui]\nlanguages = ["zh-Hans", "en"]\npacks = "packs"\n')
    assert chuangping("config", "check", path).returncode == 0


def test_a_pack_that_is_not_toml_is_told_with_its_line(device_toml, packs):
    (packs / "en.toml").write_text("[pack]\nname = \n", "utf-8")
    (fault,) = faults(device_toml(DEVICE + '[ui]\npacks = "packs"\n'))
    assert fault.startswith(f"{packs / 'en.toml'}: is not TOML: ")
    assert "line 2" in fault
    assert fault.endswith("; `chuangping texts check` with this file tells all that is wrong with it")


def test_a_pack_that_lacks_a_text_is_told_with_its_key(device_toml, packs):
    text = (packs / "en.toml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("decline =")]
    (packs / "en.toml").write_text("\n".join(kept), "utf-8")
    (fault,) = faults(device_toml(DEVICE + '[ui]\npacks = "packs"\n'))
    assert fault.startswith(f"{packs / 'en.toml'}: Object missing required field `decline`; ")


def test_packs_that_are_missing_or_that_nobody_reviewed_are_told_together(device_toml):
    told = faults(device_toml(DEVICE + '[ui]\nlanguages = ["zh-Hans", "xx", "bo"]\npacks = "none"\n'))
    assert [fault.split(":")[0] for fault in told] == ["ui.packs", "ui.languages", "ui.languages"]
    assert told[0].endswith("none is not a folder; put packs into one, or leave ui.packs out")
    assert told[1].startswith('there is no pack "xx"; there are: ', len("ui.languages: "))
    assert 'name "bo" in ui.unreviewed to show it as it is' in told[2]


def test_a_device_without_a_screen_needs_no_packs(device_toml):
    path = device_toml(DEVICE + '[ui]\ndisplay = "none"\nlanguages = ["xx"]\n')
    assert chuangping("config", "check", path).returncode == 0


def test_a_token_and_a_pack_that_are_wrong_are_told_together(device_toml):
    told = faults(device_toml(DEVICE + '[ui]\nlanguages = ["xx"]\n', token="two words"))
    assert [fault.split(":")[0] for fault in told] == ["counter.token_file", "ui.languages"]


def test_a_certificate_of_another_device_is_refused(sync_toml):
    (fault,) = faults(sync_toml(device_id="cp-2"))
    assert "its CN is not 'cp-2'" in fault
