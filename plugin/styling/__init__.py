# SPDX-License-Identifier: GPL-2.0-or-later
"""Layer styles of the results, derived from the legend."""
