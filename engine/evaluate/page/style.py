# SPDX-License-Identifier: GPL-2.0-or-later
"""The style of the page."""

from __future__ import annotations

INK, FAINT, RULE, ACCENT = "#1f2933", "#67737f", "#d9dee3", "#2b6cb0"
FONT = "Helvetica, Arial, sans-serif"

STYLE = f"""
body {{ font: 15px/1.5 {FONT}; color: {INK}; max-width: 1080px; margin: 2rem auto;
  padding: 0 1rem; }}
h1 {{ font-size: 1.7rem; margin-bottom: 0; }}
h2 {{ font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid {RULE}; }}
p, figcaption {{ color: {FAINT}; margin: .3rem 0; }}
.numbers {{ margin: 1.2rem 0; }}
.numbers div {{ display: inline-block; border: 1px solid {RULE}; border-radius: 6px;
  padding: .5rem 1rem; margin: 0 1rem .5rem 0; color: {FAINT}; }}
.numbers b {{ display: block; font-size: 1.6rem; color: {INK}; }}
table {{ border-collapse: collapse; margin: .6rem 0; }}
th, td {{ padding: .25rem .7rem; border-bottom: 1px solid {RULE}; text-align: right;
  font-variant-numeric: tabular-nums; }}
th:first-child, td:first-child {{ text-align: left; }}
td:first-child {{ white-space: nowrap; }}
th {{ color: {FAINT}; font-weight: normal; vertical-align: bottom; }}
tr.own td {{ font-weight: bold; background: #ebf4fc; }}
tr.kin td {{ background: #f5f7f9; }}
.swatch {{ display: inline-block; width: .8em; height: .8em; margin-right: .45em;
  border: 1px solid #98a2ad; }}
.key > span {{ margin-right: 1.2rem; white-space: nowrap; }}
.facts td {{ text-align: left; }}
.maps {{ margin: .8rem 0; }}
.maps figure {{ display: inline-block; width: 24%; margin: 0 .5% .5rem 0; vertical-align: top; }}
figure {{ margin: 0; }}
.maps img {{ width: 100%; border: 1px solid {RULE}; image-rendering: pixelated; }}
svg {{ max-width: 100%; height: auto; }}
.pair figure {{ display: inline-block; width: 480px; max-width: 100%; margin-right: 3rem;
  vertical-align: top; }}
.warning {{ color: #8a4b08; }}
"""
