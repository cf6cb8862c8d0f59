"""The look of every card in Anki: one style sheet, light and dark, that needs no network.

The short classes below `pre` are those of Pygments: `k` for keywords, `s` for strings, and so on.
Desktop and AnkiMobile say `nightMode`, AnkiDroid `night_mode` (and where a style sheet has that, it
changes no colours itself), on the card's element or around it. Both also set colours of their own
by `body.night_mode`, which a rule for the dark must outdo, and not only for the light.
"""

CSS = """\
.card { --ink: #1f2328; --paper: #fff; --soft: #57606a; --line: #d0d7de; --code: #f6f8fa;
  --gap: #0b57d0; --right: #116329; --right-paper: #e6f6ea; --wrong: #a40e26;
  --keyword: #b31d28; --string: #0a3069; --number: #0550ae; --comment: #57606a; --name: #6639ba;
  --type: #8a3a00; --removed: #82071e; --removed-paper: #ffebe9; --added: #0c5323;
  --added-paper: #dafbe1;
  font: 20px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; text-align: start;
  color: var(--ink); background: var(--paper); max-width: 42em; margin: 0 auto;
  padding: .5em 1em; overflow-wrap: anywhere; }
.card.nightMode, .nightMode .card, .card.night_mode, .night_mode .card {
  color-scheme: dark; --ink: #e6e6e6; --paper: #1e1e1e; --soft: #a8a8ad; --line: #48484a;
  --code: #26282c; --gap: #8ab4f8; --right: #7ee2a0; --right-paper: #16301f; --wrong: #ff9aa6;
  --keyword: #ff8a80; --string: #a5d6ff; --number: #79c0ff; --comment: #a0a8b0; --name: #d2a8ff;
  --type: #ffa657; --removed: #ffdcd7; --removed-paper: #67060c; --added: #aff5b4;
  --added-paper: #033a16; color: var(--ink); background: var(--paper); }
.card section > :first-child, details > div > :first-child { margin-top: 0; }
.card section > :last-child { margin-bottom: 0; }
.card section:has(mjx-container) { overflow: auto hidden; }
.card a { color: var(--gap); text-decoration: underline; }
pre { font-size: .8em; line-height: 1.4; padding: .7em .9em; border-radius: 6px;
  color: var(--ink); background: var(--code); overflow-x: auto; white-space: pre;
  overflow-wrap: normal; direction: ltr; text-align: left; }
pre.output { border-left: 4px solid var(--soft); border-radius: 0 6px 6px 0; }
code, kbd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: .88em; }
:not(pre) > code, kbd { padding: .1em .3em; border-radius: 4px; background: var(--code);
  direction: ltr; unicode-bidi: isolate; -webkit-box-decoration-break: clone;
  box-decoration-break: clone; }
pre code { font-size: 1em; }
table { border-collapse: collapse; display: block; overflow-x: auto; overflow-wrap: normal; }
th, td { border: 1px solid var(--line); padding: .2em .6em; }
blockquote { margin: 0; padding-inline-start: 1em; border-inline-start: 3px solid var(--line);
  color: var(--soft); }
img { max-width: 100%; height: auto; color: #1f2328; background: #fff; }
mjx-container[display="true"] { overflow-x: auto; overflow-y: hidden; padding: .2em 0; }
ul, ol { padding-inline-start: 1.4em; }
li.right, li.wrong { list-style-type: "\\2610\\a0"; }
li.right { list-style-type: "\\2611\\a0"; }
hr#answer { height: 0; border: 0; border-top: 1px solid var(--line); margin: 1em 0;
  background: none; }
.cloze { font-weight: 600; color: var(--gap); }
.cloze pre, .cloze code { color: inherit; }
.hint, .why { margin-top: .5em; color: var(--soft); font-size: .9em; }
summary { cursor: pointer; padding: .6em 0; }
footer { margin-top: 1.5em; color: var(--soft); font-size: .65em; }

.task { margin-top: 1em; }
.count, .accepted { color: var(--soft); font-size: .9em; margin: 0 0 .4em; }
.accepted { margin-top: 1em; }
.options > ul, .solution > ul { list-style: none; margin: 0; padding: 0; }
.options > ul > li, .solution > ul > li { position: relative; list-style: none; margin: .45em 0;
  padding: .5em .8em; border: 2px solid var(--line); border-radius: 8px; }
.options > ul > li.tappable, .solution > ul > li { padding-inline-start: 2.3em; }
.tappable { cursor: pointer; -webkit-user-select: none; user-select: none;
  -webkit-tap-highlight-color: transparent; }
.tappable:focus-visible { outline: 3px solid var(--ink); outline-offset: -3px; border-radius: 8px; }
.options > ul > li.tappable::before { content: ""; position: absolute; inset-inline-start: .7em;
  top: .78em; width: .7em; height: .7em; border: 2px solid var(--soft); border-radius: 50%; }
.options.several > ul > li.tappable::before { border-radius: 3px; }
.options > ul > li.picked { border-color: var(--gap); }
.options > ul > li.picked::before { border-color: var(--gap); background: var(--gap);
  box-shadow: inset 0 0 0 2px var(--paper); }
.solution > ul > li::before { position: absolute; inset-inline-start: .7em; content: "\\2717";
  color: var(--wrong); }
.solution > ul > li.right { border-color: var(--right); background: var(--right-paper);
  --code: var(--paper); }
.solution > ul > li.right::before { content: "\\2713"; font-weight: 700; color: var(--right); }
.solution > ul > li > p { margin: 0; }
.solution > ul > li > p ~ * { margin: .3em 0 0; color: var(--soft); font-size: .9em; }
.solution > ul > li > p ~ pre { color: var(--ink); font-size: .8em; }
.solution > ul > li.picked::after { content: "picked"; display: table; margin-top: .4em;
  padding: 0 .6em; border-radius: 1em; color: var(--paper); background: var(--ink);
  font-size: .75em; font-weight: 600; }
.card input#typeans { box-sizing: border-box; width: 100%; min-height: 2.3em; font-size: 1em;
  padding: .3em .5em; color: var(--ink); background: var(--paper);
  border: 2px solid var(--soft); border-radius: 8px; }
code#typeans { background: none; padding: 0; white-space: pre-wrap; }
.card .typeGood { color: var(--right); background: var(--right-paper); }
.card .typeGood:only-child::after { content: " \\2713"; }
.card .typeBad { color: var(--removed); background: var(--removed-paper);
  text-decoration: line-through; }
.card .typeMissed { color: var(--ink); background: var(--line); text-decoration: underline; }

pre [class^="k"], pre .ow, pre .cp { color: var(--keyword); }
pre [class^="s"] { color: var(--string); }
pre [class^="m"], pre .kc { color: var(--number); }
pre .c, pre .c1, pre .cm, pre .ch, pre .cs, pre .sd { color: var(--comment); font-style: italic; }
pre .nf, pre .fm, pre .nc, pre .nd, pre .nt { color: var(--name); }
pre .kt, pre .nb, pre .bp, pre .ne, pre .na, pre .nn { color: var(--type); }
pre .gd { color: var(--removed); background: var(--removed-paper); }
pre .gi { color: var(--added); background: var(--added-paper); }
pre .gp { color: var(--comment); }
pre .gh, pre .gu, pre .gs { font-weight: 700; }
"""
