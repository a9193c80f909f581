# SPDX-License-Identifier: GPL-2.0-or-later
"""What the page *Compare* says about a report, and what it permits; without widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, NamedTuple, Optional, Tuple

from ...i18n import tr
from ...styling.area_text import area_text
from ..levels import NOTE, PROBLEM, SUCCESS

if TYPE_CHECKING:
    from ...protocol import ClassGain, FinetuneReport, Legend, PolygonChange

GREEN, AMBER, RED = "green", "amber", "red"
WORDS = {GREEN: "Better", AMBER: "Not shown to be better", RED: "Worse"}
LEVEL_OF = {GREEN: SUCCESS, AMBER: NOTE, RED: PROBLEM}
# Readable with white letters in both themes; the word beside it says the same.
COLORS = {GREEN: "#1b7837", AMBER: "#8a5a00", RED: "#b2182b"}
HEADINGS = ("Class", "Polygons", "Before", "After", "Gain (90 % range)")
CHANGE_HEADINGS = ("Class", "Gained", "Lost")
MOST_WORSE = 50
MOST_REASONS = 3
UNKNOWN = "-"


class WorseRow(NamedTuple):
    """A polygon that got worse, and its line in the list."""

    change: PolygonChange
    text: str


class ComparePresenter:
    """Texts and decisions about one report.

    Args:
        report: report of the training.
        legend: legend of the new model.
    """

    def __init__(self, report: FinetuneReport, legend: Legend) -> None:
        self._report, self._legend = report, legend

    @property
    def verdict_word(self) -> str:
        """The verdict in a word or two."""
        return tr(WORDS.get(self._report.verdict, WORDS[AMBER]))

    @property
    def color(self) -> str:
        """Color of the verdict, as #RRGGBB."""
        return COLORS.get(self._report.verdict, COLORS[AMBER])

    @property
    def level(self) -> str:
        """Level of the verdict in the message place."""
        return LEVEL_OF.get(self._report.verdict, NOTE)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        return self._report.sentence

    @property
    def verdict(self) -> str:
        """The verdict's word and sentence; the word once, if the sentence begins with it."""
        is_said = self.sentence.startswith(self.verdict_word)
        return self.sentence if is_said else f"{self.verdict_word}. {self.sentence}"

    @property
    def reasons(self) -> str:
        """The first further sentences, one on each line."""
        reasons = self._report.reasons
        lines = [f"• {each}" for each in reasons[:MOST_REASONS]]
        more = len(reasons) - MOST_REASONS
        if more > 0:
            lines.append(tr("• {count} more in the report.").format(count=more))
        return "\n".join(lines)

    @property
    def barred_by(self) -> str:
        """Why the model cannot be used from now on; empty if it can."""
        if self._report.can_be_default:
            return ""
        return tr("It cannot be used from now on: {sentence}").format(sentence=self.sentence)

    def rows(self) -> Tuple[Tuple[str, ...], ...]:
        """Return the cells of the table, a row for each class and one for their mean."""
        report = self._report
        rows = [_row(each) for each in report.classes]
        if report.mean_f1_before is not None and report.mean_f1_after is not None:
            mean = (report.mean_f1_before, report.mean_f1_after)
            count = str(sum(each.polygons for each in report.classes))
            gain = _gain_text(*mean, report.gain_low, report.gain_high)
            rows.append((tr("Mean"), count, *map(_percent, mean), gain))
        return tuple(rows)

    def worse(self) -> Tuple[WorseRow, ...]:
        """Return the polygons that got worse, largest change first."""
        return tuple(
            WorseRow(each, self._worse_text(each)) for each in self._report.worse[:MOST_WORSE]
        )

    def undrawn(self) -> str:
        """Return what became of the classes without polygons; empty without any."""
        lines = [
            tr("{title}: {kept} of its area kept").format(
                title=each.title, kept=_percent(each.kept)
            )
            for each in self._report.undrawn
            if each.kept is not None
        ]
        return tr("Not drawn: {classes}.").format(classes="; ".join(lines)) if lines else ""

    def _worse_text(self, change: PolygonChange) -> str:
        known = [each.title for each in self._legend.classes if each.code == change.code]
        return tr("{title} {fid}: {before} right before, {after} now").format(
            title=known[0] if known else change.code,
            fid=change.fid,
            before=_percent(change.right_before),
            after=_percent(change.right_after),
        )


def changed_rows(areas_m2: Mapping[str, float], legend: Legend) -> Tuple[Tuple[str, ...], ...]:
    """Return the cells of the table of changed areas; classes without a change are left out.

    Args:
        areas_m2: metrics of the comparison, as `tree_gained_m2`.
        legend: legend of the classes.
    """
    rows = []
    for each in legend.classes:
        gained, lost = (areas_m2.get(f"{each.name}_{what}_m2", 0.0) for what in ("gained", "lost"))
        if gained or lost:
            rows.append((each.title, area_text(gained), area_text(lost)))
    return tuple(rows)


def _row(gain: ClassGain) -> Tuple[str, ...]:
    return (
        gain.title,
        str(gain.polygons),
        _percent(gain.f1_before),
        _percent(gain.f1_after),
        _gain_text(gain.f1_before, gain.f1_after, gain.gain_low, gain.gain_high),
    )


def _gain_text(
    before: Optional[float], after: Optional[float], low: Optional[float], high: Optional[float]
) -> str:
    if before is None or after is None:
        return UNKNOWN
    gain = f"{100 * (after - before):+.0f}"
    if low is None or high is None:
        return tr("{gain}, too few places for a range").format(gain=gain)
    return tr("{gain} ({low} to {high})").format(
        gain=gain, low=f"{100 * low:+.0f}", high=f"{100 * high:+.0f}"
    )


def _percent(fraction: Optional[float]) -> str:
    return UNKNOWN if fraction is None else f"{100 * fraction:.0f} %"
