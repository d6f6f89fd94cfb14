"""The command line: the ordered table of commands, and one line for each error.

Standard output is data; notes, progress and errors go to standard error. Exit code 2 says that the
call was wrong, 1 that the work failed, 0 that it was done.
"""

from __future__ import annotations

import gc
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

import typer
from typer.core import TyperGroup

from analyzer.errors import AnalyzerError

COMMANDS: tuple[str, ...] = (
    "ingest",
    "report",
    "serve",
    "query",
    "classify",
    "reclassify",
    "nightly",
    "schedule",
    "alerts",
    "sources",
    "forget",
    "retention",
    "export",
    "catalog",
    "formats",
    "masks",
    "config",
    "doctor",
    "simulate",
)
"""Names of the commands in the order of the help; each is a module of `analyzer.commands`."""

_INTERRUPTED = 130
"""What a shell makes of a process that Ctrl-C ended."""
_STOPPED = "stopped; what was committed is kept, run the command again to go on"


class _InOrder(TyperGroup):
    """Lists commands and groups of commands in the order of COMMANDS."""

    def list_commands(self, ctx: object) -> list[str]:
        return list(COMMANDS)


def build(names: Sequence[str] = COMMANDS) -> typer.Typer:
    """Put commands together: a module with `app` is a group, a function of its name a command."""
    app = typer.Typer(
        name="analyzer",
        cls=_InOrder,
        help="Read API logs, find each failure's entry in the error catalogue, and say what to do first.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    )
    app.callback()(_root)
    for name in names:
        module = import_module(f"analyzer.commands.{name}")
        if hasattr(module, "app"):
            for command in module.app.registered_commands:
                command.help = _help(command.callback)
            callback = module.app.registered_callback
            if callback is not None and callback.callback is not None:
                callback.help = _help(callback.callback)
            app.add_typer(module.app, name=name)
        else:
            function = getattr(module, name)
            app.command(name, help=_help(function))(function)
    return app


def _help(function: Callable[..., object] | None) -> str:
    """Return a command's docstring with the lines of its examples kept apart (Click's mark is a \\b)."""
    text, heading, examples = (inspect.getdoc(function) or "").partition("Examples:\n\n")
    return f"{text}{heading}\b\n{examples}" if heading else text


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (the process's own where None) and return the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    # Of the commands only the one that is called is put together: all of them would take longer than one.
    wanted = given[:1] if given and given[0] in COMMANDS else COMMANDS
    # Nothing here multiplies matrices; numpy's threads for that would spin beside the work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imports and pages make many objects and hardly any garbage: it is looked for less often.
    gc.set_threshold(50_000)
    try:
        outcome = build(wanted)(args=given, prog_name="analyzer", standalone_mode=False)
        sys.stdout.flush()
    except AnalyzerError as error:
        return _complain(str(error), error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (`| head`); what is left to flush has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _complain(f"{place}{error.strerror or error}; check the path, its permissions and the disk", 1)
    except KeyboardInterrupt:
        return _complain(_STOPPED, _INTERRUPTED)
    except Exception as error:
        if (code := _explained(error)) is None:
            raise
        return code
    # The library of the command line makes this number of a Ctrl-C that it sees, without a word.
    if outcome == _INTERRUPTED:
        return _complain(_STOPPED, _INTERRUPTED)
    return outcome if isinstance(outcome, int) else 0


def _explained(error: Exception) -> int | None:
    """Say what an error of a library means, and return the exit code; None where it is a defect."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        return _complain(_usage(error), 2)
    if _is_interrupted(error):
        return _complain(_STOPPED, _INTERRUPTED)
    if "duckdb" in sys.modules:
        from analyzer.store.failure import told

        if (said := told(error, "the database")) is not None:
            return _complain(said, 1)
    return None


def _is_interrupted(error: BaseException | None) -> bool:
    """Tell whether Ctrl-C is what `error` is, or what it came of.

    DuckDB tells of one that came while a statement ran by an error of its own.
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or (
            isinstance(error, RuntimeError) and "interrupted" in str(error).lower()
        ):
            return True
        error = error.__cause__ or error.__context__
    return False


def _usage(error: Exception) -> str:
    message = error.format_message()  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "analyzer"
    return f"{message.rstrip('.')}; see '{command} --help'"


def _complain(message: str, exit_code: int) -> int:
    line = " ".join(message.split())
    print(f"analyzer: {line}", file=sys.stderr)
    return exit_code


def _show_version(wanted: bool) -> None:
    if wanted:
        from analyzer import __version__

        print(f"analyzer {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", help="Print the version and leave.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Read API logs, find each failure's entry in the error catalogue, and say what to do first."""
