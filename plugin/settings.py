# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings kept between sessions. A new setting is one more row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qgis.core import QgsSettings


@dataclass(frozen=True)
class Setting:
    """One setting.

    Args:
        key: name of the setting under `orthoscribe/`.
        default: value until the user changes it; it also defines the type.
    """

    key: str
    default: Any

    def read(self) -> Any:
        """Return the stored value, or the default if the stored value has another type."""
        try:
            return QgsSettings().value(self._path, self.default, type=type(self.default))
        except TypeError:  # an older version wrote another type under this key
            return self.default

    def write(self, value: Any) -> None:
        """Store `value`.

        Raises:
            TypeError: if `value` is not of the type of the default.
        """
        if not isinstance(value, type(self.default)):
            raise TypeError(f"{self.key} must be {type(self.default).__name__}, not {value!r}.")
        QgsSettings().setValue(self._path, value)

    @property
    def _path(self) -> str:
        return f"orthoscribe/{self.key}"


MODEL = Setting("label/model", "default")
DEVICE = Setting("label/device", "auto")
OUTPUT_FOLDER = Setting("label/output_folder", "")
SPEEDS = Setting("label/speeds_mpx_per_s", "{}")  # JSON: number by device and model
