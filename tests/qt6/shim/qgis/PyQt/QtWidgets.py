"""`PyQt6.QtWidgets`, and nothing else."""

from PyQt6.QtWidgets import *  # noqa: F403
