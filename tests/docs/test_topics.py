"""The topics in docs/wire.md are those of the contract, no more and no less."""

from __future__ import annotations

from sync.contract.topics import Direction, DownName, Topic, UpName
from tests.docs.pages import Page, rows


def test_the_table_of_topics_is_the_contract() -> None:
    said = [row[0].strip("`") for row in rows(Page("docs/wire.md").section("Topics"))]
    up = [str(Topic("{device}", Direction.UP, name)) for name in UpName]
    down = [str(Topic("{device}", Direction.DOWN, name)) for name in DownName]
    assert said == up + down
