"""PyQt6 under the name that QGIS gives it."""
