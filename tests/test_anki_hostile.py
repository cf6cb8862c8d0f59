"""Files that are no packages, and packages that were made to do harm: one clear sentence each, and
nothing is written, kept in memory or run.
"""

from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import unicodedata
import zipfile
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

import pytest
from anki_packages import BASIC, database, made, zipped, zstd
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.unpacking import archive, package
from srs.anki.unpacking import database as databases
from srs.anki.unpacking.media_list import is_plain
from srs.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Entries = dict[str, bytes | str]

pytestmark = pytest.mark.usefixtures("temporary")


def refused(path: Path) -> str:
    """What is said of a package that cannot be read, after its name."""
    with pytest.raises(Trouble) as caught, package.opened(path) as opened:
        opened.extract(opened.media)
    said, name = str(caught.value), f"{path} cannot be read"
    assert said.startswith(name)
    assert said.isprintable()
    assert caught.value.hint
    return said.removeprefix(name).lstrip(". ")


# The file -----------------------------------------------------------------------------------------


def nothing(folder: Path) -> Path:
    return folder / "nowhere.apkg"


def a_folder(folder: Path) -> Path:
    (folder / "a.apkg").mkdir()
    return folder / "a.apkg"


def text(folder: Path) -> Path:
    (folder / "a.apkg").write_text("This is no package.")
    return folder / "a.apkg"


def empty(folder: Path) -> Path:
    (folder / "a.apkg").touch()
    return folder / "a.apkg"


def a_database(folder: Path) -> Path:
    (folder / "collection.anki2").write_bytes(database(folder))
    return folder / "collection.anki2"


def cut_off(folder: Path) -> Path:
    path = made(folder)
    path.write_bytes(path.read_bytes()[:-30])
    return path


def changed_within(folder: Path) -> Path:
    path = made(folder)
    data = bytearray(path.read_bytes())
    data[200:300] = bytes(100)
    path.write_bytes(data)
    return path


def in_headers(path: Path, local: int, central: int, value: bytes) -> Path:
    """Write these bytes at these places of the headers of each entry."""
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\3\4", local), (b"PK\1\2", central)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + place : at + place + len(value)] = value
    path.write_bytes(data)
    return path


def encrypted(folder: Path) -> Path:
    return in_headers(made(folder), 6, 8, b"\1\0")


def packed_otherwise(folder: Path) -> Path:
    return in_headers(made(folder), 8, 10, struct.pack("<H", zipfile.ZIP_LZMA))


def packed_by_something_unknown(folder: Path) -> Path:
    return in_headers(made(folder), 8, 10, b"\x63\0")


def that_says_it_is_small(folder: Path) -> Path:
    return in_headers(made(folder), 22, 24, struct.pack("<L", 1000))


def without_a_collection(folder: Path) -> Path:
    return zipped(folder / "a.apkg", {"media": "{}", "0": b"picture"})


def with_an_entry_without_a_name(folder: Path) -> Path:
    """Its name of one letter becomes an extra field of one byte."""
    return in_headers(zipped(folder / "a.apkg", {"a": b""}), 26, 28, b"\0\0\1\0")


def without_anything(folder: Path) -> Path:
    return zipped(folder / "a.apkg", {})


def with_two_collections(folder: Path) -> Path:
    path = made(folder)
    with zipfile.ZipFile(path, "a") as writer, pytest.warns(UserWarning, match="Duplicate name"):
        writer.writestr("collection.anki2", b"another")
    return path


def with_a_link_for_a_collection(folder: Path) -> Path:
    link = zipfile.ZipInfo("collection.anki2")
    link.external_attr = 0o120777 << 16
    path = folder / "a.apkg"
    with zipfile.ZipFile(path, "w") as writer:
        writer.writestr(link, "/etc/passwd")
    return path


