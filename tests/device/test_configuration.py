"""Configurations: every fault told at once, each with the file, the key, the value and what is allowed."""

from __future__ import annotations

import pytest

from device.configuration import kind_of, read_configuration
from device.errors import ConfigError
from device.settings import DeviceConfig

GOOD = 'kind = "device"\n[device]\nid = "cp-1"\nfolder = "data"\n[counter]\ntoken_file = "token"\n'


@pytest.fixture
def read(tmp_path):
    (tmp_path / "token").write_text("secret")
    (tmp_path / "token").chmod(0o600)

    def read(text):
        path = tmp_path / "device.toml"
        path.write_text(text, "utf-8")
        return read_configuration(path, DeviceConfig, "device")

    return read


def problems(read, text):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.exit_code == 78
    return caught.value.problems


def test_defaults_are_used_and_paths_are_relative_to_the_file(read, tmp_path):
    config = read(GOOD)
    assert config.visit.answer_s == 60
    assert config.device.folder == tmp_path / "data"
    assert config.panel.pins == (5, 6, 13, 19, 26)
    assert config.window.id is None


def test_values_are_taken(read):
    config = read(GOOD + "[visit]\nanswer_s = 90\n")
    assert config.visit.answer_s == 90.0


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ('language = "en"', ("en", "zh-Hans")),
        ('language = "zh-Hans"', ("zh-Hans", "en")),
        ('language = "en"\nlanguages = ["zh-Hans", "bo"]', ("zh-Hans", "bo")),
        ('languages = ["zh-Hans", "bo"]\nlanguage = "en"', ("zh-Hans", "bo")),
    ],
)
def test_the_one_language_of_older_files_still_comes_first(read, text, languages):
    assert read(f"{GOOD}[ui]\n{text}\n").ui.languages == languages


def test_a_device_that_nobody_could_rate_at_is_refused(read):
    (said,) = problems(read, GOOD + '[panel]\nkind = "none"\n[ui]\ndisplay = "none"\n')
    assert "ui.display: is 'none', and panel.kind too" in said
    assert read(GOOD + '[panel]\nkind = "none"\n').ui.display == "window"


@pytest.mark.parametrize(
    "url", ["hcp.example.cn/receipt", "https://h/receipt?x=1", "https://h/a b", "ftp://h/"]
)
def test_an_address_that_a_receipt_code_cannot_lead_to_is_refused(read, url):
    (said,) = problems(read, f'{GOOD}[visit]\nreceipt_url = "{url}"\n')
    assert "visit.receipt_url: is " in said
    good = "https://hcp.example.cn:8443/receipt"
    assert read(f'{GOOD}[visit]\nreceipt_url = "{good}"\n').visit.receipt_url == good


