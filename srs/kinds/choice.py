"""`Q:` with a task list: one or several options are right, `[x]`. One card.

Below an option may stand its explanation. Options are known by their text, not by their place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.fragments import as_paragraph
from srs.kinds.kind import Given, Kind, Verdict, crowded, empty, error, key, plain, warning
from srs.kinds.note_type import Side, note_type
from srs.model import Ask, Face, Grade, Option

if TYPE_CHECKING:
    from srs.model import Card, Draft, Flaw, Part, Row


_BEGINS_CODE = re.compile(r"(?:`{3,}[^`]*|~{3,}.*|\$\$)\Z")
_LIKE_BOX = re.compile(r"\[[^\]\n]{0,3}\]\s*")


def claims(draft: Draft) -> bool:
    return draft.tags[:2] == ("Q", "Options")


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    question, listed = draft.parts[:2]
    flaws = empty(question) + crowded(listed) + _flaws(listed)
    options = _options(listed)
    right = [option.text for option in options if option.right]
    answer = right[0] if len(right) == 1 else "\n".join(f"- {_indented(text)}" for text in right)
    return (Face("fwd", question.text, answer, options=options),), flaws


def _options(listed: Part) -> tuple[Option, ...]:
    seen: dict[str, int] = {}
    return tuple(
        Option(key(plain(row.text), seen), _text(row), row.box == "x", row.more.strip("\n"))
        for row in listed.rows
        if row.box
    )


def _text(row: Row) -> str:
    """Behind a box anything is a paragraph's text, but for code below it."""
    return row.text if "\n" in row.text else as_paragraph(row.text)


def _flaws(listed: Part) -> tuple[Flaw, ...]:
    rows = [row for row in listed.rows if row.box]
    found: list[Flaw] = []
    if len(rows) == len(listed.rows) and not any(row.box == "x" for row in rows):
        message, hint = "None of these options is marked right.", "Mark it: `- [x]`."
        found.append(error(listed, rows[0].offset, "option-right", message, hint))
    texts: set[str] = set()
    opposites: set[tuple[str, str]] = set()
    for row in listed.rows:
        text = plain(row.text)
        if not row.box:
            like, bare = _LIKE_BOX.match(row.text), _LIKE_BOX.sub("", row.text, count=1)
            box = "x" if like and re.search("[xX✓✔]", like[0]) else " "
            message = "This row of the options has no box."
            hint = f"Write `- [{box}] {bare}`, or indent it below the option that it explains."
            found.append(error(listed, row.offset, "option-box", message, hint))
        elif not text:
            message, hint = "This option is empty.", "Write its text after the box."
            found.append(error(listed, row.offset, "option-empty", message, hint))
        elif _BEGINS_CODE.match(row.text):
            message, hint = "Code does not begin behind a box.", "Begin it on the line below."
            found.append(error(listed, row.offset, "option-code", message, hint))
        elif row.text.startswith(("```", "~~~", "$$")):
            message, hint = "Some formatters take a box without text for no box.", "Add some text."
            found.append(warning(listed, row.offset, "option-bare", message, hint))
        elif text in texts:
            message, hint = f"The option “{text}” stands here twice.", "Remove or change one."
            # One that is right and wrong cannot be answered.
            twice = error if (row.text, row.box) in opposites else warning
            found.append(twice(listed, row.offset, "option-twice", message, hint))
        texts.add(text)
        opposites.add((row.text, " " if row.box == "x" else "x"))
    return tuple(found)


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def judge(face: Face, given: Given) -> Verdict:
    """Right is to pick all right ones and no other. Recognising is not recalling: good at most."""
    right = {option.key for option in face.options if option.right}
    return Verdict(Grade.GOOD if set(given) == right else Grade.AGAIN, best=Grade.GOOD)


