"""Queries become figures, figures become one page that opens offline."""
