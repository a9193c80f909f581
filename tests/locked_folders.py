# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders that the tests may not look into, even where root runs them."""

from __future__ import annotations

import os
from contextlib import contextmanager

NOBODY = 65534


@contextmanager
def locked(folder):
    """Make a folder and keep this process out of it; root, whom nothing binds, steps down."""
    folder.mkdir()
    folder.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)
