"""The person's editor, started at a line; never through a shell."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from srs.cli.common import say

if TYPE_CHECKING:
    from pathlib import Path

_AT_LINE = {
    "code": ("--wait", "--goto", "{path}:{line}"),
    "codium": ("--wait", "--goto", "{path}:{line}"),
    "subl": ("--wait", "{path}:{line}"),
    "hx": ("{path}:{line}",),
}
"""Editors that do not understand `+LINE FILE`, as vi, nano, emacs, micro and kak do."""


def open_in_editor(path: Path, line: int = 1) -> bool:
    """Whether the file was edited. Why not is said."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    try:
        words = shlex.split(wanted or shutil.which("vi") or shutil.which("nano") or "")
    except ValueError as error:
        say(f"EDITOR or VISUAL is `{wanted}`: {error}. The file is {path}.")
        return False
    if not words:
        say(f"No editor: set EDITOR. The file is {path}.")
        return False
    name = os.path.basename(words[0])  # noqa: PTH119 - a command, not a path
    form = _AT_LINE.get(name, ("+{line}", "{path}"))
    place = [part.format(path=path, line=line) for part in form]
    try:
        # Without a terminal what follows on the standard input is not the editor's.
        given = None if sys.stdin.isatty() else subprocess.DEVNULL
        code = subprocess.run([*words, *place], check=False, stdin=given).returncode
    except OSError as error:
        say(f"`{words[0]}` cannot be started: {error.strerror}. The file is {path}.")
        return False
    if code:
        say(f"`{words[0]}` ended with code {code}.")
    return code == 0
