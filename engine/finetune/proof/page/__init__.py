# SPDX-License-Identifier: GPL-2.0-or-later
"""HTML report of a fine-tuning: a single self-contained file."""
