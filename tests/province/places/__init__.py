"""Tests of the table of places."""
