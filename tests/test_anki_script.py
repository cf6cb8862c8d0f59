"""The script of a choice in Anki: shuffles, takes picks, and shows them again on the answer."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from srs.kinds.choice import CHOICE

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = """\
const vm = require("vm");
const {script, pages, denied} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const stored = {};
let window = {};

function element(text) {
  const classes = new Set(), heard = {};
  return {
    textContent: text, classes, heard, attributes: {},
    classList: {
      add(name) { classes.add(name); },
      toggle(name, on) { if (on) { classes.add(name); } else { classes.delete(name); } },
    },
    setAttribute(name, value) { this.attributes[name] = String(value); },
    addEventListener(name, hear) { heard[name] = hear; },
  };
}

function show({side, prompt, texts, several, touches, anew}) {
  if (anew) { window = {}; }
  const list = element("");
  list.children = texts.map(element);
  list.appendChild = (row) => {
    list.children = list.children.filter((other) => other !== row).concat(row);
  };
  const found = {".prompt": element(prompt), ".count": element("how many")};
  found[side === "question" ? ".options > ul" : ".solution > ul"] = list;
  if (several) { found[".options.several"] = element(""); }
  const global = {window, document: {querySelector: (selector) => found[selector] || null}};
  Object.defineProperty(global, "sessionStorage", {get() {
    if (denied) { throw new Error("denied"); }
    return {
      getItem: (key) => key in stored ? stored[key] : null,
      setItem(key, text) { stored[key] = text; },
    };
  }});
  vm.runInNewContext(script, global);
  for (const [text, how] of touches) {
    const row = list.children.find((one) => one.textContent === text);
    if (how === "tap") { row.heard.click(); }
    else { row.heard.keydown({key: how, target: row, preventDefault() {}}); }
  }
  return list.children.map((row) => ({
    text: row.textContent, picked: row.classes.has("picked"), role: row.attributes.role || "",
    said: row.attributes["aria-checked"] || "",
  }));
}

console.log(JSON.stringify(pages.map(show)));
"""
"""As much of a browser as the script asks of one: pages shown one after the other."""

TEXTS = ["a", "b", "c", "d", "e"]
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node, to run the script of a choice")


def page(side: str, *touches: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A side of a choice, and what is done there."""
    asked = {"prompt": "Which?", "texts": TEXTS, "several": side == "question", "anew": False}
    return {"side": side, "touches": touches} | asked | more


def shown(*pages: dict[str, Any], denied: bool = False) -> list[list[dict[str, str | bool]]]:
    """The rows that each page shows in the end."""
    assert NODE
    (template,) = CHOICE.note_type.templates
    (script,) = set(re.findall("<script>(.*?)</script>", template.front + template.back, re.DOTALL))
    given = json.dumps({"script": script, "pages": pages, "denied": denied})
    done = subprocess.run(
        [NODE, "-e", PAGE], input=given, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stderr == ""
    found: list[list[dict[str, str | bool]]] = json.loads(done.stdout)
    return found


def picked(rows: Sequence[dict[str, str | bool]]) -> set[str | bool]:
    return {row["text"] for row in rows if row["picked"]}


def seen(rows: Sequence[dict[str, str | bool]]) -> list[tuple[str | bool, str | bool]]:
    return [(row["text"], row["picked"]) for row in rows]


@pytest.mark.parametrize(
    ("anew", "denied"),
    [(False, False), (True, False), (False, True)],
    ids=["page kept", "page loaded anew", "page kept, storage denied"],
)
def test_the_answer_shows_the_picks_in_the_order_of_the_question(anew: bool, denied: bool) -> None:
    asked = page("question", ("b", "tap"), ("e", "tap"), anew=anew)
    for _ in range(5):
        first, second = shown(asked, page("answer", anew=anew), denied=denied)
        assert sorted(row["text"] for row in first) == TEXTS
        assert picked(first) == {"b", "e"}
        assert seen(second) == seen(first)


def test_without_anything_remembered_the_answer_is_in_the_order_of_writing() -> None:
    asked = page("question", ("b", "tap"))
    plain = [(text, False) for text in TEXTS]
    assert seen(shown(asked, page("answer", anew=True), denied=True)[1]) == plain
    assert seen(shown(asked, page("answer", prompt="What else?"))[1]) == plain
    assert seen(shown(asked, page("answer", texts=[*TEXTS, "f"]))[1]) == [*plain, ("f", False)]


def test_the_next_card_of_the_same_question_starts_anew() -> None:
    first, second, third = shown(
        page("question", ("a", "tap")), page("question", ("d", "tap")), page("answer")
    )
    assert (picked(first), picked(second)) == ({"a"}, {"d"})
    assert seen(third) == seen(second)


def test_one_pick_takes_the_place_of_another_unless_several_are_right() -> None:
    touches = [("a", "tap"), ("c", "tap"), ("c", "tap"), ("b", " "), ("d", "Enter"), ("e", "x")]
    for several, role, left in ((False, "radio", {"d"}), (True, "checkbox", {"a", "b", "d"})):
        (rows,) = shown(page("question", *touches, several=several))
        assert picked(rows) == left
        assert {row["role"] for row in rows} == {role}
        assert all(row["said"] == str(row["text"] in left).lower() for row in rows)


def test_options_are_shuffled_each_time() -> None:
    orders = shown(*[page("question")] * 30)
    assert len({tuple(row["text"] for row in rows) for rows in orders}) > 10
