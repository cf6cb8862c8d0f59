"""The way in: `srs` and `python -m srs`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    # What a command reads, it keeps: looking through it for garbage all the while only takes time.
    gc.set_threshold(100_000)
    # Closed streams are None; a command should not have to know.
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or sys.stdout
    try:
        code = _run()
        sys.stdout.flush()
    except OSError as error:
        # Whoever read has read enough, or there is no room; at exit nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"srs: the output cannot be written: {error.strerror}\n")
        code = 1
    sys.exit(code)


def _run() -> int:
    if sys.argv[1:] == ["--version"]:
        # Asked for by scripts and prompts; needs no parser of commands.
        from srs import __version__  # noqa: PLC0415

        sys.stdout.write(f"srs {__version__}\n")
        return 0
    from srs.cli import run  # noqa: PLC0415

    return run()


if __name__ == "__main__":
    main()
