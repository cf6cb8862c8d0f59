"""Edits that people make, on the notes that come with srs: history stays where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from vaults import Past, Piece, Vault, owners, real_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    Edit = Callable[[Vault], None]

NODE = "notes/phase-1/node-internals.md"
POSTGRES = "notes/phase-2/postgresql.md"
OWN = """\
# Words

TTL :: time to live, the seconds for which an answer may be kept

RTT :: round-trip time, from the first byte sent to the first received

Q: What does idempotent mean of a request?
A: sent twice it has the effect of sent once

Q: Name what an access log line begins with.
Points:
- address
- user
- time

"""
FEWEST = """\
- [ ] The worker with the fewest open requests
  Round-robin knows no load, and there is only one connection to place.
"""
NEXT_TICK = """\
- [ ] `process.nextTick`
  The loop does not go on before that queue is empty, and it never is.
"""
NEW = "Q: Which header forbids a cache to keep a response?\nA: `Cache-Control: no-store`\n\n"


def change(*pairs: tuple[str, str]) -> Edit:
    """In the one item with the old text, the new one."""

    def edit(vault: Vault) -> None:
        for old, new in pairs:
            vault.change(old, new)

    return edit


def move(part: str, before: str) -> Edit:
    """The item with `part` to above the piece with `before`."""

    def edit(vault: Vault) -> None:
        vault.put(vault.take(part), before=before)

    return edit


def remove(*parts: str) -> Edit:
    def edit(vault: Vault) -> None:
        for part in parts:
            vault.take(part)

    return edit


def add(text: str, before: str) -> Edit:
    def edit(vault: Vault) -> None:
        vault.put(Piece("new", text), before=before)

    return edit


def rename(old: str, new: str) -> Edit:
    """A file, or a folder with all its files."""

    def edit(vault: Vault) -> None:
        vault.notes = {path.replace(old, new): note for path, note in vault.notes.items()}

    return edit


def merge(into: str, other: str) -> Edit:
    def edit(vault: Vault) -> None:
        vault.notes[into] += vault.notes.pop(other)[1:]

    return edit


def split_off(path: str, into: str) -> Edit:
    """The second half of a note."""

    def edit(vault: Vault) -> None:
        note = vault.notes[path]
        half = len(note) // 2
        vault.notes[path], vault.notes[into] = note[:half], note[half:]

    return edit


def reverse(path: str) -> Edit:
    """All items of a note in the opposite order, below its last heading."""

    def edit(vault: Vault) -> None:
        names = {*vault.names().values()}
        note = vault.notes[path]
        items = [piece for piece in note if piece.name in names]
        vault.notes[path] = [piece for piece in note if piece.name not in names] + items[::-1]

    return edit


def both(*edits: Edit) -> Edit:
    def edit(vault: Vault) -> None:
        for one in edits:
            one(vault)

    return edit


EDITS: dict[str, Edit] = {
    "a typo in a question": change(("Which asynchronous work of", "Wich asynchronus work of")),
    "a typo in an answer": change(("which needs one of the four", "wich needs one of teh four")),
    "reflowed": change(
        (
            "Eight `crypto.pbkdf2()` calls are running. A",
            "Eight `crypto.pbkdf2()` calls\nare running.\nA",
        )
    ),
    "Markdown marks added": change(
        (
            "What becomes of `file`, a Writable of Node?",
            "What becomes of **`file`**, a *Writable* of Node?",
        )
    ),
    "code formatted": change(
        (
            'pages.on("data", async (page) => {\n  await save(page);\n});',
            "pages.on('data', async page => {\n    await save(page)\n})",
        )
    ),
    "an answer extended": change(
        (
            "all busy hashing.",
            "all busy hashing; the pool is shared by the whole process, so more work waits.",
        )
    ),
    "a question extended": change(
        (
            "Why is there no back-pressure?",
            "Why is there no back-pressure, and which loop would bring it?",
        )
    ),
    "a question said in other words": change(
        (
            "Upon which event do you go on writing?",
            "Which event tells you that you may write again?",
        )
    ),
    "an answer replaced": change(
        (
            "3,600 rows and 60 ms: both are averages for one loop.",
            "Multiply by the loops: 3,600 and 60.",
        )
    ),
    "a reason added": change(
        ("T: `drain` |", "Why: Until then everything stays in memory.\nT: `drain` |")
    ),
    "a tag added": change(
        ("is the order certain? #contrast/timers", "is the order certain? #libuv")
    ),
    "reordered": reverse(NODE),
    "moved to another heading": move("Eight `crypto.pbkdf2()` calls", "`uncaughtException` :::"),
    "moved to another file": move("Eight `crypto.pbkdf2()` calls", "### CTEs"),
    "edited and moved to another file": both(
        change(
            ("opens at once, one to", "opens immediately, another to"),
            ("all busy hashing", "which all hash"),
        ),
        move("Eight `crypto.pbkdf2()` calls", "### CTEs"),
    ),
    "a file renamed": rename(NODE, "notes/phase-1/node.md"),
    "a file renamed, and edited": both(
        change(
            ("Which asynchronous work of", "What work of"), ("all busy hashing", "which all hash")
        ),
        rename(NODE, "notes/phase-1/node.md"),
    ),
    "a phase folder renamed": rename("notes/phase-2/", "notes/phase-3/"),
    "all folders renamed": rename("notes/phase-", "notes/part/phase-"),
    "two files merged": merge(NODE, POSTGRES),
    "a file split": split_off(NODE, "notes/phase-1/node-processes.md"),
    "neighbours added": both(
        add(NEW, "Eight `crypto.pbkdf2()` calls"),
        add(NEW.replace("forbids", "allows"), "Which asynchronous work of"),
    ),
    "neighbours removed": remove("Which asynchronous work of", "`UV_THREADPOOL_SIZE` {{in"),
    "a neighbour removed and one edited": both(
        remove("Which asynchronous work of"),
        change(("A new connection to", "Another connection to"), ("all busy", "each busy")),
    ),
    "two neighbours edited": change(
        ("Eight `crypto.pbkdf2()` calls are running.", "Eight password hashes run."),
        ("so that one kind can hold up another?", "and hold each other up?"),
    ),
    "two neighbours swapped and both edited": both(
        change(
            ("Eight `crypto.pbkdf2()` calls are running.", "Eight password hashes run."),
            ("so that one kind can hold up another?", "and hold each other up?"),
        ),
        move("Which asynchronous work of", "Eight password hashes run."),
    ),
    "words around a gap edited": change(
        ("lets up to {{400}} through", "lets as many as {{400}} pass")
    ),
    "a gap edited": change(
        ("{{each sort or hash operation::", "{{each sort or each hash operation::")
    ),
    "a gap added": change(("in a cluster of four workers.", "in a {{cluster}} of four workers.")),
    "a hint taken from a gap": change(("{{`MATERIALIZED`::which keyword?}}", "{{`MATERIALIZED`}}")),
    "an option edited": change(
        ("The four workers in turn\n", "All four workers, one after another\n")
    ),
    "an option removed": change(
        (
            FEWEST,
            "",
        )
    ),
    "an option added": change(
        ("- [ ] The four workers in turn\n", "- [ ] Nobody\n- [ ] The four workers in turn\n")
    ),
    "options reordered": change(
        (
            NEXT_TICK,
            "",
        ),
        (
            "- [ ] `Promise.resolve().then`\n",
            NEXT_TICK + "- [ ] `Promise.resolve().then`\n",
        ),
    ),
    "one line made question and answer": change(
        ("`Index Cond` ::: the line of a", "Q: `Index Cond`\nA: the line of a")
    ),
    "question and answer made one line": change(
        (
            "Q: What does idempotent mean of a request?\nA: sent",
            "What does idempotent mean of a request? :: sent",
        )
    ),
    "asked in both directions": change(("TTL :: time", "TTL ::: time")),
    "typed, and now told": change(("T: `pg_stat_activity`\n", "A: `pg_stat_activity`\n")),
    "typographic marks": change(
        ("Q: PostgreSQL's `EXPLAIN ANALYZE` shows", "Q: PostgreSQL’s `EXPLAIN ANALYZE` shows –"),
        (
            "About how many rows and how much time is that in all?",
            "About how many rows – and how much time – is that in all ?",
        ),
    ),
    "asked in one direction only": change(("`Index Cond` ::: the", "`Index Cond` :: the")),
    "told, and now typed": change(("A: sent twice it", "T: sent twice it")),
    "a point added": change(("- user\n", "- user\n- request\n")),
    "one line of several edited": change(("RTT :: round-trip", "RTT (ping) :: round-trip")),
    "line ends of Windows": lambda vault: vault.notes.update(
        {NODE: [Piece(name, text.replace("\n", "\r\n")) for name, text in vault.notes[NODE]]}
    ),
}

FILES = {**real_notes(), "notes/phase-1/own.md": OWN}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_every_item_keeps_its_history(edit: Edit) -> None:
    past, vault = Past(FILES), Vault(FILES)
    before = owners(past.match(vault.files), vault)
    files = vault.files
    edit(vault)
    assert vault.files != files
    found = past.learn(vault.files)
    after = owners(found, vault)
    for name, (item, cards) in after.items():
        if name not in before:
            assert item not in {one for one, _ in before.values()}, name
            continue
        assert item == before[name][0], name
        kept = cards.keys() & before[name][1].keys()
        assert {key: cards[key] for key in kept} == {key: before[name][1][key] for key in kept}
    gone = {change.item for change in found.changes if change.what == "gone"}
    assert gone == {item for name, (item, _) in before.items() if name not in after}
    assert {change.what for change in found.changes} <= {"edited", "moved", "gone"}
    again = past.match(vault.files)
    assert again.pending == ()
    assert {change.what for change in again.changes} <= {"gone"}
    assert owners(again, vault) == after
