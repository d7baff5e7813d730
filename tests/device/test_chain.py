"""The chain's canonical bytes and hashes, held to the contract's vectors and to rfc8785."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from device import chain

VECTORS = json.loads((Path(__file__).parent / "chain-vectors.json").read_text("utf-8"))

_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefgh_", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_the_hash_before_the_first_row_is_the_vectors():
    assert chain.genesis(VECTORS["log_id"]) == VECTORS["before_first"]


@pytest.mark.parametrize("vector", VECTORS["rows"], ids=lambda v: v["row"]["seq"])
def test_each_row_of_the_vectors_gives_its_bytes_and_its_hash(vector):
    row = {name: value for name, value in vector["row"].items() if name != "hash"}
    assert chain.canonical(row).decode("utf-8") == vector["canonical"]
    assert chain.link(vector["prev"], chain.canonical(row)) == vector["hash"]


@given(st.dictionaries(st.text("abcdefgh_", min_size=1), _values, max_size=6))
def test_any_row_has_the_same_bytes_as_rfc8785_says(row):
    assert chain.canonical(row) == rfc8785.dumps(row)