def fields(draft: Draft, cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The question, the options, how many are right if several are, and the solution.

    The options of the question and of the solution are two fields: what is not in the question
    cannot be seen, heard or searched for there. Both are task lists in the order of writing; in
    the question no box is ticked.
    """
    options = cards[0].face.options
    asked = [f"- [ ] {_indented(option.text)}" for option in options]
    solved = []
    for option in options:
        solved.append(f"- [{'x' if option.right else ' '}] {_indented(option.text)}")
        if option.why:
            solved.append(f"\n  {_indented(option.why)}")
    right = sum(option.right for option in options)
    several = str(right) if right > 1 else ""
    return (draft.parts[0].text, "\n".join(asked), several, "\n".join(solved))


_SCRIPT = """\
<script>
(function () {
  // The page, or where it is loaded anew its storage, remembers the order and what was picked.
  var asked = document.querySelector(".options > ul");
  var list = asked || document.querySelector(".solution > ul");
  if (!list) { return; }
  var rows = [].slice.call(list.children);
  var question = document.querySelector(".prompt").textContent;
  var several = document.querySelector(".options.several");

  function remember(choice) {
    window.srsChoice = JSON.stringify(choice);
    try { sessionStorage.setItem("srsChoice", window.srsChoice); } catch (e) { return; }
  }

  function recall() {
    var choice = null;
    try { choice = JSON.parse(window.srsChoice || sessionStorage.getItem("srsChoice")); }
    catch (e) { return null; }
    var fits = choice && choice.question === question && choice.order.length === rows.length;
    return fits ? choice : null;
  }

  function shuffled() {
    var order = rows.map(function (row, i) { return i; });
    for (var i = order.length - 1; i > 0; i--) {
      var j = Math.floor(Math.random() * (i + 1)), other = order[i];
      order[i] = order[j];
      order[j] = other;
    }
    return order;
  }

  function mark(choice) {
    rows.forEach(function (row, i) {
      var picked = choice.picked.indexOf(i) >= 0;
      row.classList.toggle("picked", picked);
      if (asked) { row.setAttribute("aria-checked", picked); }
    });
  }

  function toggle(choice, i) {
    var others = choice.picked.filter(function (k) { return several && k !== i; });
    choice.picked = choice.picked.indexOf(i) >= 0 ? others : others.concat(i);
    remember(choice);
    mark(choice);
  }

  function offer(choice) {
    list.setAttribute("role", several ? "group" : "radiogroup");
    list.setAttribute("aria-label", document.querySelector(".count").textContent);
    rows.forEach(function (row, i) {
      row.classList.add("tappable");
      row.setAttribute("role", several ? "checkbox" : "radio");
      row.setAttribute("tabindex", "0");
      row.addEventListener("click", function () { toggle(choice, i); });
      row.addEventListener("keydown", function (event) {
        if (event.target === row && (event.key === " " || event.key === "Enter")) {
          event.preventDefault();
          toggle(choice, i);
        }
      });
    });
  }

  var choice = asked ? {question: question, order: shuffled(), picked: []} : recall();
  if (!choice) { return; }
  choice.order.forEach(function (i) { list.appendChild(rows[i]); });
  mark(choice);
  if (asked) {
    remember(choice);
    offer(choice);
  }
})();
</script>"""
"""Shuffles the options, takes picks, and shows on the answer what was picked, in the same order.

Without it the options stand in the order of writing, as text. `tappable` keeps a phone from taking
a tap for its own. Anki would take doubled braces for its own.
"""

_TASK = f"""\
<p class="count">{{{{#Several}}}}{{{{Several}}}} are right.{{{{/Several}}}}\
{{{{^Several}}}}One is right.{{{{/Several}}}}</p>
<div class="options{{{{#Several}}}} several{{{{/Several}}}}" dir="auto">{{{{Options}}}}</div>
{_SCRIPT}"""


CHOICE = Kind(
    name="choice",
    ask=Ask.PICK,
    claims=claims,
    read=read,
    judge=judge,
    note_type=note_type(
        1763812800400000,
        "srs Choice",
        ("Front", "Options", "Several", "Solution"),
        (
            Side(
                "Choice",
                "{{Front}}",
                f'<div class="solution">{{{{Solution}}}}</div>\n{_SCRIPT}',
                task=_TASK,
            ),
        ),
    ),
    fields=fields,
)
