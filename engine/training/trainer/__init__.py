# SPDX-License-Identifier: GPL-2.0-or-later
"""A training run: stage after stage of a recipe, scored on the way, resumed after an interruption.

Nothing random outlives a step: patches, dropped units and drawn pixels come from seeds made of
the job's seed and the step's number. So a run that goes on from a checkpoint does what it would
have done, and the checkpoint holds no state of any generator.
"""
