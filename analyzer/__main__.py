"""`python -m analyzer`: the same as the command `analyzer`."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from analyzer.cli import run

        code = run()
    except KeyboardInterrupt:
        # Ctrl-C before the command line, or while it says its last word.
        code = 130
    # What is done is done: a Ctrl-C while the interpreter ends changes nothing of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


if __name__ == "__main__":
    main()
