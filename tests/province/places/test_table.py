"""The table of places: every encoding told from its bytes, every fault found, nothing guessed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from province.places.encoding import decode_lines
from province.places.fault import PlacesError
from province.places.row import COLUMNS, Kind, PlaceRow
from province.places.table import read_table, write_table
from province.places.texts import CHINESE, ENGLISH, choose_language, text_of
from tests.docs.pages import ROOT, Page
from tests.docs.pages import rows as documented

HEADER = "部门编码,部门名称,大厅编码,大厅名称,行政区划代码,窗口编码,窗口牌号,窗口名称"
ENGLISH_HEADER = ",".join(column.name for column in COLUMNS)
LINE = "11510100MB0000000X,市政务服务局,H01,市政务服务中心,510100000000,W07,07,社保医保"
ROW = PlaceRow(2, *LINE.split(","))


def table(*lines: str, header: str = HEADER) -> str:
    return "".join(f"{line}\r\n" for line in (header, *lines))


def faults_of(content: str | bytes, **how: str) -> list[tuple[int, str | None, str]]:
    """Line, column and code of every fault."""
    raw = content.encode() if isinstance(content, str) else content
    return sorted(((f.line, f.column, f.code) for f in read_table(raw, **how)[1]), key=str)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("header", [HEADER, ENGLISH_HEADER])
def test_every_usual_encoding_and_either_language_of_the_header_is_read(encoding: str, header: str) -> None:
    assert read_table(table(LINE, header=header).encode(encoding)) == ([ROW], [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_a_line_will_do(end: str) -> None:
    assert read_table(f"{HEADER}{end}{LINE}{end}".encode()) == ([ROW], [])


@pytest.mark.parametrize("separator", [";", "\t", "，"])
def test_excel_may_part_cells_in_its_own_way(separator: str) -> None:
    assert read_table(table(LINE).replace(",", separator).encode()) == ([ROW], [])


def test_excel_may_say_before_the_header_how_cells_are_parted() -> None:
    rows, faults = read_table(("sep=;\r\n" + table(LINE).replace(",", ";")).encode())
    assert ([row.window_code for row in rows], faults) == (["W07"], [])
    assert rows[0].line == 3


def test_columns_stand_in_any_order_and_those_that_need_not_be_may_be_left_out() -> None:
    text = "窗口编号,大厅,大厅代码,部门,Dept Code\nW07,市政务服务中心,H01,市政务服务局,D1\n"
    rows, faults = read_table(text.encode())
    assert faults == []
    assert rows == [PlaceRow(2, "D1", "市政务服务局", "H01", "市政务服务中心", "", "W07", "", "")]


def test_empty_lines_spaces_and_quotes_are_nothing_to_complain_about() -> None:
    quoted = ",".join(f'" {cell} "' for cell in LINE.split(","))
    rows, faults = read_table(table("", ",,,,,,,", quoted, "  ", "").encode())
    assert (rows, faults) == ([PlaceRow(4, *LINE.split(","))], [])


def test_a_comma_and_a_quote_within_quotes_belong_to_the_cell() -> None:
    rows, faults = read_table(table(LINE.replace("社保医保", '"社保,""医保"""')).encode())
    assert (rows[0].window_name, faults) == ('社保,"医保"', [])


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"window_code": ""}, "window_code", "missing"),
        ({"hall": ""}, "hall", "missing"),
        ({"window_name": "长" * 41}, "window_name", "too_long"),
        ({"window_number": "123456789"}, "window_number", "too_long"),
        ({"window_code": "W" * 65}, "window_code", "too_long"),
        ({"organisation_code": "1.151E+17"}, "organisation_code", "rounded"),
        ({"area_code": "5.101E+11"}, "area_code", "rounded"),
        ({"area_code": "51010"}, "area_code", "not_an_area"),
        ({"window_code": "Ｗ07"}, "window_code", "full_width"),
        ({"window_code": "W 07"}, "window_code", "not_a_code"),
        ({"window_code": "=cmd"}, "window_code", "not_a_code"),
        ({"window_code": "-1"}, "window_code", "not_a_code"),
        ({"window_name": "社\u200b保"}, "window_name", "invisible"),
        ({"window_name": "社\x07保"}, "window_name", "invisible"),
    ],
)
def test_a_cell_that_cannot_be_is_told_by_line_and_column(
    cells: dict[str, str], column: str, code: str
) -> None:
    names = [column.name for column in COLUMNS]
    line = ",".join((dict(zip(names, LINE.split(","), strict=True)) | cells).values())
    assert faults_of(table(line)) == [(2, column, code)]


def test_every_bad_row_is_told_and_not_only_the_first() -> None:
    bad = table(
        LINE,
        LINE,
        LINE.replace("W07", "W08").replace("市政务服务局", "别的局"),
        LINE.replace("W07", "W09").replace("市政务服务中心", "别的大厅"),
        '"开着的引号' + LINE,
        LINE.replace("W07", "W10") + ",多,余",
        ",,,,,W11,,",
    )
    assert faults_of(bad) == [
        (3, "window_code", "window_twice"),
        (4, "organisation", "differs"),
        (5, "hall", "differs"),
        (6, None, "quote"),
        (7, None, "too_many_fields"),
        (8, "hall", "missing"),
        (8, "hall_code", "missing"),
        (8, "organisation", "missing"),
        (8, "organisation_code", "missing"),
    ]


