"""A database that a stranger wrote: plain tables are read, row by row, and nothing in it is run.

Pages of a damaged or hostile database may lead in circles, to more rows than it has bytes. So
rows, texts and steps are counted against the size of the file.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from srs.anki.unpacking.unreadable import SMALLER, Unreadable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MOST_ROWS = 3_000_000
"""Of a table: more than anybody learns in a lifetime, in a gigabyte of memory."""
_SMALLEST_ROW = 8
"""Bytes that a row takes at least."""
_LARGEST_ROW = 64_000_000
"""Bytes."""
_STEPS_TO_OPEN = 500_000
"""Instructions of SQLite's machine; Anki's twenty tables take some hundred."""
_STEPS_A_BYTE = 4
"""The same for a byte of the file: what reads each row once takes fewer."""
_OFTEN = 50_000
"""After how many of them it is looked how many are left."""


class Database:
    """An open database."""

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        self._connection = connection
        self._size = size
        _allow(connection, _STEPS_TO_OPEN)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_ROW)
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        for pragma in ("trusted_schema = off", "cell_size_check = on", "query_only = on"):
            connection.execute(f"pragma {pragma}")
        names = connection.execute(_TABLES)
        self._columns = {name.lower(): self._columns_of(name) for (name,) in names}
        connection.set_authorizer(_reading_tables)
        _allow(connection, _STEPS_TO_OPEN + _STEPS_A_BYTE * size)

    def _columns_of(self, table: str) -> frozenset[str]:
        """Those that are stored; others would be computed."""
        found = self._connection.execute("select name from pragma_table_info(?)", (table,))
        return frozenset(name.lower() for (name,) in found)

    def has(self, table: str, *columns: str) -> bool:
        return self._columns.get(table, frozenset()) >= {column.lower() for column in columns}

    def rows(self, table: str, columns: Mapping[str, type]) -> Iterator[tuple[Any, ...]]:
        """The values of these columns in each row, in no order: int or str, whatever is stored.

        What is not there is 0 or empty. bytes are given as they are stored. Indexes are not used:
        they may tell something else.
        """
        wanted = ", ".join(
            _WANTED[kind].format(name) if self.has(table, name) else _NOTHING[kind]
            for name, kind in columns.items()
        )
        texts = [place for place, kind in enumerate(columns.values()) if kind is not int]
        left, most = self._size, _MOST_ROWS
        for row in self._connection.execute(f'select {wanted} from "{table}" not indexed'):
            left -= _SMALLEST_ROW
            for place in texts:
                left -= len(row[place])
            most -= 1
            if left < 0:
                raise Unreadable(f"It is damaged: its table “{table}” has no end.")
            if most < 0:
                raise Unreadable(
                    f"It has more than {_MOST_ROWS:,} rows in its table “{table}”.",
                    SMALLER,
                )
            yield row


_TABLES = """
select name from sqlite_master
where type = 'table' and typeof(name) = 'text' and rootpage > 0
"""
"""Those that have pages: no views and no virtual tables."""
_WANTED = {
    int: "ifnull(cast({} as integer), 0)",
    str: "ifnull(cast({} as text), '')",
    bytes: "ifnull(cast({} as blob), x'')",
}
_NOTHING = {int: "0", str: "''", bytes: "x''"}


def _allow(connection: sqlite3.Connection, steps: int) -> None:
    """Interrupt what takes more than so many instructions from now on."""
    looks = iter(range(steps // _OFTEN))
    connection.set_progress_handler(lambda: next(looks, None) is None, _OFTEN)


def _reading_tables(
    action: int, _table: str | None, name: str | None, _where: str | None, view: str | None
) -> int:
    """Allow queries that read tables, and what `rows` needs: no view, no other function."""
    harmless = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) or (
        action == sqlite3.SQLITE_FUNCTION and name == "ifnull"
    )
    return sqlite3.SQLITE_OK if harmless and view is None else sqlite3.SQLITE_DENY


@contextmanager
def opened(file: Path) -> Iterator[Database]:
    """The database in this file. Raises Unreadable, also for what is read of it within."""
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            yield Database(connection, file.stat().st_size)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # The second when what SQLite says quotes bytes that are no text.
        reason = shown(str(error))
        raise Unreadable(f"Its database is damaged, or none of Anki's ({reason}).") from error
