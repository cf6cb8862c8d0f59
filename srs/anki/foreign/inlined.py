"""Pictures whose bytes stand in the HTML of a note, as web clippers write them: taken out as files.

In Markdown nobody could read around them.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING

from srs.model import digest

if TYPE_CHECKING:
    from srs.anki.collection import Note

_PICTURE = re.compile(
    r"""(?P<before>\bsrc\s*=\s*)(?P<mark>["'])data:image/(?P<type>png|jpeg|gif|webp|svg\+xml)"""
    r""";base64,(?P<data>[A-Za-z0-9+/=\s]+)(?P=mark)""",
    re.IGNORECASE,
)


def taken_out(note: Note) -> tuple[Note, dict[str, bytes]]:
    """The note with names of files for its pictures, and these."""
    files: dict[str, bytes] = {}

    def named(found: re.Match[str]) -> str:
        data = "".join(found["data"].split())
        try:
            content = b64decode(data, validate=True)
        except ValueError:
            return found[0]
        name = f"{digest(data)}.{found['type'].lower().partition('+')[0]}"
        files[name] = content
        return f'{found["before"]}"{name}"'

    if not any("base64," in field for field in note.fields):
        return note, files
    fields = tuple(_PICTURE.sub(named, field) for field in note.fields)
    return note._replace(fields=fields), files
