# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin remembers between sessions. A new setting is one more row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qgis.core import QgsSettings


@dataclass(frozen=True)
class Setting:
    """One remembered value.

    Args:
        key: its name under `orthoscribe/`.
        default: what holds until somebody changes it; it also gives the type.
    """

    key: str
    default: Any

    def read(self) -> Any:
        """Return the remembered value, of the default's type; the default where it has another."""
        try:
            return QgsSettings().value(self._path, self.default, type=type(self.default))
        except TypeError:  # an older version wrote another type under this key
            return self.default

    def write(self, value: Any) -> None:
        """Remember `value`.

        Raises:
            TypeError: `value` has another type than the default.
        """
        if not isinstance(value, type(self.default)):
            raise TypeError(f"{self.key} takes {type(self.default).__name__}, not {value!r}.")
        QgsSettings().setValue(self._path, value)

    @property
    def _path(self) -> str:
        return f"orthoscribe/{self.key}"


MODEL = Setting("label/model", "default")
DEVICE = Setting("label/device", "auto")
OUTPUT_FOLDER = Setting("label/output_folder", "")
