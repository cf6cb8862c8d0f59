"""This device: a random name, kept in the user's state directory, never the host's name."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from srs.model import Trouble, digest

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Device:
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
    state = Path(platformdirs.user_state_dir("srs", appauthor=False))
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
        lock = Path(tempfile.gettempdir()) / f"srs-{name}.lock"
        return Device(name, lock, "" if wanted else notice)


def _remembered(file: Path) -> str:
    """The name in the file; one is put there if it holds none."""
    for _ in range(2):
        if file.exists():
            name = file.read_bytes().decode("ascii", "replace").strip()
            if _NAME.fullmatch(name):
                return name
            file.unlink()
        # Two first runs at once must agree: only one can link its name into place.
        fresh = file.with_name(f"device-{secrets.token_hex(8)}")
        fresh.write_text(_new_name() + "\n", "ascii")
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text("ascii").strip()


def _new_name() -> str:
    return digest(secrets.token_hex(16), size=8)
