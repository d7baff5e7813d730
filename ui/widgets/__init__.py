"""The parts that screens are made of, each with its arrangement in the .kv beside it."""
