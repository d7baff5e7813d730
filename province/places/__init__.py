"""Organisations, halls and windows, as an office writes them in a table."""
