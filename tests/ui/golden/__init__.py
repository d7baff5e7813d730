"""Pictures of screens that were looked at and found good; `python -m tests.ui.golden` makes them anew."""
