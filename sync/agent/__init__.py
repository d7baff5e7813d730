"""The agent: the device's end, which carries the ledger up."""
