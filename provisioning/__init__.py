"""What a technician runs: the chuangping command, the demo of the whole loop on one machine."""
