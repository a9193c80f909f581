# SPDX-License-Identifier: GPL-2.0-or-later
"""How results look: everything derives from the legend."""
