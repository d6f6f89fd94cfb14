"""What to ingest, into which database, in which zone and language: analyzer.toml, then the environment."""

from analyzer.config.configuration import DEFAULT_DATABASE, Configuration, resolve_database
from analyzer.config.keys import DATABASE_VARIABLE
from analyzer.config.load import load_configuration

__all__ = ["DATABASE_VARIABLE", "DEFAULT_DATABASE", "Configuration", "load_configuration", "resolve_database"]
