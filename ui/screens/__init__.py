"""The screens: one file each, with its arrangement in the .kv beside it."""
