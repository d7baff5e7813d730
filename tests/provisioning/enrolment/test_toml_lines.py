"""Keys set in a TOML text: those and no other, and every comment stays."""

from __future__ import annotations

import tomllib

import pytest

from provisioning.enrolment.toml_lines import OddToml, with_keys

TEXT = """\
kind = "sync"

# who we are
[device]
id = "cp-old" # from the sticker
folder = 'rows'   # 'quoted' otherwise

[broker]
host = "a#b"
port = 8883

[retry]
most_s = 5
"""


def test_keys_are_set_where_they_stand_and_comments_stay() -> None:
    made = with_keys(TEXT, {"device": {"id": "cp-new"}, "broker": {"host": "h", "port": 1}})
    assert made == TEXT.replace("cp-old", "cp-new").replace("a#b", "h").replace("8883", "1")


def test_missing_keys_and_tables_are_added() -> None:
    made = with_keys(TEXT, {"broker": {"ca": "x"}, "province": {"url": "https://h"}})
    assert 'port = 8883\nca = "x"\n\n[retry]' in made
    assert made.endswith('\n\n[province]\nurl = "https://h"\n')


def test_none_takes_a_key_away() -> None:
    made = with_keys(TEXT, {"broker": {"port": None, "server_name": None}})
    assert tomllib.loads(made)["broker"] == {"host": "a#b"}


def test_the_same_again_changes_nothing() -> None:
    wanted = {"device": {"id": 'cp-"\\窗'}, "new": {"n": 3}}
    once = with_keys(TEXT, wanted)
    assert tomllib.loads(once)["device"]["id"] == 'cp-"\\窗'
    assert with_keys(once, wanted) == once


@pytest.mark.parametrize(
    "text",
    [
        'device = { id = "a" }\n',
        'device.id = "a"\n',
        '[device]\nid = """\na"""\n',
        '[device]\nwhy = """\nid = "b"\n"""\nid = "a"\n',
        "[[device]]\nid = 1\n",
        'device = "x"\n',
        "[device]\nid = \n",
    ],
)
def test_what_cannot_be_changed_line_by_line_is_refused(text: str) -> None:
    with pytest.raises(OddToml):
        with_keys(text, {"device": {"id": "cp-new"}})