def with_a_folder_for_a_collection(folder: Path) -> Path:
    return zipped(folder / "a.apkg", {"collection.anki2/": b""})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (nothing, "There is no such file."),
        (a_folder, "It is no file."),
        (text, "It is no Anki package, or only a part of one."),
        (empty, "It is no Anki package, or only a part of one."),
        (a_database, "It is no Anki package, or only a part of one."),
        (cut_off, "It is no Anki package, or only a part of one."),
        (changed_within, "It is damaged: its “collection.anki2” cannot be unpacked."),
        (encrypted, "It is encrypted."),
        (packed_otherwise, "It is packed as Anki packs nothing."),
        (packed_by_something_unknown, "It is packed as Anki packs nothing."),
        (that_says_it_is_small, "It is damaged: its “collection.anki2” cannot be unpacked."),
        (with_an_entry_without_a_name, "It is no Anki package: there is no collection in it."),
        (without_a_collection, "It is no Anki package: there is no collection in it."),
        (without_anything, "It is no Anki package: there is no collection in it."),
        (with_two_collections, "It is damaged: it holds “collection.anki2” twice."),
        (with_a_link_for_a_collection, "It is no Anki package: there is no collection in it."),
        (with_a_folder_for_a_collection, "It is no Anki package: there is no collection in it."),
    ],
)
def test_a_file_that_is_no_package(tmp_path: Path, make: Callable[[Path], Path], said: str) -> None:
    path = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert refused(path) == said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(io, "FileIO", denied)
    assert refused(made(tmp_path)) == ": Permission denied."


def test_a_list_of_entries_that_would_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_LONGEST_LIST", 100)
    assert refused(made(tmp_path)) == "It holds more files than srs can unpack."


# Versions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        (b"\x08\x04", "It is of a newer Anki than srs knows."),
        (b"\x08\xff\xff\xff\x7f", "It is of a newer Anki than srs knows."),
        (b"\x08\x03", "It is no Anki package: there is no collection in it."),
        (b"\x08\x00", "It is no Anki package: there is no collection in it."),
        (b"\x0a\x01x", "It is no Anki package: there is no collection in it."),
        (b"", "It is damaged: its version cannot be read."),
        (b"\x08", "It is damaged: its version cannot be read."),
        (b"\x08" + b"\xff" * 20, "It is damaged: its version cannot be read."),
        (b"\x0a\x7fx", "It is damaged: its version cannot be read."),
        (b"\x0f", "It is damaged: its version cannot be read."),
    ],
)
def test_a_version_that_cannot_be(tmp_path: Path, meta: bytes, said: str) -> None:
    path = zipped(tmp_path / "a.apkg", {"meta": meta, "collection.anki2": database(tmp_path)})
    assert refused(path) == said


# What unpacks to more than it is ------------------------------------------------------------------


def test_a_database_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "_LARGEST_DATABASE", 3_000_000)
    zeros = bytes(30_000_000)
    for name, data in (("collection.anki2", zeros), ("collection.anki21b", zstd(zeros))):
        path = zipped(tmp_path / "a.apkg", {name: data})
        assert path.stat().st_size < 50_000
        assert refused(path) == f"Its “{name}” has more than 3.0 MB."


def test_media_that_unpack_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_MOST_MEDIA", 3_000_000)
    listed = json.dumps({"0": "a.png", "1": "b.png"})
    own: Entries = {"collection.anki2": database(tmp_path), "media": listed}
    path = zipped(tmp_path / "a.apkg", {**own, "0": bytes(2_000_000), "1": bytes(2_000_000)})
    assert refused(path) == "Its media take 4.0 MB; srs unpacks 3.0 MB at most."
    with package.opened(path) as opened:
        assert [*opened.extract(["b.png"])] == ["b.png"]


def media_list(*entries: tuple[str, int]) -> bytes:
    """As newer packages have it: names and sizes."""

    def field(number: int, data: bytes) -> bytes:
        return bytes((number << 3 | 2, len(data))) + data

    def entry(name: str, size: int) -> bytes:
        digits = [size >> shift & 127 for shift in range(0, max(size.bit_length(), 1), 7)]
        varint = bytes(digit | 128 for digit in digits[:-1]) + bytes(digits[-1:])
        return field(1, name.encode()) + b"\x10" + varint

    return b"".join(field(1, entry(name, size)) for name, size in entries)


def new_package(folder: Path, media: bytes, **held: bytes) -> Path:
    """A package of the newest kind."""
    entries = {name.lstrip("_"): data for name, data in held.items()}
    own: Entries = {
        "meta": b"\x08\x03",
        "collection.anki21b": zstd(database(folder)),
        "media": zstd(media),
    }
    return zipped(folder / "a.apkg", {**own, **entries})


