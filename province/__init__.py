"""The reference province end: receives, checks, counts, shows what devices at windows recorded."""
