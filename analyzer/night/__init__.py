"""Due nights: which day, its steps, its summary beside the day before, its files, its schedule."""
