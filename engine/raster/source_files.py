# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of the files that a job names, before GDAL opens them.

Only plain files are opened. A FIFO or a device would be read for ever, and files in cloud storage
are read only if the user allows it.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import PurePosixPath

from ..process.gdal_options import CLOUD_RASTERS, allows_cloud_rasters
from ..protocol import InputError
from ..protocol.words import shortened

ARCHIVES = ("/vsizip/", "/vsitar/", "/vsigzip/")
CLOUD = re.compile(
    r"/vsi(?:curl|s3|gs|az|adls|oss|swift|webhdfs|hdfs)(?:_streaming)?[/?]|(?:https?|ftp)://",
    re.IGNORECASE,
)


def check_source(path: str, what: str, *, may_be_folder: bool = False) -> None:
    """Check that a path names a plain file that can be opened.

    Args:
        path: path of the file, without suffixes, or a file in an archive such as
            `/vsizip/scene.zip/image.tif`.
        what: name of the file in messages: `image`, `area`.
        may_be_folder: whether the format may be a folder.

    Raises:
        InputError: if the file does not exist, cannot be reached or is not a plain file.
    """
    shown = shortened(path)
    if CLOUD.search(path):
        if not allows_cloud_rasters():
            raise InputError(
                f"The {what} {shown} is on a server, and Orthoscribe reads only files of this "
                f"computer: download it first, or allow it by {CLOUD_RASTERS}=yes in the "
                "environment."
            )
        return
    if path.startswith("/vsi"):
        if not path.startswith(ARCHIVES):
            raise InputError(f"The {what} {shown} is not a file: choose a file.")
        path = file_of_archive(path)
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 (a `Path` would change the text)
    except FileNotFoundError:
        raise InputError(f"The {what} {shown} does not exist: check its path.") from None
    except (OSError, ValueError) as error:  # no access, too long, a loop of links, a NUL
        reason = getattr(error, "strerror", None) or "it has characters that no path can have"
        raise InputError(
            f"The {what} {shown} cannot be opened ({reason}): check its path and permissions."
        ) from None
    if not (stat.S_ISREG(mode) or (may_be_folder and stat.S_ISDIR(mode))):
        raise InputError(f"The {what} {shown} is not a plain file: choose a file.")


def file_of_archive(path: str) -> str:
    """Return the outermost archive of a path, or the path without prefixes if there is none."""
    inner = path
    while inner.startswith(ARCHIVES):
        inner = inner[len(next(each for each in ARCHIVES if inner.startswith(each))) :]
    inner = inner.replace("{", "").replace("}", "")  # they may enclose the archive
    for part in (PurePosixPath(inner), *PurePosixPath(inner).parents):
        if os.path.isfile(part):  # noqa: PTH113 (it never raises)
            return str(part)
    return inner
