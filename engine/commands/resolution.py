# SPDX-License-Identifier: GPL-2.0-or-later
"""Resolution: what a run says about an image too fine or too coarse; the rule is the protocol's."""

from __future__ import annotations

from ..protocol import resolution_warning

__all__ = ["resolution_warning"]
