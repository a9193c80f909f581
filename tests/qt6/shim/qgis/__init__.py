# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of `qgis` as the plugin imports, on PyQt6: a shim for tests without QGIS 4.

`qgis.PyQt` and the widgets of `qgis.gui` are real PyQt6, so every enum, signal and override that
the plugin uses must exist there. `qgis.core` is a stand-in that accepts everything and proves
nothing.
"""
