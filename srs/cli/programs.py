"""Other programs: the person's editor and pager, what opens media, git. Never through a shell."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_AT_LINE = {
    "code": ("--wait", "--goto", "{path}:{line}"),
    "codium": ("--wait", "--goto", "{path}:{line}"),
    "subl": ("--wait", "{path}:{line}"),
    "hx": ("{path}:{line}",),
}
"""Editors that do not understand `+LINE FILE`, as vi, nano, emacs, micro and kak do."""


def open_in_editor(path: Path, line: int = 1) -> str:
    """Wait until the person has edited a file; gives why that failed, or ``."""
    words, why = _chosen("editor", ("VISUAL", "EDITOR"), ("vi", "nano"))
    if why:
        return why
    name = os.path.basename(words[0])  # noqa: PTH119 - a command, not a path
    form = _AT_LINE.get(name, ("+{line}", "{path}"))
    return _run([*words, *(part.format(path=path, line=line) for part in form)])


def page(path: Path, line: int) -> str:
    """Show a file at a line in the person's pager; gives why that failed, or ``."""
    words, why = _chosen("pager", ("PAGER",), ("less",))
    if why:
        return why
    name = os.path.basename(words[0])  # noqa: PTH119 - a command, not a path
    at = [f"+{line}"] if name in ("less", "more", "most") else []
    return _run([*words, *at, str(path)])


def _chosen(what: str, variables: Sequence[str], usual: Sequence[str]) -> tuple[Sequence[str], str]:
    """The words of the command that the person has set, else of one that is there; or why none."""
    wanted = next(filter(None, map(os.environ.get, variables)), None)
    try:
        words = shlex.split(wanted or next(filter(None, map(shutil.which, usual)), ""))
    except ValueError as error:
        return (), f"{' or '.join(sorted(variables))} is `{wanted}`: {error}."
    return words, "" if words else f"There is no {what}: set {variables[-1]}."


def _run(words: Sequence[str]) -> str:
    """Give the terminal to a program and wait for its end; gives why it failed, or ``."""
    # Without a terminal what follows on the standard input is not the program's.
    given = None if sys.stdin.isatty() else subprocess.DEVNULL
    try:
        with _keys_are_theirs(), subprocess.Popen(words, stdin=given) as program:
            try:
                code = program.wait()
            except SystemExit:
                # A signal ends srs: the program may put away what is not saved.
                _end(program)
                raise
    except OSError as error:
        return f"`{words[0]}` cannot be started: {error.strerror}."
    return _ended(words[0], code)


def _end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        program.kill()


def _ended(name: str, code: int) -> str:
    if code < 0:
        return f"`{name}` was ended by signal {-code}."
    return f"`{name}` ended with code {code}." if code else ""


@contextmanager
def _keys_are_theirs() -> Iterator[None]:
    """While it lasts, Ctrl-C is for the program in the foreground, and Ctrl-Z stops srs as it is:
    the terminal is not as srs wants it."""
    # What is ignored would be ignored by the program too; a function is not passed on.
    before = {signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None)}
    if sys.platform != "win32":
        before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def open_medium(path: Path) -> str:
    """Have the program for a picture or sound open it; gives why that failed, or ``."""
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    # It goes on by itself, and what it says would be in the way.
    quiet = subprocess.DEVNULL
    try:
        program = subprocess.Popen(
            [opener, str(path)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError as error:
        return f"`{opener}` cannot be started: {error.strerror}."
    try:
        return _ended(opener, program.wait(_MOMENT))
    except subprocess.TimeoutExpired:
        return ""


_MOMENT = 0.5
"""Seconds within which what opens a file fails, if it does."""
_PATIENCE = 2
"""Seconds that git may take, and any program to end."""


def is_uncommitted(root: Path, *folders: str) -> bool:
    """Whether git has not yet what is in these folders. Without git: no."""
    command = ["git", "-C", str(root), "status", "--porcelain", "--", *folders]
    try:
        found = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0 and bool(found.stdout.strip())
