"""The error catalogues, and the rule that finds the one entry a failure belongs to."""
