"""Room of the pages: what was counted becomes one HTML file that needs nothing else."""