def test_media_that_lie_about_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_MOST_MEDIA", 3_000_000)
    zeros = zstd(bytes(30_000_000))
    assert refused(new_package(tmp_path, media_list(("a.png", 5)), _0=zeros)) == (
        "Its “0” has more than 3.0 MB."
    )
    few = zstd(bytes(2_000_000))
    path = new_package(tmp_path, media_list(("a.png", 5), ("b.png", 5)), _0=few, _1=few)
    assert refused(path) == "Its “1” has more than 1.0 MB."
    assert refused(new_package(tmp_path, media_list(("a.png", 5_000_000_000)), _0=zeros)) == (
        "Its media take 5.0 GB; srs unpacks 3.0 MB at most."
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zstd",
        zstd(b"picture" * 1000)[:-4],
        # A window of 2 GB to look back into.
        b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00",
    ],
)
def test_a_medium_that_is_not_what_zstd_packs(tmp_path: Path, data: bytes) -> None:
    path = new_package(tmp_path, media_list(("a.png", 7000)), _0=data)
    assert refused(path) == "It is damaged: its “0” cannot be unpacked."


# Lists of media -----------------------------------------------------------------------------------

UNREADABLE = "It is damaged: its list of media cannot be read."


@pytest.mark.parametrize(
    "media",
    [
        b"",
        b"no JSON",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"0": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"0": ' + b"9" * 100_000 + b"}",
        b'{"0": "' + b" " * 16_000_001 + b'"}',
    ],
    ids=lambda media: repr(media[:12]),
)
def test_a_list_of_media_that_is_none(tmp_path: Path, media: bytes) -> None:
    data: Entries = {"collection.anki2": database(tmp_path), "media": media}
    path = zipped(tmp_path / "a.apkg", data)
    assert refused(path) in (UNREADABLE, "Its “media” has more than 16.0 MB.")


@pytest.mark.parametrize(
    "media",
    [
        b"\x0a",
        b"\x0a\x05abc",
        b"\x08\x01",
        b"\x0a\x02\x0a\x05",
        b"\x0b",
        b"\x0a\x02\x08\x01",
        b"\xff",
    ],
)
def test_a_list_of_media_that_is_no_message(tmp_path: Path, media: bytes) -> None:
    assert refused(new_package(tmp_path, media)) == UNREADABLE


def test_a_list_of_more_media_than_anybody_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("srs.anki.unpacking.media_list._MOST", 5)
    assert refused(new_package(tmp_path, media_list(*[("a.png", 1)] * 7))) == UNREADABLE


def test_three_hundred_thousand_media(tmp_path: Path) -> None:
    media = json.dumps({str(number): f"{number}.png" for number in range(300_000)})
    data: Entries = {"collection.anki2": database(tmp_path), "media": media, "299999": b"the last"}
    with package.opened(zipped(tmp_path / "a.apkg", data)) as opened:
        assert [*opened.media] == ["299999.png"]
        assert opened.left_out == (
            "299,999 media files are listed, but not in the package, such as “0.png”.",
        )


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "...",
        "../outside.png",
        "..\\outside.png",
        "/etc/passwd",
        "\\\\host\\share",
        "folder/a.png",
        "C:a.png",
        "C:\\a.png",
        "a.png:stream",
        "a\0.png",
        "a\n.png",
        "a\x7f.png",
        "a\x85.png",
        "a\u2028.png",
        "a\ud800.png",
        "CON",
        "aux.txt",
        "Nul.tar.gz",
        "com1.png",
        "LPT¹",
        "a.png.",
        "a.png ",
        "a?.png",
        "a*.png",
        "a|b.png",
        '"a".png',
        "<a>.png",
        ".gitattributes",
        "a" * 252 + ".png",
        "é" * 130 + ".png",
        "a" * 100_000,
    ],
    ids=lambda name: repr(name[:20]),
)
def test_a_name_of_a_medium_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    listed = json.dumps({"0": name, "1": "fine.png"})
    data: Entries = {"collection.anki2": database(tmp_path), "media": listed, "0": b"0", "1": b"1"}
    path = zipped(tmp_path / "a.apkg", data)
    before = sorted(tmp_path.rglob("*"))
    with package.opened(path) as opened:
        assert [*opened.media] == ["fine.png"]
        (said,) = opened.left_out
        opened.extract(opened.media)
    assert said.startswith("The media file “")
    assert said.endswith("” has a name that no file can have everywhere.")
    assert said.isprintable()
    assert len(said) < 150
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["a b.png", "漢字.mp3", "_a.js", "console.png", "a.b.c", "-a", "👩‍💻.png"]
)
def test_a_name_of_a_medium_that_every_file_can_have(tmp_path: Path, name: str) -> None:
    path = new_package(tmp_path, media_list((name, 1)), _0=zstd(b"1"))
    with package.opened(path) as opened:
        assert [*opened.media] == [name]
        assert opened.extract([name])[name].read_bytes() == b"1"