def test_a_hall_has_one_organisation_and_one_area() -> None:
    other = LINE.replace("W07", "W08").replace("11510100MB0000000X", "D2").replace("510100000000", "510104")
    assert faults_of(table(LINE, other)) == [
        (3, "area_code", "differs"),
        (3, "organisation_code", "differs"),
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(1, None, "no_header")]),
        (b"\xef\xbb\xbf\r\n\r\n", [(1, None, "no_header")]),
        (table().encode(), [(1, None, "no_rows")]),
        (b"PK\x03\x04 and so on", [(1, None, "workbook")]),
        (table(LINE).encode("utf-16"), [(1, None, "utf16")]),
        (table(LINE).encode() + b"a\0b\n", [(3, None, "nul")]),
        (table(LINE).encode() + b"\xff\xff\xff\n", [(3, None, "not_text")]),
        (table(LINE).encode() + "名称\n".encode("gbk"), [(3, None, "mixed")]),
        (table(LINE).encode("utf-8-sig") + b"\xd6\xd0\n", [(3, None, "not_text")]),
        (b"x" * (16 * 1024 * 1024 + 1), [(1, None, "too_big")]),
    ],
)
def test_a_file_that_is_no_table_is_told(content: bytes, found: list[tuple[int, None, str]]) -> None:
    assert faults_of(content) == found


def test_a_header_that_is_not_known_names_what_may_be_meant() -> None:
    text = table(LINE, header=HEADER.replace("窗口编码", "窗口编马"))
    faults = read_table(text.encode())[1]
    assert [fault.code for fault in faults] == ["unknown_column", "column_missing"]
    assert "是否应为“窗口编码”？" in faults[0].reason(CHINESE)
    assert faults_of(table(LINE, header=HEADER + ",窗口")) == [(1, None, "unknown_column")]
    assert faults_of(table(LINE, header=HEADER + ",大厅")) == [(1, None, "column_twice")]


def test_short_text_that_may_be_either_encoding_is_not_guessed_at() -> None:
    line = LINE.replace("市政务服务局", "一").replace("市政务服务中心", "一").replace("社保医保", "一")
    raw = table(line, header=ENGLISH_HEADER).encode("gbk")
    assert raw.decode("utf-8")  # which is what makes it hard
    assert faults_of(raw) == [(2, None, "ambiguous")]
    assert read_table(raw, encoding="gb18030")[0][0].hall == "一"


def test_what_is_written_is_read_again_and_no_spreadsheet_runs_it() -> None:
    evil = PlaceRow(2, "D1", "=cmd|'/C calc'!A0", "H01", "+1", "", "W07", "-07", "@SUM(1)")
    content = write_table([evil])
    assert content.startswith(b"\xef\xbb\xbf")
    cells = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert read_table(content) == ([evil], [])


_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@example(names=["'=1", "''+1", "'a"])
@given(names=st.lists(_NAMES, min_size=1, max_size=5))
def test_any_names_come_back_as_they_were(names: list[str]) -> None:
    rows = [PlaceRow(n, "D1", "部门", "H1", "大厅", "", f"W{n}", "", name) for n, name in enumerate(names, 2)]
    assert read_table(write_table(rows)) == (rows, [])


@given(st.binary(max_size=400))
def test_no_bytes_are_too_much(content: bytes) -> None:
    rows, faults = read_table(content)
    assert faults or rows
    lines, _ = decode_lines(content)
    assert all("\0" not in line for line in lines)


def test_every_fault_is_one_sentence_in_either_language() -> None:
    faults = read_table(table(LINE, LINE).encode())[1]
    assert str(PlacesError(faults)) == (
        "第 3 行“窗口编码”：与第 2 行的窗口编码重复，请删去其中一行。\n"
        "共 1 处有误，没有导入任何内容；请改正后重新导入。"
    )
    assert str(PlacesError(faults, ENGLISH)) == (
        "line 3, window_code: is the window of line 2 again; remove one of the lines.\n"
        "1 faults, nothing was imported; correct them and import again."
    )


@pytest.mark.parametrize(
    ("asked", "environment", "chosen"),
    [
        (None, {}, CHINESE),
        (None, {"LANG": "C.UTF-8"}, CHINESE),
        (None, {"LANG": "en_GB.UTF-8"}, ENGLISH),
        (None, {"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, CHINESE),
        (ENGLISH, {"LANG": "zh_CN.UTF-8"}, ENGLISH),
    ],
)
def test_the_language_is_chinese_unless_english_is_said(
    asked: str | None, environment: dict[str, str], chosen: str
) -> None:
    assert choose_language(asked, environment) == chosen
    assert text_of(chosen, "no_rows")


def test_the_example_of_the_documentation_is_read() -> None:
    rows, faults = read_table((ROOT / "docs" / "places-example.csv").read_bytes())
    assert ([row.window_code for row in rows], faults) == (["W01", "W02", "W07", "W08"], [])


def test_the_documentation_has_every_column_by_each_of_its_names() -> None:
    said = {row[0].strip("`"): row for row in documented(Page("docs/places.md").section("The table"))}
    for column in COLUMNS:
        name, chinese, also, most, need = said.pop(column.name)
        assert (chinese, *[text for text in also.split(", ") if text]) == column.also
        assert most.split()[0] == str(column.most) or column.kind is Kind.AREA
        assert need.startswith("needed") is column.required, name
    assert said == {}
