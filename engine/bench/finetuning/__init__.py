# SPDX-License-Identifier: GPL-2.0-or-later
"""What fine-tuning gains on scenes unlike those that the bundled models were trained on."""
