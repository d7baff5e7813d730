"""Rescue: what a dead device recorded and could not send, read off its card and brought to the province."""
