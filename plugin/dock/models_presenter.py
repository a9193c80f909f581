# SPDX-License-Identifier: GPL-2.0-or-later
"""Logic of the dialog with all models, without widgets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Tuple

from ..i18n import tr
from ..project_model import project_model, set_project_model
from ..protocol import (
    OrthoscribeError,
    delete_model,
    export_model,
    import_model,
    library_models,
    note_model,
    rename_model,
    shadowed_models,
)
from ..settings import MODEL

if TYPE_CHECKING:
    from ..protocol import LibraryModel


@dataclass(frozen=True)
class Done:
    """Result of a change.

    Args:
        message: sentence about the change, or the reason why it failed.
        model: name of the model to select then.
        is_error: whether nothing was changed.
    """

    message: str
    model: str
    is_error: bool = False


class ModelsPresenter:
    """Rows of the dialog and its actions; an action returns a message instead of raising."""

    def models(self) -> Tuple[LibraryModel, ...]:
        """Return the installed models, as they are now."""
        return library_models()

    def columns(self, model: LibraryModel) -> Tuple[str, ...]:
        """Return the texts of a row."""
        mark = tr(" (default of this project)") if model.name == project_model() else ""
        return (model.title + mark, model.use, model.score, model.date, model.lineage)

    def can_change(self, model: LibraryModel) -> bool:
        """Return whether the model can be renamed, noted and deleted."""
        return not model.is_bundled

    def remarks(self) -> str:
        """Return what is wrong in the library, or an empty string."""
        return "\n".join(
            tr(
                "The model in {} is not listed, because a bundled model has its name: rename the "
                "folder."
            ).format(folder)
            for folder in shadowed_models()
        )

    def rename(self, name: str, new_name: str) -> Done:
        """Rename a model, also where it is the default."""
        try:
            rename_model(name, new_name.strip())
        except OrthoscribeError as error:
            return Done(str(error), name, is_error=True)
        self._replace_default(name, new_name.strip())
        return Done(tr("'{}' is now called '{}'.").format(name, new_name.strip()), new_name.strip())

    def note(self, name: str, note: str) -> Done:
        """Write the note of a model."""
        try:
            note_model(name, note)
        except OrthoscribeError as error:
            return Done(str(error), name, is_error=True)
        return Done(tr("The note of '{}' is saved.").format(name), name)

    def delete(self, name: str) -> Done:
        """Delete a model, also where it is the default."""
        try:
            delete_model(name)
        except OrthoscribeError as error:
            return Done(str(error), name, is_error=True)
        self._replace_default(name, "")
        return Done(tr("'{}' is deleted.").format(name), str(MODEL.default))

    def export(self, name: str, archive: str) -> Done:
        """Write a model to a zip."""
        path = Path(archive)
        path = path if path.suffix else path.with_suffix(".zip")
        try:
            export_model(name, path)
        except OrthoscribeError as error:
            return Done(str(error), name, is_error=True)
        return Done(tr("'{}' is exported to {}.").format(name, path), name)

    def import_archive(self, archive: str, selected: str) -> Done:
        """Add the model of a zip; a number is added to a name that is taken."""
        try:
            folder = import_model(Path(archive), is_numbered=True)
        except OrthoscribeError as error:
            return Done(str(error), selected, is_error=True)
        return Done(tr("The model is imported as '{}'.").format(folder.name), folder.name)

    def set_default(self, name: str, is_default: bool) -> Done:
        """Make a model the default of the open project, or no model."""
        set_project_model(name if is_default else "")
        if is_default:
            return Done(tr("'{}' is the default of this project; save it.").format(name), name)
        return Done(tr("This project has no default model; save it.").format(name), name)

    def _replace_default(self, name: str, new_name: str) -> None:
        if project_model() == name:
            set_project_model(new_name)
        if MODEL.read() == name:
            MODEL.write(new_name or MODEL.default)
