"""What the province holds: one file for each noun, SQL nowhere else."""
