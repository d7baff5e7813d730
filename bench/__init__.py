"""Measurements on demand: `python -m bench` runs them, nothing asserts their figures."""
