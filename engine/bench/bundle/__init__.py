# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks that may be bundled, trained for the same time on the same scenes."""
