"""Reading the configuration: analyzer.toml, then environment variables, which go before it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from analyzer.config.configuration import Configuration
from analyzer.config.keys import KEYS, from_variable, suggestion, variable_of
from analyzer.errors import ConfigurationError

FILE_NAME = "analyzer.toml"
FILE_VARIABLE = "ANALYZER_CONFIG"
OTHER_VARIABLES = (FILE_VARIABLE, "ANALYZER_HASH_KEY", "ANALYZER_TOKEN", "ANALYZER_BROWSER")
"""Variables that are no key of the file: the file itself, secrets, and the browser that prints."""


def load_configuration(explicit: Path | None = None, start: Path | None = None) -> Configuration:
    """Read `explicit`, the file that ANALYZER_CONFIG names, or the analyzer.toml found from `start` upward.

    `start` is the working folder where None. A variable ANALYZER_KEY goes before the file's key; one
    that is empty counts as unset. Without either the defaults are returned. Raises ConfigurationError,
    which names the file or variable, the key and the reason.
    """
    path = _file(explicit, (start or Path.cwd()).resolve())
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if path is not None:
        values["reports"] = path.parent / "reports"
        for key, value in _read(path).items():
            values[key] = _from_file(path, key, value)
            origins[key] = str(path)
    for key in KEYS:
        variable = variable_of(key)
        text = os.environ.get(variable)
        if text:
            values[key] = _from_environment(key, variable, text)
            origins[key] = variable
    return Configuration(path=path, origins=origins, **values)


def strange_variables() -> list[str]:
    """Return what is wrong with the names of environment variables, a line each: they change nothing."""
    known = [variable_of(key) for key in KEYS] + list(OTHER_VARIABLES)
    strange = sorted({name for name in os.environ if name.startswith("ANALYZER_")} - set(known))
    return [f"{name} is set but names no key; {suggestion(name, known)}" for name in strange]


def _file(explicit: Path | None, folder: Path) -> Path | None:
    named = os.environ.get(FILE_VARIABLE)
    for path, said_by in ((explicit, "--config"), (Path(named) if named else None, FILE_VARIABLE)):
        if path is not None:
            if not path.is_file():
                raise ConfigurationError(f"there is no configuration file at {path}; check {said_by}")
            return path.resolve()
    candidates = (place / FILE_NAME for place in (folder, *folder.parents))
    return next((candidate.resolve() for candidate in candidates if candidate.is_file()), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}; check its permissions") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}; correct that place") from error


def _from_file(path: Path, key: str, value: Any) -> Any:
    reader = KEYS.get(key)
    if reader is None:
        raise ConfigurationError(f"{path}: {key}: there is no such key; {suggestion(key, KEYS)}")
    try:
        return reader(value, path.parent)
    except ValueError as error:
        raise ConfigurationError(f"{path}: {key}: {error}") from error


def _from_environment(key: str, variable: str, text: str) -> Any:
    try:
        return from_variable(key, text, Path())
    except ValueError as error:
        raise ConfigurationError(f"environment variable {variable}: {error}") from error
