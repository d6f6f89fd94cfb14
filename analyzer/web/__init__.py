"""The live page: the report over the store, refreshed; deep links, queries, metrics and health by HTTP."""
