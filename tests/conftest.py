"""A vault in a temporary directory, a fixed clock, and a device of its own for every test."""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from srs.cli import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from anki_engine import Anki

FRIDAY = "2025-06-13T18:00:00+00:00"


def kept(root: Path) -> list[Path]:
    """Everything in a folder but what is in build/, which may be deleted at any time."""
    return sorted(path for path in root.rglob("*") if "build" not in path.relative_to(root).parts)


@dataclass
class Result:
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass
class TestVault:
    """A vault, and the command line run in it."""

    __test__ = False

    root: Path
    _monkeypatch: pytest.MonkeyPatch
    _capsys: pytest.CaptureFixture[str]

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def at(self, now: str) -> None:
        """Set the clock, like `2025-06-20T18:00`."""
        self._monkeypatch.setenv("SRS_NOW", now)

    def device(self, name: str) -> None:
        self._monkeypatch.setenv("SRS_DEVICE", name)

    def srs(self, *arguments: str, typed: str | io.StringIO = "") -> Result:
        """Run `srs` with these arguments; `typed` is its standard input, which is no terminal."""
        given = io.StringIO(typed) if isinstance(typed, str) else typed
        self._monkeypatch.setattr(sys, "stdin", given)
        self._monkeypatch.setenv("SRS_VAULT", str(self.root))
        self._capsys.readouterr()
        code = run(list(arguments))
        out, err = self._capsys.readouterr()
        return Result(code, out, err)

    def cards(self) -> list[dict[str, Any]]:
        cards: list[dict[str, Any]] = self.srs("cards", "--json").data
        return cards

    def card(self, prompt: str) -> dict[str, Any]:
        """The one card whose prompt begins like this."""
        (found,) = [card for card in self.cards() if card["prompt"].startswith(prompt)]
        return found

    def history(self) -> list[dict[str, Any]]:
        """All lines of the history, files in the order of their names."""
        files = sorted((self.root / "decks/history").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees this machine's clock, zone, device or settings."""
    for name in ("SRS_VAULT", "SRS_DEVICE", "VISUAL", "EDITOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SRS_NOW", FRIDAY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> TestVault:
    """An empty vault: no roadmap, no notes."""
    root = tmp_path / "vault"
    (root / "decks").mkdir(parents=True)
    (root / "notes").mkdir()
    return TestVault(root, monkeypatch, capsys)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes $EDITOR a program that replaces a text in the file that it is given."""

    def replacing(old: str, new: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(
            "import sys\nfrom pathlib import Path\nline, file = sys.argv[1:]\n"
            "assert line[0] == '+', line\nfile = Path(file)\n"
            f"file.write_text(file.read_text().replace({old!r}, {new!r}))\n"
        )
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')

    return replacing


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Anki]:
    """An empty collection of the real engine."""
    from anki_engine import Anki  # noqa: PLC0415 - it loads slowly

    collection = Anki(tmp_path / "anki")
    yield collection
    collection.close()


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The time zone of this machine, one after the other: three with summer time."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        _tell_of_the_zone()
        yield
    _tell_of_the_zone()


def _tell_of_the_zone() -> None:
    """Anki's engine looks for another one once a second."""
    time.tzset()
    time.sleep(1.1)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files: empty again after the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert [*folder.rglob("*")] == []
