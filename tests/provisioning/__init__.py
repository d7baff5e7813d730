"""What a technician runs: the command line, the demo and its parts."""