def test_a_voice_for_each_visit_needs_what_it_speaks_with(read):
    (said,) = problems(read, GOOD + '[voice]\nmode = "always"\n')
    assert "voice.mode: is 'always', which needs speaker" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[visit]\nanswer_s = 14\n", ["visit.answer_s: is 14.0; allowed: 15 to 300 s"]),
        ("[visit]\nanswer_s = 301\n", ["allowed: 15 to 300 s"]),
        ('[visit]\nanswer_s = "60"\n', ["visit.answer_s: is '60'; must be a number"]),
        ("[visit]\nanswer_s = true\n", ["visit.answer_s: is True; must be a number"]),
        ("[visit]\nreasons_s = nan\n", ["visit.reasons_s: is nan; allowed: 0.2 to 120 s"]),
        ('[visit]\nuninvited = "maybe"\n', ['allowed: one of "refuse", "accept"']),
        (
            "[visit]\nanswr_s = 60\n",
            ["visit.answr_s: unknown key (its value: 60); did you mean visit.answer_s?"],
        ),
        ("[keys]\nanswer_s = 60\n", ["keys.answer_s: unknown key", "did you mean visit.answer_s?"]),
        ("[visits]\nanswer_s = 60\n", ["visits.answer_s: unknown key", "did you mean visit.answer_s?"]),
        ("[panel]\npins = 5\n", ["panel.pins: is 5; must be a list"]),
        ("[panel]\npins = [5, 99]\n", ["panel.pins: is 99; allowed: 0 to 27"]),
        ("[window]\nassignment = 0\n", ["window.assignment: is 0; allowed: 1 to"]),
        ("[panel]\npins = [5, 6, 13, 19]\n", ["panel.pins: is [5, 6, 13, 19]; must be 5 different pins"]),
        ("[panel]\npins = [5, 6, 13, 19, 5]\n", ["must be 5 different pins"]),
        ("[panel]\nlamp_pins = [1, 2]\n", ["panel.lamp_pins: is [1, 2]; must be 5 pins, or none"]),
        ("[panel]\nlamp_pins = [1, 2, 3, 4, 5]\n", ["panel.lamp_pins:", "no pin may serve twice"]),
        ("[panel]\nsounder_pin = 26\n", ["no pin may serve twice"]),
        ('[panel]\nprotocol = "bytes"\n', ["panel.bytes: is empty; protocol bytes needs"]),
        ("[panel]\nbytes = [5]\n", ["panel.bytes: is [5]; must be a table: { name = value, … }"]),
        ("[panel]\nbytes = { aa = 6 }\n", ["panel.bytes: is 6; allowed: 1 to 5"]),
        ('[panel]\nbytes = { aa = "5" }\n', ["panel.bytes: is '5'; must be an integer"]),
        ("[panel]\nbytes = { xy = 5 }\n", ['panel.bytes: "xy" is not hexadecimal: write two digits']),
        ("[panel]\nbytes = { aa = 5, AA = 4 }\n", ['panel.bytes: "AA" is there twice']),
        ('[panel]\nbytes = { "" = 5 }\n', ['panel.bytes: "" is 0 bytes; allowed: 1 to 32 bytes']),
        ("[panel]\nbyte = { aa = 5 }\n", ["panel.byte: unknown key", "did you mean panel.bytes?"]),
        ("[keys]\nlevels = [1, 2, 3, 4]\n", ["keys.levels: is [1, 2, 3, 4]; must be each of 1 to 5 once"]),
        ("[keys]\nlevels = [5, 5, 3, 2, 1]\n", ["must be each of 1 to 5 once"]),
        ("[keys]\nlevels = [5, 4, 3, 2, 0]\n", ["keys.levels: is 0; allowed: 1 to 5"]),
    ],
)
def test_a_fault_says_which_key_which_value_and_what_is_allowed(read, text, said):
    (problem,) = problems(read, GOOD + text)
    assert "device.toml: " in problem
    for part in said:
        assert part in problem


def test_a_table_with_names_of_its_own_is_kept_in_order(read):
    text = '[panel]\nprotocol = "bytes"\nbytes = { "aa0155" = 5, "AA 01 54" = 4, aa = 1 }\n'
    assert read(GOOD + text).panel.bytes == (("aa0155", 5), ("AA 01 54", 4), ("aa", 1))
    assert read(GOOD + "[panel.bytes]\naa = 1\n").panel.bytes == (("aa", 1),)
    assert read(GOOD).panel.bytes == ()


def test_all_faults_are_told_at_once_unknown_keys_first(read):
    found = problems(read, 'kind = "device"\n[visit]\nanswer_s = 1\nthank_s = 2\n[device]\nid = "cp-1"\n')
    assert [p.split(": ")[1] for p in found] == [
        "visit.thank_s",
        "device.folder",
        "visit.answer_s",
        "counter.token_file",
    ]


def test_a_secret_that_others_may_read_is_refused(read, tmp_path):
    (tmp_path / "token").chmod(0o604)
    (problem,) = problems(read, GOOD)
    assert "counter.token_file" in problem
    assert "others may read it (mode 604)" in problem


def test_a_secret_that_is_missing_is_named(read, tmp_path):
    (tmp_path / "token").unlink()
    (problem,) = problems(read, GOOD)
    assert "cannot be read: No such file" in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "is not TOML"),
        ('[device]\nid = "x"\n', "the first key must be kind"),
        ('kind = "sync"\n', "kind: is 'sync'; the first key must be kind = \"device\""),
    ],
)
def test_a_file_that_is_for_something_else(read, text, said):
    (problem,) = problems(read, text)
    assert said in problem


def test_the_kind_is_the_first_key(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text('kind = "sync"\n')
    assert kind_of(path) == "sync"
    path.write_text('id = 1\nkind = "sync"\n')
    with pytest.raises(ConfigError, match="the first key must be kind"):
        kind_of(path)
    with pytest.raises(ConfigError, match="there is no such file"):
        kind_of(tmp_path / "none.toml")
