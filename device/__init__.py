"""The device: its domain, its ledger, the loop that owns both, and the wiring of its process."""

__version__ = "0.1.0"
