"""Log formats: what a line of a log becomes. Each format is one data file that carries its own samples."""
