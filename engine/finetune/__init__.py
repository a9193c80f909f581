# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine-tuning: from a few drawn polygons to a model that fits an image, and proof that it does."""
