"""The chuangping command line: one file for each noun."""
