# SPDX-License-Identifier: GPL-2.0-or-later
"""Outputs: staging, publication and records of results."""
