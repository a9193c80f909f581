"""`PyQt6.QtCore`, and nothing else."""

from PyQt6.QtCore import *  # noqa: F403
from PyQt6.QtCore import QT_VERSION_STR, pyqtSignal  # noqa: F401
