"""The look of every card in Anki: one style sheet, light and dark, that needs no network."""

CSS = """\
.card { font: 20px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  color: #1f2328; background: #fff; text-align: left; max-width: 42em; margin: 0 auto;
  padding: .5em 1em; overflow-wrap: anywhere; }
.card main > :first-child { margin-top: 0; }
pre { font-size: .8em; padding: .7em .9em; border-radius: 6px; background: #f3f4f6;
  overflow-x: auto; white-space: pre; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .88em; }
:not(pre) > code { padding: .1em .3em; border-radius: 4px; background: #f3f4f6; }
pre code { font-size: 1em; }
table { border-collapse: collapse; }
th, td { border: 1px solid #d0d7de; padding: .2em .6em; }
blockquote { margin: 0; padding-left: 1em; border-left: 3px solid #d0d7de; color: #57606a; }
img { max-width: 100%; height: auto; }
hr#answer { border: 0; border-top: 1px solid #d0d7de; margin: 1em 0; }
.cloze { font-weight: 600; color: #0b57d0; }
.hint, .why { margin-top: 1em; color: #57606a; font-size: .9em; }
.hint summary { cursor: pointer; }
footer { margin-top: 1.5em; color: #6e7781; font-size: .65em; }
.nightMode.card, .night_mode .card { color: #e6e6e6; background: #1e1e1e; }
.nightMode pre, .nightMode :not(pre) > code, .night_mode pre, .night_mode :not(pre) > code
  { background: #2c2c2e; }
.nightMode th, .nightMode td, .nightMode hr#answer,
.night_mode th, .night_mode td, .night_mode hr#answer { border-color: #48484a; }
.nightMode .cloze, .night_mode .cloze { color: #8ab4f8; }
.nightMode .hint, .nightMode .why, .nightMode footer, .nightMode blockquote,
.night_mode .hint, .night_mode .why, .night_mode footer, .night_mode blockquote
  { color: #a0a0a5; }
"""
