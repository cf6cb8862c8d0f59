"""This device: a random name, kept in the user's state directory, never the host's name."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from srs.model import digest


@dataclass(frozen=True, slots=True)
class Device:
    """`notice` tells the person what is unusual about it, or is empty."""

    name: str
    state: Path
    notice: str = ""

    def lock(self, folder: Path) -> Path:
        """The file that all processes lock before they write this device's events in `folder`."""
        return self.state / f"{digest(str(folder.resolve()), self.name)}.lock"


def this_device(wanted: str) -> Device:
    """The device, under the `wanted` name if there is one; named and remembered if it is new."""
    state = Path(platformdirs.user_state_dir("srs", appauthor=False))
    try:
        state.mkdir(parents=True, exist_ok=True)
        return Device(wanted or _remembered(state / "device"), state)
    except OSError as error:
        name = wanted or _new_name()
        notice = (
            f"The state directory {state} cannot be used ({error.strerror}); "
            f"answers of this run go to decks/history/{name}.jsonl."
        )
        return Device(name, Path(tempfile.gettempdir()), "" if wanted else notice)


def _remembered(file: Path) -> str:
    for _ in range(2):
        if file.exists():
            name = file.read_text("utf-8").strip()
            if name.isalnum():
                return name
            file.unlink()
        # Two first runs at once must agree: only one can link its name into place.
        fresh = file.with_name(f"device-{secrets.token_hex(8)}")
        fresh.write_text(_new_name() + "\n", "utf-8")
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text("utf-8").strip()


def _new_name() -> str:
    return digest(secrets.token_hex(16), size=8)
