# SPDX-License-Identifier: GPL-2.0-or-later
"""HTML report of an evaluation: a single self-contained file."""