@given(st.text(max_size=40))
def test_a_plain_name_is_one_file_on_every_system(name: str) -> None:
    if is_plain(name):
        assert PurePosixPath(name).parts == (name,)
        assert PureWindowsPath(name).parts == (name,)
        assert name not in (".", "..")
        assert name == name.rstrip(" .")
        assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in name)


@pytest.mark.parametrize("listed", [{"0": 5}, {"../0": "a.png"}, {"x": "a.png"}, {"-1": "a.png"}])
def test_a_list_of_media_that_maps_something_else(
    tmp_path: Path, listed: dict[str, object]
) -> None:
    data: Entries = {
        "collection.anki2": database(tmp_path),
        "media": json.dumps(listed),
        "0": b"",
        "../0": b"",
    }
    with package.opened(zipped(tmp_path / "a.apkg", data)) as opened:
        assert opened.media == {}
        (said,) = opened.left_out
    (entry,) = listed
    assert said == f"The media file “{entry}” has a name that no file can have everywhere."


def test_a_medium_that_is_a_link(tmp_path: Path) -> None:
    data: Entries = {"collection.anki2": database(tmp_path), "media": '{"0": "a.png"}'}
    path = zipped(tmp_path / "a.apkg", data)
    link = zipfile.ZipInfo("0")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as writer:
        writer.writestr(link, "/etc/passwd")
    with package.opened(path) as opened:
        assert opened.media == {}


# Databases ----------------------------------------------------------------------------------------


def with_database(folder: Path, data: bytes) -> Path:
    return zipped(folder / "a.apkg", {"collection.anki2": data, "media": "{}"})


@pytest.mark.parametrize("data", [b"", b"no database", b"SQLite format 3\0" + bytes(5000)])
def test_a_collection_that_is_no_database(tmp_path: Path, data: bytes) -> None:
    said = refused(with_database(tmp_path, data))
    assert said.startswith(("Its database is damaged", "It is no Anki package: its database"))


ANOTHER = "It is no Anki package: its database is another program's."
NOT_ONE_ROW = "It is damaged: its table “col” should have one row."
ENDLESS = "with recursive row(n) as (select 1 union all select n + 1 from row)"
A_VIEW_WITHOUT_END = f"create view notes as {ENDLESS} select n id, n guid, 1 mid, '' flds from row"
A_COLUMN_THAT_FILLS_THE_MEMORY = (
    "create table notes (id, guid, mid, flds as (hex(zeroblob(400000000))))"
)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("drop table notes", ANOTHER),
        ("drop table cards", ANOTHER),
        ("drop table col", ANOTHER),
        ("alter table notes drop column guid", ANOTHER),
        ("drop table notes; create table notes (title text)", ANOTHER),
        ("delete from col", NOT_ONE_ROW),
        ("insert into col select 2, crt, conf, models, decks from col", NOT_ONE_ROW),
        ("update col set models = '{'", "It is damaged: its note types cannot be read."),
        ("update col set models = null", "It is damaged: its note types cannot be read."),
        ("update col set models = x'00ff'", "It is damaged: its note types cannot be read."),
        ("update col set decks = '[]'", "It is damaged: its decks cannot be read."),
        (f"drop table notes; {A_VIEW_WITHOUT_END}", ANOTHER),
        (f"drop table notes; {A_COLUMN_THAT_FILLS_THE_MEMORY}", ANOTHER),
        ("drop table notes; create virtual table notes using fts4(id, guid, mid, flds)", ANOTHER),
    ],
)
def test_a_database_with_something_else_in_it(tmp_path: Path, statement: str, said: str) -> None:
    assert refused(made(tmp_path, statement)) == said


def test_triggers_and_views_beside_the_tables_do_nothing(tmp_path: Path) -> None:
    statements = (
        f"create view other as {ENDLESS} select * from row",
        "create trigger one insert on notes begin delete from notes; end",
        "create table more as select * from notes",
        "create index backwards on notes (flds desc)",
    )
    with package.opened(made(tmp_path, *statements)) as opened:
        assert len(opened.collection.notes) == 1


