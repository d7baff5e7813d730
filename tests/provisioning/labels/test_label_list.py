"""Lists of labels: as people's office programs write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.labels.label_list import COLUMNS, read_list
from provisioning.labels.words import Words
from provisioning.refused import Refused

ROWS = '评价器,窗口,名称,hall\r\ncp-7k3mq9xtwa,W07,"综合,受理",大厅\r\n\r\n,W08, 二 ,\r\n'
READ = [
    (2, Words(device="cp-7k3mq9xtwa", window="W07", name="综合,受理", hall="大厅")),
    (4, Words(window="W08", name="二")),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_headings_in_either_language_and_both_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(ROWS.encode(encoding))
    assert read_list(file) == READ


def test_the_columns_are_what_a_label_may_say() -> None:
    Words(**dict.fromkeys(COLUMNS, ""))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "label.list_empty"),
        (b"device,window\n", "label.list_empty"),
        (b"device,windo\n", "label.list_column"),
        (b"device\ncp-7k3mq9xtwa,W07\n", "label.list_cells"),
        (b'device\n"cp-7k3mq9xtwa\n', "label.list_unreadable"),
        (b"device\n\xff\xff\n", "label.list_unreadable"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_list(file)
    assert refused.value.sentence == sentence


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        read_list(tmp_path / "none.csv")
