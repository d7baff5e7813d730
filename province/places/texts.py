"""The words of the table of places, by language."""

from __future__ import annotations

from collections.abc import Mapping

CHINESE = "zh-Hans"
ENGLISH = "en"

_TEXTS = {
    CHINESE: {
        "column.organisation_code": "部门编码",
        "column.organisation": "部门名称",
        "column.hall_code": "大厅编码",
        "column.hall": "大厅名称",
        "column.area_code": "行政区划代码",
        "column.window_code": "窗口编码",
        "column.window_number": "窗口牌号",
        "column.window_name": "窗口名称",
        "where": "第 {line} 行：{reason}",
        "where_column": "第 {line} 行“{column}”：{reason}",
        "nothing_imported": "共 {number} 处有误，没有导入任何内容；请改正后重新导入。",
        "unreadable": "文件读不出（{why}），请检查路径和权限。",
        "too_big": "文件超过 {most} 兆字节，请分成几个文件。",
        "workbook": "这是 Excel 工作簿，请在 Excel 里另存为“CSV UTF-8（逗号分隔）”。",
        "utf16": "文件是 UTF-16 编码，请另存为“CSV UTF-8（逗号分隔）”。",
        "nul": "有空字符（NUL），文件可能已损坏，请重新导出。",
        "not_text": "既不是 UTF-8 也不是 GBK 文字，请重新导出。",
        "mixed": "这一行不是 UTF-8，而别的行是，请用一种编码重新保存。",
        "ambiguous": "编码无法判定，请用 --encoding 说明是 utf-8 还是 gb18030。",
        "no_header": "文件是空的，第一行应是列名，见 chuangping places template。",
        "no_rows": "只有列名，没有窗口，请至少写一行。",
        "too_many_rows": "超过 {most} 行，请分成几个文件。",
        "unknown_column": "不认识列名“{name}”，{near}",
        "near": "是否应为“{name}”？",
        "allowed": "可用的有：{names}。",
        "column_twice": "列“{name}”出现了两次，请删去一列。",
        "column_missing": "缺少列“{name}”，见 chuangping places template。",
        "quote": "引号不成对，或一格里换了行，请改为一行一个窗口。",
        "too_many_fields": "有 {number} 格，而列名只有 {columns} 个，请检查分隔符。",
        "missing": "没有填写，此列必填。",
        "too_long": "有 {number} 个字符，最多 {most} 个。",
        "invisible": "含有看不见的字符 {character}，请删去后重新填写。",
        "full_width": "含有全角字符，请改为半角。",
        "not_a_code": "编码只能用字母、数字和 - _ .，不能有“{character}”。",
        "rounded": "“{value}”已被 Excel 改成科学计数，请把此列设为文本后重新填写。",
        "not_an_area": "应为 6 至 12 位数字。",
        "window_twice": "与第 {other} 行的窗口编码重复，请删去其中一行。",
        "differs": "与第 {other} 行不一致，同一编码只能有一种写法。",
        "organisations": "部门",
        "halls": "大厅",
        "windows": "窗口",
        "summary": "{kind}：新增 {added}，变更 {changed}，不变 {same}，文件里没有（保留）{left_out}。",
        "added": "新增{kind} {code}",
        "changed": "变更{kind} {code}：{changes}",
        "left_out": "文件里没有{kind} {code}，予以保留",
        "more": "……另有 {number} 项，用 --json 查看全部",
        "was_dry": "仅为试运行，没有改动。",
    },
    ENGLISH: {
        "column.organisation_code": "organisation_code",
        "column.organisation": "organisation",
        "column.hall_code": "hall_code",
        "column.hall": "hall",
        "column.area_code": "area_code",
        "column.window_code": "window_code",
        "column.window_number": "window_number",
        "column.window_name": "window_name",
        "where": "line {line}: {reason}",
        "where_column": "line {line}, {column}: {reason}",
        "nothing_imported": "{number} faults, nothing was imported; correct them and import again.",
        "unreadable": "the file cannot be read ({why}); check its path and permissions.",
        "too_big": "the file has more than {most} MB; make several of it.",
        "workbook": "this is an Excel workbook; save it as CSV UTF-8 (comma delimited).",
        "utf16": "the file is UTF-16; save it as CSV UTF-8 (comma delimited).",
        "nul": "there is a null character, the file may be damaged; export it again.",
        "not_text": "is neither UTF-8 nor GBK text; export it again.",
        "mixed": "is not UTF-8 while other lines are; save the file in one encoding.",
        "ambiguous": "the encoding cannot be told; say --encoding utf-8 or --encoding gb18030.",
        "no_header": "the file is empty; its first line names the columns, see chuangping places template.",
        "no_rows": "there are column names and no windows; write at least one line.",
        "too_many_rows": "there are more than {most} lines; make several files.",
        "unknown_column": "there is no column {name!r}; {near}",
        "near": "did you mean {name!r}?",
        "allowed": "allowed are {names}.",
        "column_twice": "the column {name!r} is there twice; remove one.",
        "column_missing": "the column {name!r} is missing; see chuangping places template.",
        "quote": "quotes do not pair, or a cell has a line break; write one window in one line.",
        "too_many_fields": "has {number} cells for {columns} columns; check the separators.",
        "missing": "is empty and must be given.",
        "too_long": "has {number} characters, at most {most} are allowed.",
        "invisible": "holds the invisible character {character}; write it anew without.",
        "full_width": "holds full-width characters; write half-width ones.",
        "not_a_code": "a code has letters, digits and - _ . and no {character!r}; correct it.",
        "rounded": "{value!r} was rounded by Excel; format the column as text and write it anew.",
        "not_an_area": "must be 6 to 12 digits.",
        "window_twice": "is the window of line {other} again; remove one of the lines.",
        "differs": "differs from line {other}, where the same code stands; write both alike.",
        "organisations": "organisations",
        "halls": "halls",
        "windows": "windows",
        "summary": "{kind}: {added} added, {changed} changed, {same} as before, {left_out} not in it (kept).",
        "added": "added to {kind}: {code}",
        "changed": "changed of {kind}: {code}: {changes}",
        "left_out": "not in the file, kept, of {kind}: {code}",
        "more": "… and {number} more; --json shows all",
        "was_dry": "This was a dry run: nothing was changed.",
    },
}


def text_of(language: str, name: str, /, **facts: object) -> str:
    """The text `name` with its facts filled in."""
    return _TEXTS[language][name].format(**facts)


def choose_language(asked: str | None, environment: Mapping[str, str]) -> str:
    """The language asked for, else that of the environment (LC_ALL, LC_MESSAGES, LANG); Chinese if none."""
    if asked is not None:
        return asked
    said = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    return ENGLISH if said.lower().startswith("en") else CHINESE
