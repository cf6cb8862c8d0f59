"""The way in: `srs` and `python -m srs`."""

from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        # Asked for by scripts and prompts; needs no parser of commands.
        from srs import __version__  # noqa: PLC0415

        sys.stdout.write(f"srs {__version__}\n")
        return
    from srs.cli import run  # noqa: PLC0415

    sys.exit(run())


if __name__ == "__main__":
    main()
