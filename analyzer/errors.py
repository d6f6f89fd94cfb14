"""Every error a person can cause, as one tree.

AnalyzerError                      exit code 1: the work could not be done
├── SourceError                    a file cannot be read, or its compression is damaged
│   └── UndetectedFormatError      no log format explains the file, or two explain it alike
├── StoreError                     the database cannot be used
│   ├── LockedError                another process holds it
│   ├── ForeignDatabaseError       it belongs to another program
│   └── NewerDatabaseError         a newer analyzer wrote it
├── QueryError                     DuckDB refused or failed a query
├── DeliveryError                  a report or summary could not be written or sent
└── UsageError                     exit code 2: the call itself is wrong
    ├── UnknownNameError           a command, query, format, parameter or entry that does not exist
    ├── MissingPathError           a path that is not there, or a folder without logs
    ├── MissingDatabaseError       a database that is not there
    ├── RangeError                 a time that cannot be read, or since after until
    └── DefinitionError            a data file is invalid
        ├── ConfigurationError     analyzer.toml
        ├── CatalogError           an error catalogue
        ├── FormatError            a log format
        ├── QueryFileError         a named query
        ├── MaskError              a masking pattern
        └── AlertError             a file of alert rules

Each carries one line for the person: what is wrong, and the way out.
"""

from __future__ import annotations


class AnalyzerError(Exception):
    """The work could not be done; the message says why and what to do."""

    exit_code = 1


class SourceError(AnalyzerError):
    """A source of log lines cannot be read."""


class UndetectedFormatError(SourceError):
    """No log format explains a file, or two explain it alike."""


class StoreError(AnalyzerError):
    """The database cannot be used."""


class LockedError(StoreError):
    """Another process holds the database."""


class ForeignDatabaseError(StoreError):
    """The database belongs to another program."""


class NewerDatabaseError(StoreError):
    """A newer analyzer wrote the database."""


class QueryError(AnalyzerError):
    """DuckDB refused or failed a query."""


class DeliveryError(AnalyzerError):
    """A report or a summary could not be written or sent."""


class UsageError(AnalyzerError):
    """The call itself is wrong."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A command, query, format, parameter or entry that does not exist."""


class MissingPathError(UsageError):
    """A path that is not there, or a folder without logs."""


class MissingDatabaseError(UsageError):
    """A database that is not there."""


class RangeError(UsageError):
    """A time that cannot be read, or a range that ends before it starts."""


class DefinitionError(UsageError):
    """A data file is invalid; the message names the file, the key and the reason."""


class ConfigurationError(DefinitionError):
    """The configuration file is invalid."""


class CatalogError(DefinitionError):
    """An error catalogue is invalid."""


class FormatError(DefinitionError):
    """A log format's definition is invalid."""


class QueryFileError(DefinitionError):
    """A named query's file is invalid."""


class MaskError(DefinitionError):
    """A masking pattern's file is invalid."""


class PanelFileError(DefinitionError):
    """A panel's file is invalid."""


class AlertError(DefinitionError):
    """A file of alert rules is invalid."""
