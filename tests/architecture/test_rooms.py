"""The rooms of the engine stand above what they use: imports only go down."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).resolve().parents[2] / "engine"

# Bottom first. A room may import the rooms before it in this list, never those after it.
ROOMS = (
    "protocol",  # jobs, events, cards, the catalog: what plugin and engine share
    "tiling",  # windows, tiles, lattices
    "metrics",  # scores of predicted classes
    "process",  # channel, cancellation, watchdog, device, memory
    "outputs",  # staging, publication, job.json and report.json
    "architectures",  # layers of networks
    "models",  # cards and weights on disk
    "raster",  # images and heights on one grid, class rasters
    "polygons",  # class rasters to vector layers
    "labeling",  # an opened scene to class codes
    "scale",  # a label job in parts, in several processes, joined to one result
    "datasets",  # scenes and their labels in folders
    "synthetic",  # the generator of scenes
    "training",
    "comparison",  # several networks on one scene
    "evaluate",  # scores over data sets, published tables, the page
    "finetune",  # drawn polygons to a better model, and proof of it
    "commands",  # one recipe per job
    "bench",  # speed, memory, exactness
    "cli",  # verbs and flags
)


def floor_of(folder):
    """Return the place of a folder's room in the list, from the bottom."""
    return ROOMS.index(folder)


def imported_folders(path, engine):
    """Yield (line, folder) for each import of a folder of the engine by a module."""
    package = path.relative_to(engine).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and 0 < node.level <= len(package) + 1:
            base = package[: len(package) + 1 - node.level]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            for name in names:
                folder = (*base, *name.split("."))[0]
                if (engine / folder).is_dir():
                    yield node.lineno, folder


def upward_imports(engine):
    """Return (module, line, folder) for each import that does not go down."""
    return [
        (path.relative_to(engine).as_posix(), line, folder)
        for path in sorted(engine.glob("*/**/*.py"))
        for line, folder in imported_folders(path, engine)
        if floor_of(folder) > floor_of(path.relative_to(engine).parts[0])
    ]


def test_every_folder_is_a_room():
    folders = {path.parent.name for path in ENGINE.glob("*/*.py")}
    assert folders == set(ROOMS)


def test_imports_only_go_down():
    found = [
        f"engine/{module}:{line} imports engine/{folder}, which stands above it"
        for module, line, folder in upward_imports(ENGINE)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "text", "folder"),
    [
        ("raster/a.py", "from ..commands.label import run", "commands"),
        ("raster/a.py", "from .. import commands", "commands"),
        ("architectures/fcn/a.py", "from ...raster.grid import Grid", "raster"),
        ("raster/a.py", "if TYPE_CHECKING:\n    from ..cli.verbs import Verb", "cli"),
        ("raster/a.py", "def read():\n    from ..labeling import labeler", "labeling"),
    ],
)
def test_upward_imports_are_found(tmp_path, module, text, folder):
    for name in ROOMS:
        (tmp_path / name).mkdir()
    path = tmp_path / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"from ..protocol import Job\n{text}\n")
    found = upward_imports(tmp_path)
    assert [(each[0], each[2]) for each in found] == [(module, folder)]
