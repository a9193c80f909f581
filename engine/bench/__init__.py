# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark: speed, memory and exactness, measured side by side in one run."""
