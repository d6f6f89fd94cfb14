"""The DuckDB file: events, rejects, sources, catalogues and runs, and readable views over them."""
