# SPDX-License-Identifier: GPL-2.0-or-later
"""Models as one zip: the card and the weights, nothing else.

An archive is untrusted: everything in it is checked before anything is written.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
import tempfile
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Dict

from .catalog import CATALOG, row_named
from .codec import card_from_json, card_to_json
from .errors import ModelError, OutputError
from .model_card import ModelCard
from .model_names import free_name, new_model_folder
from .model_paths import CARD_NAME, model_folder
from .safetensors_check import check_safetensors

WEIGHTS_NAME = "weights.safetensors"
LARGEST_BYTES = {CARD_NAME: 1 << 20, WEIGHTS_NAME: 4 << 30}
CHUNK_BYTES = 1 << 20
ENCRYPTED = 0x1  # flag of an entry
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


def export_model(name: str, archive: Path) -> None:
    """Write a model to a zip; a file at that path is replaced when the new one is complete.

    Raises:
        ModelError: if the model does not exist.
        OutputError: if the zip cannot be written.
    """
    folder = model_folder(name)
    if folder is None:
        raise ModelError(f"There is no model '{name}' to export: 'models' lists all.")
    part = archive.with_name(f".{archive.name}.part")
    try:
        with zipfile.ZipFile(part, "w") as written:
            written.write(folder / CARD_NAME, f"{folder.name}/{CARD_NAME}", zipfile.ZIP_DEFLATED)
            written.write(folder / WEIGHTS_NAME, f"{folder.name}/{WEIGHTS_NAME}")
        part.replace(archive)
    except OSError as error:
        raise OutputError(
            f"The model cannot be exported to {archive} ({error.strerror}): choose another file."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink()


def import_model(archive: Path, name: str = "", *, is_numbered: bool = False) -> Path:
    """Add the model of a zip to the library and return its folder.

    Args:
        archive: zip with the card and the weights, at the top or in one folder.
        name: name of the model; empty: that of its card.
        is_numbered: whether a number is added to a name that is taken.

    Raises:
        ModelError: if the archive is missing or not a valid model, or the name is invalid or taken.
        OutputError: if the library cannot be written.
    """
    if not archive.is_file():
        raise ModelError(f"The zip {archive} does not exist: check its path.")
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = _entries(opened, archive)
            card = _checked_card(opened, entries, archive)
            wanted = name or card.name
            folder = new_model_folder((is_numbered and free_name(wanted)) or wanted)
            _check_weights(opened, entries[WEIGHTS_NAME], card, archive)
            renamed = replace(card, name=folder.name, title=name or card.title)
            _write(opened, entries[WEIGHTS_NAME], renamed, folder)
    except UNREADABLE as error:
        raise ModelError(
            f"{archive} cannot be read as a zip of a model ({error}): get a new copy of it."
        ) from error
    return folder


def _entries(opened: zipfile.ZipFile, archive: Path) -> Dict[str, zipfile.ZipInfo]:
    """Return the two entries by file name.

    Raises:
        ModelError: if an entry is missing, unexpected, repeated, encrypted, a link, or too large.
    """
    files = [entry for entry in opened.infolist() if not entry.is_dir()]
    entries = {PurePosixPath(entry.filename).name: entry for entry in files}
    for entry in opened.infolist():
        path = PurePosixPath(entry.filename)
        is_plain = not path.is_absolute() and ".." not in path.parts and "\\" not in entry.filename
        if not is_plain or ":" in entry.filename or len(path.parts) > 2:
            raise _refused(archive, f"it has the path '{entry.filename}', outside of its folder")
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & ENCRYPTED:
            raise _refused(archive, f"'{entry.filename}' is a link or encrypted")
    unknown = sorted(set(entries) - set(LARGEST_BYTES))
    if unknown:
        raise _refused(archive, f"it has the file '{unknown[0]}', which is no part of a model")
    missing = sorted(set(LARGEST_BYTES) - set(entries))
    if missing or len(files) > len(entries):
        raise _refused(archive, f"it does not have exactly one {CARD_NAME} and {WEIGHTS_NAME}")
    for file_name, entry in entries.items():
        if entry.file_size > LARGEST_BYTES[file_name]:
            raise _refused(archive, f"its {file_name} is larger than that of any model")
    return entries


def _checked_card(
    opened: zipfile.ZipFile, entries: Dict[str, zipfile.ZipInfo], archive: Path
) -> ModelCard:
    """Return the card.

    Raises:
        ModelError: if the card is invalid, or the architecture is unknown to this version.
    """
    try:
        card = card_from_json(opened.read(entries[CARD_NAME]).decode("utf-8"))
    except (ModelError, UnicodeDecodeError) as error:
        raise _refused(archive, f"its card is invalid. {error}") from error
    if card.architecture not in [row.name for row in CATALOG]:
        raise ModelError(
            f"The model of {archive} has the architecture '{card.architecture}', which this "
            "version does not support: update Orthoscribe, or choose another model."
        )
    try:
        row_named(card.architecture).settled(card.options)
    except ValueError as error:
        raise _refused(archive, f"this version cannot build its network. {error}") from error
    return card


def _check_weights(
    opened: zipfile.ZipFile, entry: zipfile.ZipInfo, card: ModelCard, archive: Path
) -> None:
    """Check the form, the values and the hash of the weights.

    Raises:
        ModelError: if the weights are not those of the card, or not valid.
    """
    try:
        with opened.open(entry) as weights:
            check_safetensors(weights, entry.file_size)
    except ValueError as error:
        raise _refused(archive, str(error)) from error
    digest = hashlib.sha256()
    with opened.open(entry) as weights:
        for chunk in iter(lambda: weights.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    if digest.hexdigest() != card.weights_sha256:
        raise _refused(archive, "its weights do not match the hash in its card")


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, card: ModelCard, folder: Path) -> None:
    """Write a model into a hidden folder, which then gets its name.

    Raises:
        OutputError: if the library cannot be written.
    """
    hidden = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=".import_", dir=folder.parent))
        hidden.chmod(0o755)
        with opened.open(entry) as weights, (hidden / WEIGHTS_NAME).open("wb") as file:
            shutil.copyfileobj(weights, file, CHUNK_BYTES)
        (hidden / CARD_NAME).write_text(card_to_json(card), encoding="utf-8")
        hidden.rename(folder)
    except OSError as error:
        if hidden is not None:
            shutil.rmtree(hidden, ignore_errors=True)
        raise OutputError(
            f"The model cannot be written to {folder} ({error.strerror}): free disk space, check "
            "your permissions, or set ORTHOSCRIBE_HOME to another folder."
        ) from error


def _refused(archive: Path, reason: str) -> ModelError:
    end = "" if reason.endswith(".") else "."
    return ModelError(
        f"The model of {archive} is not imported: {reason}{end} Get a new copy of the zip."
    )
