# SPDX-License-Identifier: GPL-2.0-or-later
"""HTML of the pre-flight card and of messages, legible in light and dark themes."""

from __future__ import annotations

from html import escape
from typing import Iterable

from ..i18n import tr
from .preflight import GOOD, PROBLEM, WARNING, Finding
from .run_message import FAILURE, NOTE, SUCCESS, Message

# Signs also differ in shape, for color-blind users.
_SYMBOLS = {
    PROBLEM: ("#d9463e", "✕"),
    WARNING: ("#cc8400", "▲"),
    GOOD: ("#2e9e4f", "✓"),
    FAILURE: ("#d9463e", "✕"),
    NOTE: ("#7a8794", "●"),
    SUCCESS: ("#2e9e4f", "✓"),
}


def card_html(findings: Iterable[Finding], *, with_good: bool = False) -> str:
    """Return the HTML of the card: only the problems if there are any, else the doubts.

    Args:
        findings: all findings, worst first.
        with_good: whether good findings are listed too.
    """
    findings = tuple(findings)
    problems = [each for each in findings if each.is_problem]
    doubts = [each for each in findings if with_good or each.level != GOOD]
    return _rows(
        _row(each.level, f"<b>{escape(each.subject)}</b> · {escape(each.sentence)}")
        for each in problems or doubts
    )


def ready_html(text: str, *, is_unfolded: bool) -> str:
    """Return the line that stands for good findings, with a link that shows or hides them."""
    link = tr("less") if is_unfolded else tr("details")
    return _rows([_row(GOOD, f"{escape(text)} <a href='#checks'>{escape(link)}</a>")])


def card_text(findings: Iterable[Finding]) -> str:
    """Return the text of the card for screen readers."""
    words = {PROBLEM: tr("Problem"), WARNING: tr("Warning"), GOOD: tr("Good")}
    return " ".join(f"{words[each.level]}: {each.subject}. {each.sentence}" for each in findings)


def message_html(message: Message) -> str:
    """Return the HTML of a message: headline and notes, and a row for each warning."""
    content = "<br>".join([f"<b>{escape(message.headline)}</b>", *map(escape, message.notes)])
    warnings = (_row(WARNING, escape(line)) for line in message.warnings)
    return _rows([_row(message.level, content), *warnings])


def _rows(rows: Iterable[str]) -> str:
    return f"<table cellspacing='0' cellpadding='2'>{''.join(rows)}</table>"


def _row(level: str, html: str) -> str:
    color, sign = _SYMBOLS[level]
    return f"<tr><td style='color:{color}'>{sign}&nbsp;</td><td>{html}</td></tr>"
