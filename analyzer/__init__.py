"""Log analytics and error reporting for teams that call LLM and video APIs.

Data goes one way: source -> lines -> format -> events -> classification -> store -> query ->
report -> delivery; imports point the other way only.

For notebooks:

    import analyzer

    store = analyzer.open("logs.duckdb", create=True)
    store.ingest(["logs/"])
    store.query("errors_by_code")            # a pandas DataFrame
    store.query_sql("SELECT count(*) FROM events WHERE failed")
    store.report("report.html")
    analyzer.classify("Error code: 429 - {...}")
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "AnalyzerError": "analyzer.errors",
    "Store": "analyzer.api",
    "classify": "analyzer.api",
    "open": "analyzer.api",
}

__all__ = ["AnalyzerError", "Store", "__version__", "classify", "open"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `analyzer --help` stays quick."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
