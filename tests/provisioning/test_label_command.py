"""`chuangping label`: the files it makes, and one sentence for everything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provisioning.texts import CHINESE, ENGLISH
from tests.provisioning.console import chuangping as chuangping_apart
from tests.provisioning.console import chuangping_here as chuangping

DEVICE = ("--device", "cp-7k3mq9xtwa", "--window", "W07")


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def test_a_code_is_checked_and_its_device_named() -> None:
    done = chuangping("label", "check", "7k3m q9xt waz")
    assert (done.returncode, done.stdout) == (0, "7K3M-Q9XT-WAZ cp-7k3mq9xtwa\n")
    done = chuangping("label", "check", "--json", "7k3m q9xt waz")
    assert json.loads(done.stdout) == {"code": "7K3M-Q9XT-WAZ", "device_id": "cp-7k3mq9xtwa"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [(CHINESE, "请对照标签再念一遍。\n"), (ENGLISH, "have it read out again from the sticker.\n")],
)
def test_a_wrong_code_is_refused_in_the_language_asked_for(language: str, sentence: str) -> None:
    done = chuangping("label", "check", "7K3M-Q9XT-WZA", "--lang", language)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("chuangping: “7K3M-Q9XT-WZA”")
    assert done.stderr.endswith(sentence)


def test_a_sticker_is_made_and_how_to_print_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "sticker.pdf"
    done = chuangping("label", "sticker", *DEVICE, "--out", file, "--sheet", "--start", "4", "--cut-marks")
    assert done.returncode == 0
    assert done.stderr == f"{file}: 1 labels, 1 pages; print them at actual size (100 %).\n"
    assert file.read_bytes().startswith(b"%PDF-")


def test_a_sign_is_made_as_a_picture(tmp_path: Path) -> None:
    file = tmp_path / "sign.png"
    assert chuangping("label", "window", "--window", "W07", "--size", "2x4", "--out", file).returncode == 0
    assert file.read_bytes().startswith(b"\x89PNG")


def test_a_list_makes_a_label_of_each_row_with_what_all_have_in_common(tmp_path: Path) -> None:
    listed, file = tmp_path / "list.csv", tmp_path / "labels.pdf"
    listed.write_text("device,window\ncp-7k3mq9xtwa,W07\ncp-7k3mq9xtwb,W08\n", "utf-8")
    done = chuangping("label", "sticker", "--from", listed, "--hall", "大厅", "--out", file)
    assert (done.returncode, done.stderr[: len(str(file)) + 19]) == (0, f"{file}: 2 labels, 2 pages")


def test_a_bad_row_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    listed, file = tmp_path / "list.csv", tmp_path / "labels.pdf"
    listed.write_text("device,window\ncp-7k3mq9xtwa,W07\ncp-7k3m,W08\n", "utf-8")
    done = chuangping("label", "sticker", "--from", listed, "--out", file)
    assert done.returncode == 1
    assert done.stderr.startswith(f"chuangping: {listed} line 3: “cp-7k3m” has no code")
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--window", "W07"), "device is missing"),
        (("--device", "cp-7k3mq9xtwa"), "window is missing"),
        (("--device", "W07-box", "--window", "W07"), "is not the code of a device"),
        ((*DEVICE, "--name", "窗" * 300), "too long"),
        ((*DEVICE, "--name", "\x1b[2J窗口"), "has “U+001B”"),
        ((*DEVICE, "--url", "https://u:secret@h"), "What --url gives cannot stand on a label"),
        ((*DEVICE, "--start", "2"), "give --sheet too"),
        ((*DEVICE, "--sheet", "--start", "22"), "1 to 21"),
    ],
)
def test_bad_input_is_one_sentence(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    file = tmp_path / "label.png"
    done = chuangping("label", "sticker", *arguments, "--out", file)
    assert done.returncode == 1
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr
    assert not file.exists()


@pytest.mark.parametrize("name", ["label", "label.jpg"])
def test_other_kinds_of_files_are_refused(name: str, tmp_path: Path) -> None:
    done = chuangping("label", "sticker", *DEVICE, "--out", tmp_path / name)
    assert done.returncode == 1
    assert "must end in .pdf or .png" in done.stderr


def test_a_folder_that_is_not_there_is_an_error_of_output(tmp_path: Path) -> None:
    done = chuangping_apart("label", "sticker", *DEVICE, "--out", tmp_path / "none" / "label.png")
    assert done.returncode == 74
    assert done.stderr.count("\n") == 1
