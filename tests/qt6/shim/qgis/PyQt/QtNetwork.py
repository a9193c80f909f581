"""`PyQt6.QtNetwork`, and nothing else."""

from PyQt6.QtNetwork import *  # noqa: F403
