# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `models`: list the installed models, and change those of the user."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..protocol import (
    delete_model,
    export_model,
    import_model,
    library_by_use,
    library_models,
    note_model,
    rename_model,
    shadowed_models,
)
from .exit_codes import DONE

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from ..process.channel import Channel
    from ..protocol import LibraryModel


def main(given: Namespace, channel: Channel) -> int:
    """Print the models to the channel, or change one and print its new folder or name.

    Raises:
        ModelError: if the model does not exist or cannot be changed like this.
        OutputError: if a file cannot be written.
    """
    if given.change:
        channel.send(CHANGES[given.change](given))
        return DONE
    for folder in shadowed_models():
        sys.stderr.write(
            f"warning: The model in {folder} is not listed, because a bundled model has its name: "
            "rename the folder.\n"
        )
    channel.send(json.dumps(_records(), indent=2, ensure_ascii=False) if given.json else _table())
    return DONE


def _rename(given: Namespace) -> str:
    return f"'{given.name}' is now in {rename_model(given.name, given.new_name)}."


def _note(given: Namespace) -> str:
    note_model(given.name, given.text)
    return f"The note of '{given.name}' is saved."


def _delete(given: Namespace) -> str:
    delete_model(given.name)
    return f"'{given.name}' is deleted."


def _export(given: Namespace) -> str:
    export_model(given.name, Path(given.zip).absolute())
    return f"'{given.name}' is exported to {given.zip}."


def _import(given: Namespace) -> str:
    folder = import_model(Path(given.zip), given.name)
    return f"The model is imported as '{folder.name}', in {folder}."


CHANGES: dict[str, Callable[[Namespace], str]] = {
    "rename": _rename,
    "note": _note,
    "delete": _delete,
    "export": _export,
    "import": _import,
}


def _records() -> list[dict[str, Any]]:
    return [_record(model) for model in library_models()]


def _record(model: LibraryModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.card.title,
        "use": model.use,
        "scores": model.card.scores,
        "date": model.date,
        "lineage": model.lineage,
        "verdict": model.card.verdict,
        "note": model.card.note,
        "is_bundled": model.is_bundled,
        "architecture": model.card.architecture,
        "folder": str(model.folder),
    }


def _table() -> str:
    lines: list[str] = []
    for use, models in library_by_use().items():
        lines.append(use)
        for model in models:
            draft = "draft, worse than the model it started from" if model.is_draft else ""
            facts = (model.use, model.score, model.date, model.lineage, draft)
            lines.append(f"  {model.name:24}{model.card.title}")
            lines.append(f"  {'':24}{'; '.join(filter(None, facts))}")
            lines += [f"  {'':24}{line}" for line in model.card.note.splitlines()]
    return "\n".join(lines)
