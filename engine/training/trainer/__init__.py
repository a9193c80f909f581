# SPDX-License-Identifier: GPL-2.0-or-later
"""Training run: all stages of a recipe with validation, checkpoints and resuming.

Patches, dropout and sampled pixels are seeded by the seed of the job and the number of the step;
no random generator outlives a step. So a resumed run continues as if it had not been interrupted,
and checkpoints contain no state of random generators.
"""
