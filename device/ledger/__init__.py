"""The ledger (台账): the device's append-only, hash-chained store of every outcome."""
