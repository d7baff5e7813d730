"""The commands of the office: each group in a file of its own; what they work on is given to them."""
