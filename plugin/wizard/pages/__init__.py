# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages of the wizard: a module with widgets and a presenter without any for each."""
