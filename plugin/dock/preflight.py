# SPDX-License-Identifier: GPL-2.0-or-later
"""Pre-flight card: problems and warnings shown before a run.

Problems of layers come from `layers.checks`, as in the toolbox. The engine repeats all checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Optional, Tuple

from ..engine_client.environment import NO_ENGINE
from ..i18n import tr
from ..layers.remarks import Heights, height_remarks
from ..protocol import (
    HEIGHT_READINGS,
    heightless_choice,
    labeling_resolution,
    length_text,
    resolution_problem,
    sketch_remark,
)
from .state import POLYGONS, VIEW, DockState, HeightsLayer, RasterProperties

if TYPE_CHECKING:
    from ..protocol import Extent, LabelJob

PROBLEM, WARNING, GOOD = LEVELS = ("problem", "warning", "good")

FULL_COVERAGE = 0.995


@dataclass(frozen=True)
class Finding:
    """One line of the card.

    Args:
        level: one of `LEVELS`; a problem keeps the job from running.
        subject: subject of the finding, in a word or two.
        sentence: finding, reason and remedy.
    """

    level: str
    subject: str
    sentence: str

    @property
    def is_problem(self) -> bool:
        """Whether the finding keeps the job from running."""
        return self.level == PROBLEM


def preflight_findings(
    state: DockState, job: LabelJob, visible: Optional[Extent]
) -> Tuple[Finding, ...]:
    """Return the lines of the card, worst first.

    Args:
        state: state of the dock.
        job: job of the state.
        visible: visible part of the image, in its CRS; None if no part is visible.
    """
    found = [
        *_engine(state),
        *_image(state.image),
        *_bands(state),
        *_resolution(state),
        *_heights(state),
        *_model(state),
        *_area(state, visible),
        *_place(state),
    ]
    if not any(each.is_problem for each in found):
        found.extend(Finding(PROBLEM, tr("Job"), sentence) for sentence in job.problems())
    return tuple(sorted(found, key=lambda each: LEVELS.index(each.level)))


def _engine(state: DockState) -> Iterator[Finding]:
    if not state.has_engine:
        yield Finding(PROBLEM, tr("Engine"), tr(NO_ENGINE))
    elif state.is_engine_changing:
        sentence = tr("The engine is being tested, repaired or removed. Wait until this is done.")
        yield Finding(PROBLEM, tr("Engine"), sentence)


def _place(state: DockState) -> Iterator[Finding]:
    if state.options.cluster_problem:
        yield Finding(PROBLEM, tr("Run on"), state.options.cluster_problem)


def _image(image: Optional[RasterProperties]) -> Iterator[Finding]:
    subject = tr("Image")
    if image is None:
        sentence = tr(
            "Choose a raster layer with near infrared, red and green bands, or try the demo data."
        )
        yield Finding(PROBLEM, subject, sentence)
    elif image.problem:
        yield Finding(PROBLEM, subject, image.problem)
    else:
        sentence = tr("{megapixels:.1f} Mpx at {gsd} m, {crs}.").format(
            megapixels=image.width_px * image.height_px / 1e6,
            gsd=length_text(image.gsd_m),
            crs=image.crs,
        )
        yield Finding(GOOD, subject, sentence)


def _bands(state: DockState) -> Iterator[Finding]:
    if state.bands_problem:
        yield Finding(PROBLEM, tr("Bands"), state.bands_problem)
        return
    for sentence in state.image_remarks:
        yield Finding(WARNING, tr("Image"), sentence)
    for sentence in (*state.bands_remarks, state.bands_hint):
        if sentence:
            yield Finding(WARNING, tr("Bands"), sentence)


def _resolution(state: DockState) -> Iterator[Finding]:
    if state.image is None or state.card is None or not state.image.gsd_m:
        return
    problem = resolution_problem(state.image.gsd_m, state.card)
    if problem:
        yield Finding(PROBLEM, tr("Resolution"), problem)
        return
    found = labeling_resolution(state.image.gsd_m, state.card)
    if found.remark:
        level = WARNING if found.is_doubtful else GOOD
        yield Finding(level, tr("Resolution"), found.remark)


def _heights(state: DockState) -> Iterator[Finding]:
    if state.dsm is None:
        if state.card is None or state.card.wants_heights:
            sentence = tr(
                "The model needs heights. Choose a surface model (DSM) or an nDSM, or {other}."
            ).format(other=heightless_choice())
            yield Finding(PROBLEM, tr("Heights"), sentence)
        return
    read_as = tr(" '{layer}' is read as: {kind}.").format(
        layer=state.dsm.raster.title, kind=heights_text(state)
    )
    yield from _raster(tr("Heights"), state.dsm, read_as)
    yield from _heights_warnings(state)
    if state.offered_terrain:
        sentence = tr(
            "The project has the terrain model '{layer}', but the ground is estimated from the "
            "surface model. With the terrain model, heights are more exact."
        )
        yield Finding(WARNING, tr("Terrain"), sentence.format(layer=state.offered_terrain))
    if state.heights != "dsm+dtm":
        return
    if state.dtm is None:
        sentence = tr("Choose the terrain model (DTM), or another kind of heights.")
        yield Finding(PROBLEM, tr("Terrain"), sentence)
    else:
        yield from _raster(tr("Terrain"), state.dtm)


def heights_text(state: DockState) -> str:
    """Return how the heights are read; empty if the model uses none."""
    if state.dsm is None or (state.card is not None and not state.card.wants_heights):
        return ""
    return tr(HEIGHT_READINGS.get(state.heights, HEIGHT_READINGS["dsm"]))


def _heights_warnings(state: DockState) -> Iterator[Finding]:
    if state.dsm is None or (state.card is not None and not state.card.wants_heights):
        return
    dtm = state.dtm if state.heights == "dsm+dtm" else None
    sentences = height_remarks(
        state.image.gsd_m if state.image else 0.0,
        _heights_of(state.dsm),
        _heights_of(dtm) if dtm else None,
        state.heights,
    )
    for sentence in (*sentences, *state.heights_remarks):
        yield Finding(WARNING, tr("Heights"), sentence)


def _heights_of(choice: HeightsLayer) -> Heights:
    return Heights(choice.raster.file, choice.raster.title, choice.raster.gsd_m)


def _raster(subject: str, choice: HeightsLayer, read_as: str = "") -> Iterator[Finding]:
    if choice.raster.problem:
        yield Finding(PROBLEM, subject, choice.raster.problem)
    elif choice.coverage < FULL_COVERAGE:
        sentence = tr("Only {percent:.0f} % of the image is covered. The rest is not labeled.")
        yield Finding(WARNING, subject, sentence.format(percent=100 * choice.coverage))
    else:
        yield Finding(GOOD, subject, tr("The whole image is covered.") + read_as)


def _model(state: DockState) -> Iterator[Finding]:
    if state.card is None:
        sentence = tr("The model '{model}' is missing or damaged. Choose another model.")
        yield Finding(PROBLEM, tr("Model"), sentence.format(model=state.model))
    elif sketch_remark(state.card):
        yield Finding(WARNING, tr("Model"), sketch_remark(state.card))


def _area(state: DockState, visible: Optional[Extent]) -> Iterator[Finding]:
    if state.area == VIEW and state.image is not None and visible is None:
        sentence = tr("The map does not show the image. Zoom to it, or label the whole layer.")
        yield Finding(PROBLEM, tr("Area"), sentence)
    elif state.area == POLYGONS and not state.polygons:
        yield Finding(PROBLEM, tr("Area"), tr("Choose the layer with the polygons of the area."))
