# SPDX-License-Identifier: GPL-2.0-or-later
"""Widget that steps through the least certain features of a run on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional

from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsVectorLayer,
)
from qgis.gui import QgsHighlight
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeySequence
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..compat import is_null
from ..i18n import tr
from ..layers.least_certain import least_certain
from ..layers.map_canvas import zoom_to_feature
from ..widgets.named_widgets import named, text_label
from .judging import JudgingRow
from .review_presenter import ReviewPresenter

if TYPE_CHECKING:
    from qgis.core import QgsProject
    from qgis.gui import QgsMapCanvas

HIGHLIGHT = QColor(255, 0, 255)  # in no legend
HIGHLIGHT_PX = 4


class ReviewControl(QWidget):
    """Control with the name of the current feature, its judgment, and the steps to others.

    It is hidden until `start`.

    Args:
        canvas: map canvas, which follows the steps.
        project: project with the layers.
        parent: parent widget.
    """

    closed = pyqtSignal()

    def __init__(
        self, canvas: QgsMapCanvas, project: QgsProject, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_review")
        self._canvas = canvas
        self._project = project
        self._presenter = ReviewPresenter()
        self._highlight: Optional[QgsHighlight] = None
        self._count = text_label("orthoscribe_review_count", tr("Position in the review"))
        self._name = text_label("orthoscribe_review_feature", tr("Feature to look at"))
        self._previous = self._button("previous", tr("Previous"), "Alt+Left")
        self._next = self._button("next", tr("Next"), "Alt+Right")
        self._zoom = self._button("zoom", tr("Zoom"), "Alt+Down")
        self._close = self._button("close", tr("Close"), "")
        self._judging = JudgingRow(project)
        self._problem = text_label("orthoscribe_review_problem", tr("Problem"))
        self._build_layout()
        self._previous.clicked.connect(lambda: self._go(-1))
        self._next.clicked.connect(lambda: self._go(1))
        self._zoom.clicked.connect(self._show_on_map)
        self._close.clicked.connect(self.stop)
        self._judging.judged.connect(self._on_judged)
        self._judging.failed.connect(self._problem.setText)
        project.layersWillBeRemoved.connect(self._on_layers_removed)
        self._is_connected = True
        self.hide()

    def start(self, layers: List[QgsVectorLayer]) -> bool:
        """Show the least certain feature of `layers`; return whether there is one."""
        self._presenter = ReviewPresenter(least_certain(layers))
        self.setVisible(self._presenter.current is not None)
        self._show_step()
        return self._presenter.current is not None

    def stop(self) -> None:
        """End the review and hide the control."""
        self._presenter = ReviewPresenter()
        self._clear_highlight()
        self.hide()
        self.closed.emit()

    def teardown(self) -> None:
        """Disconnect from the project and remove the highlight; may be called more than once."""
        if self._is_connected:
            self._is_connected = False
            self._project.layersWillBeRemoved.disconnect(self._on_layers_removed)
        self._clear_highlight()

    def _on_judged(self) -> None:
        """Go on to the next feature; the last one stays."""
        if self._presenter.has_next:
            self._go(1)

    def _go(self, steps: int) -> None:
        self._presenter.go(steps)
        self._show_step()

    def _show_step(self) -> None:
        """Show the current feature; features deleted since the start are left out."""
        while self._presenter.current is not None and self._feature() is None:
            self._presenter.drop_current()
        self._previous.setEnabled(self._presenter.has_previous)
        self._next.setEnabled(self._presenter.has_next)
        self._count.setText(self._presenter.count_text)
        if self._presenter.current is None:
            if self.isVisible():
                self.stop()
            return
        self._name.setText(self._step_text())
        self._problem.clear()
        self._judging.show_feature(self._feature(), self._layer())
        self._show_on_map()

    def _step_text(self) -> str:
        """Return the name of the feature, and the overlap of its outline if that is the doubt."""
        layer, feature, step = self._layer(), self._feature(), self._presenter.current
        name = feature_name(layer, feature)
        if step is None or layer is None or feature is None:
            return name
        if layer.fields().lookupField("confidence") < 0:
            return name
        confidence, certainty = feature["confidence"], round(step.certainty)
        if is_null(confidence) or certainty >= round(confidence):
            return name
        return tr("{name}, outline fits {percent} %").format(name=name, percent=certainty)

    def _show_on_map(self) -> None:
        layer, feature = self._layer(), self._feature()
        self._clear_highlight()
        if layer is None or feature is None:
            return
        zoom_to_feature(feature, layer, self._canvas, self._project)
        self._highlight = QgsHighlight(self._canvas, feature.geometry(), layer)
        self._highlight.setColor(HIGHLIGHT)
        self._highlight.setFillColor(QColor(0, 0, 0, 0))
        self._highlight.setWidth(HIGHLIGHT_PX)
        self._highlight.show()

    def _clear_highlight(self) -> None:
        highlight, self._highlight = self._highlight, None
        if highlight is not None:
            self._canvas.scene().removeItem(highlight)

    def _layer(self) -> Optional[QgsVectorLayer]:
        step = self._presenter.current
        return self._project.mapLayer(step.layer_id) if step else None

    def _feature(self) -> Optional[QgsFeature]:
        layer, step = self._layer(), self._presenter.current
        if layer is None or step is None:
            return None
        feature = layer.getFeature(step.feature_id)
        return feature if feature.isValid() and feature.hasGeometry() else None

    def _on_layers_removed(self, layer_ids: Any) -> None:
        step = self._presenter.current
        if step is None:
            return
        self._presenter.drop_layers(layer_ids)
        if step.layer_id in layer_ids:
            self._show_step()

    def _build_layout(self) -> None:
        row = QHBoxLayout()
        for button in (self._previous, self._next, self._zoom, self._close):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._count)
        layout.addWidget(self._name)
        layout.addWidget(self._judging)
        layout.addLayout(row)
        layout.addWidget(self._problem)

    def _button(self, name: str, title: str, keys: str) -> QPushButton:
        button = QPushButton(title)
        button.setMinimumWidth(1)
        if keys:
            button.setShortcut(QKeySequence(keys))
        tip = f"{title} ({keys})" if keys else title
        return named(button, f"orthoscribe_review_{name}", title, tip)


def feature_name(layer: QgsVectorLayer, feature: QgsFeature) -> str:
    """Return the display name of a feature, as `Building 12, 95 m², 61 %`."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return str(QgsExpression(layer.displayExpression()).evaluate(context))
