"""This device: a random name, kept in the user's state directory, never the host's name."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from srs.model import Trouble, digest

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Device(NamedTuple):
    """`lock` is the file that all processes of this device lock before they write an event.

    `notice` tells the person what is unusual about it, or is empty.
    """

    name: str
    lock: Path
    notice: str = ""


def this_device(wanted: str) -> Device:
    """The device, under the `wanted` name if there is one; named and remembered if it is new."""
    if wanted and not _NAME.fullmatch(wanted):
        raise Trouble(
            f"SRS_DEVICE is {wanted!r}, which is no name for a device.",
            "It names a file: letters, digits, `-` and `_`.",
        )
    state = _state()
    lock = state / "lock"
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock.open("a").close()
        return Device(wanted or _remembered(state / "device"), lock)
    except OSError as error:
        name = wanted or _new_name()
        notice = (
            f"The state directory {state} cannot be used ({error.strerror}); "
            f"answers of this run go to decks/history/{name}.jsonl."
        )
        import tempfile  # noqa: PLC0415 - only where there is no state directory

        lock = Path(tempfile.gettempdir()) / f"srs-{name}.lock"
        return Device(name, lock, "" if wanted else notice)


def _state() -> Path:
    """The user's state directory."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if sys.platform == "linux" and given.startswith("/"):
        return Path(given) / "srs"
    if sys.platform == "linux" and not given.strip():
        return Path.home() / ".local/state/srs"
    # Every session passes here, and the library takes longer to load than all else here.
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_state_dir("srs", appauthor=False))


def _remembered(file: Path) -> str:
    """The name in the file; one is put there if it holds none."""
    for _ in range(2):
        if file.exists():
            name = file.read_bytes().decode("ascii", "replace").strip()
            if _NAME.fullmatch(name):
                return name
            file.unlink()
        # Two first runs at once must agree: only one can link its name into place.
        fresh = file.with_name(f"device-{os.urandom(8).hex()}")
        fresh.write_text(_new_name() + "\n", "ascii")
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text("ascii").strip()


def _new_name() -> str:
    return digest(os.urandom(16).hex(), size=8)
