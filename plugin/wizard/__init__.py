# SPDX-License-Identifier: GPL-2.0-or-later
"""The wizard *Improve map*: mark what is wrong, try, train, compare, keep."""
