"""Other programs: the person's editor and pager, what opens media, git. Never through a shell."""

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


def page(path: Path, line: int) -> str:
    """Show a file at a line in the person's pager; gives why not, or ``."""
    wanted = os.environ.get("PAGER") or shutil.which("less") or ""
    try:
        words = shlex.split(wanted)
    except ValueError as error:
        return f"PAGER is `{wanted}`: {error}."
    if not words:
        return "There is no pager: set PAGER."
    name = os.path.basename(words[0])  # noqa: PTH119 - a command, not a path
    at = [f"+{line}"] if name in ("less", "more", "most") else []
    try:
        subprocess.run([*words, *at, str(path)], check=False)
    except OSError as error:
        return f"`{words[0]}` cannot be started: {error.strerror}."
    return ""


def open_medium(path: Path) -> str:
    """Have the program for a picture or sound open it; gives why not, or ``."""
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if shutil.which(opener) is None:
        return f"there is no `{opener}` to open it"
    # It goes on by itself, and what it says would be in the way.
    quiet = subprocess.DEVNULL
    subprocess.Popen(
        [opener, str(path)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    return ""


_PATIENCE = 2
"""Seconds that git may take."""


def is_uncommitted(root: Path, *folders: str) -> bool:
    """Whether git has not yet what is in these folders. Without git: no."""
    command = ["git", "-C", str(root), "status", "--porcelain", "--", *folders]
    try:
        found = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0 and bool(found.stdout.strip())