def test_a_view_that_says_it_is_a_table(tmp_path: Path) -> None:
    """What the list of tables says is not what is there: the view is not run all the same."""
    file = tmp_path / "made.db"
    file.write_bytes(database(tmp_path, "drop table notes"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(A_VIEW_WITHOUT_END)
        connection.execute("pragma writable_schema = on")
        connection.execute(
            "update sqlite_master set type = 'table', rootpage = 2 where name = 'notes'"
        )
        connection.commit()
    said = refused(with_database(tmp_path, file.read_bytes()))
    assert said.startswith("Its database is damaged, or none of Anki's (")


class Pages:
    """The pages of a database that was changed by these statements, to be changed further."""

    def __init__(self, folder: Path, *statements: str) -> None:
        file = folder / "made.db"
        file.write_bytes(database(folder))
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript("pragma page_size = 512; vacuum")
            connection.executescript(";".join(statements))
            roots = connection.execute("select name, rootpage from sqlite_master")
            self.roots: dict[str, int] = dict(roots.fetchall())
        self.data = bytearray(file.read_bytes())

    def page(self, number: int) -> memoryview:
        """What is in a page after the header of the file."""
        return memoryview(self.data)[(number - 1) * 512 : number * 512][100 * (number == 1) :]

    def below(self, number: int) -> list[int]:
        """The pages below one that branches, in order."""
        page = memoryview(self.data)[(number - 1) * 512 : number * 512]
        return [int.from_bytes(page[at : at + 4]) for at in self._branches(number)]

    def branches(self) -> list[int]:
        return [
            number for number in range(1, len(self.data) // 512 + 1) if self.page(number)[0] == 5
        ]

    def lead(self, number: int, below: int, after: int = 0) -> None:
        """Let all branches of a page but so many lead to one page."""
        page = memoryview(self.data)[(number - 1) * 512 : number * 512]
        for at in self._branches(number)[after:]:
            page[at : at + 4] = below.to_bytes(4)

    def _branches(self, number: int) -> list[int]:
        """Where in a page the numbers of those below are; the last one stands in its head."""
        page = self.page(number)
        assert page[0] == 5
        count = int.from_bytes(page[3:5])
        return [*struct.unpack(f">{count}H", page[12 : 12 + 2 * count]), 8 + 100 * (number == 1)]


MANY_NOTES = f"insert into notes (flds, id) {ENDLESS} select 'few', n + 99 from row limit 20000"
MANY_REVIEWS = f"insert into revlog (id) {ENDLESS} select n from row limit 50000"


@pytest.mark.parametrize(("table", "rows"), [("notes", MANY_NOTES), ("revlog", MANY_REVIEWS)])
def test_pages_that_lead_in_circles(tmp_path: Path, table: str, rows: str) -> None:
    """A tree that branches over and over into the same pages has 10^15 rows in a small file."""
    pages = Pages(tmp_path, rows)
    root = pages.roots[table]
    leaf = pages.below(pages.below(root)[0])[0]
    path = [root, *[number for number in pages.branches() if number not in (1, root)][:8], leaf]
    for number, below in pairwise(path):
        pages.lead(number, below)
    said = refused(with_database(tmp_path, bytes(pages.data)))
    assert said == f"It is damaged: its table “{table}” has no end."


def test_many_rows_that_share_a_long_text(tmp_path: Path) -> None:
    """Fewer rows than the file could hold, and more text."""
    pages = Pages(tmp_path, "update notes set flds = hex(zeroblob(20000))", MANY_NOTES)
    root = pages.roots["notes"]
    first = pages.below(root)[0]
    pages.lead(root, first)
    pages.lead(first, pages.below(first)[0])
    said = refused(with_database(tmp_path, bytes(pages.data)))
    assert said == "It is damaged: its table “notes” has no end."


def test_a_list_of_tables_that_leads_in_circles(tmp_path: Path) -> None:
    """SQLite reads it before it can be asked for anything."""
    columns = ", ".join(f"c{number} unique" for number in range(400))
    pages = Pages(tmp_path, MANY_NOTES, f"create table more ({columns})")
    tables = pages.below(1)
    path = [number for number in pages.branches() if number != 1][:8]
    pages.lead(1, path[0], after=len(tables) - 3)
    for number, below in pairwise([*path, tables[-2]]):
        pages.lead(number, below)
    said = refused(with_database(tmp_path, bytes(pages.data)))
    assert said == "Its database is damaged, or none of Anki's (interrupted)."


def test_a_damaged_index_is_not_used(tmp_path: Path) -> None:
    """It holds all that is asked of the notes, so that SQLite would read it in their place."""
    wider = (f"alter table notes add more_{number} text" for number in range(9))
    pages = Pages(tmp_path, *wider, "create index whole on notes (guid, mid, mod, tags, flds)")
    pages.page(pages.roots["whole"])[:] = bytes(512)
    with package.opened(with_database(tmp_path, bytes(pages.data))) as opened:
        assert len(opened.collection.notes) == 1


def test_a_view_is_not_read_even_when_it_is_asked_for(tmp_path: Path) -> None:
    """Should SQLite ever take one for a table."""
    file = tmp_path / "made.db"
    file.write_bytes(database(tmp_path, "create view other as select id from notes"))
    with databases.opened(file) as db:
        db._columns["other"] = frozenset(["id"])
        with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
            next(db.rows("other", {"id": int}))


def test_more_rows_than_anybody_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_MOST_ROWS", 2)
    statement = "insert into revlog (id, cid) values (1, 20), (2, 20), (3, 20)"
    assert refused(made(tmp_path, statement)) == "It has more than 2 rows in its table “revlog”."


def test_a_row_that_is_larger_than_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_LARGEST_ROW", 100_000)
    statement = "update notes set flds = hex(zeroblob(100000))"
    assert refused(made(tmp_path, statement)).startswith("Its database is damaged")


def test_note_types_that_are_longer_than_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("srs.anki.unpacking.encoded.LARGEST", 1000)
    path = made(tmp_path, models={"1": {**BASIC, "css": "x" * 1000}})
    assert refused(path) == "It is damaged: its note types cannot be read."


def test_note_types_that_are_nested_without_end(tmp_path: Path) -> None:
    nested: list[object] = []
    for _ in range(500):
        nested = [nested]
    with package.opened(made(tmp_path, models={"1": BASIC, "2": {"name": nested}})) as opened:
        assert opened.collection.left_out == ["The note type “2” cannot be read."]
    for deep in ("[" * 200_000, '{"1":' * 200_000):
        said = refused(made(tmp_path, models=deep))
        assert said == "It is damaged: its note types cannot be read."
    collection = made(tmp_path, models={"1": BASIC, "2": {"name": "\u202e\0" * 5000}})
    with package.opened(collection) as opened:
        (said,) = opened.collection.left_out
    assert said.isprintable()
    assert len(said) < 120


# Anything -----------------------------------------------------------------------------------------


def test_nothing_stays_when_the_reader_is_stopped(tmp_path: Path, temporary: Path) -> None:
    path = new_package(tmp_path, media_list(("a.png", 1)), _0=zstd(b"1"))

    def stop(_done: int, _total: int) -> None:
        (folder,) = temporary.iterdir()
        assert [file.name for file in folder.iterdir()] == ["0"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), package.opened(path) as opened:
        opened.extract(opened.media, stop)
    with pytest.raises(ZeroDivisionError), package.opened(path):
        _ = 1 / 0


@pytest.mark.parametrize("seed", range(4))
def test_damaged_anywhere_a_package_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Bytes are changed and cut off in the file, in its database and in its lists."""
    chance = random.Random(seed)
    media = media_list(("a.png", 1), ("b.png", 2))
    path = new_package(tmp_path, media, _0=zstd(b"1"), _1=zstd(b"22"))
    whole, collection = path.read_bytes(), database(tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts: Entries = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(100):
        ways: tuple[Entries, ...] = (
            {"media": zstd(damaged(media, chance))},
            {"collection.anki21b": zstd(damaged(collection, chance))},
        )
        if chance.random() < 0.3:
            path.write_bytes(damaged(whole, chance))
        else:
            zipped(path, {**parts, **chance.choice(ways)})
        with suppress(Trouble), package.opened(path) as opened:
            opened.extract(opened.media)


def damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        changed[chance.randrange(len(changed))] = chance.choice((0, 1, 127, 128, 255))
    if chance.random() < 0.2:
        del changed[chance.randrange(len(changed)) :]
    return bytes(changed)
