"""Every measurement can be run; no figure of any is held to anything."""

from __future__ import annotations

import pytest

from bench import drain, page
from bench.__main__ import MEASUREMENTS
from bench.conditions import conditions
from bench.database import POSTGRES, SQLITE
from bench.figures import Figures, table
from bench.stand import Stand

pytestmark = pytest.mark.first


@pytest.fixture(scope="module")
def stand(tmp_path_factory):
    with Stand(tmp_path_factory.mktemp("stand")) as stand:
        yield stand


def are_whole(tables: str) -> bool:
    """Whether each line is of a table, or empty between two."""
    return all(not line or (line.startswith("| ") and line.endswith(" |")) for line in tables.splitlines())


@pytest.mark.parametrize("name", sorted(MEASUREMENTS.keys() - {"drain", "page"}))
def test_a_measurement_makes_whole_tables(stand, name):
    tables = MEASUREMENTS[name].measure(1, stand)
    assert are_whole(tables), tables


def test_a_backlog_of_several_agents_is_drained_by_several_workers(stand):
    way = drain.Way(POSTGRES, agents=2, workers=2)
    tables = drain.measured(6, stand, ways=[way])
    assert are_whole(tables), tables
    assert "| PostgreSQL, 2, 2 |" in tables


def test_every_page_of_a_filled_province_is_asked_for(stand):
    tables = page.measured(60, stand, databases=[SQLITE], asked=4)
    assert are_whole(tables), tables
    assert "| SQLite: statistics, a hall, 30 days |" in tables


def test_the_conditions_are_all_known(tmp_path):
    found = dict(conditions(tmp_path))
    assert found
    assert all(found.values())
    assert "unknown" not in found.values()


def test_figures_are_samples_that_were_taken():
    figures = Figures.of([3.0, 1.0, 2.0, *[5.0] * 197])
    assert (figures.number, figures.median, figures.p99, figures.most) == (200, 5.0, 5.0, 5.0)
    assert Figures.of([1.0, *[2.0] * 98, 9.0]).p99 == 2.0
    assert Figures.of([]).number == 0
    assert Figures.of([7.0]).cells() == ["7.0", "7.0", "7.0", "1"]
    assert Figures.of([3.0]).times(Figures.of([2.0])) == "1.50×"


def test_a_table_is_markdown_with_its_numbers_to_the_right():
    assert table(["what", "ms"], [["a", 1]]).splitlines() == ["| what | ms |", "| --- | ---: |", "| a | 1 |"]
