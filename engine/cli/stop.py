# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `stop`: end a running fine-tuning now, which keeps the best so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..finetune.run.early_end import request_early_end
from .exit_codes import DONE

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel


def main(given: Namespace, channel: Channel) -> int:
    """Ask the training to end, and say so.

    Raises:
        JobError: if no training is at work there.
        OutputError: if the request cannot be written.
    """
    folder = request_early_end(given.output)
    channel.send(f"The training in {folder} ends within seconds and keeps the best so far.")
    return DONE
