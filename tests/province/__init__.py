"""Tests of the reference province end."""
