"""`PyQt6.QtGui`, and nothing else."""

from PyQt6.QtGui import *  # noqa: F403
