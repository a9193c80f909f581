"""The law of imports, held by walking the syntax trees: who may import whom."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STDLIB = set(sys.stdlib_module_names)


def modules(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path):
    """Yield every import of a module as dotted parts, relative ones resolved from the root."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            dotted = (*base, *(node.module.split(".") if node.module else ()))
            for alias in node.names:
                yield (*dotted, alias.name)


def offenders(folder, is_forbidden):
    return [
        f"{path.relative_to(ROOT)} imports {'.'.join(name)}"
        for path in modules(folder)
        for name in imports(path)
        if is_forbidden(path, name)
    ]


def test_engine_never_imports_qgis_or_plugin():
    forbidden = {"qgis", "PyQt5", "PyQt6", "processing", "plugin"}
    assert offenders("engine", lambda _, name: name[0] in forbidden) == []


def test_plugin_imports_standard_library_and_qgis_only():
    allowed = STDLIB | {"qgis", "processing", "plugin", "engine"}
    assert offenders("plugin", lambda _, name: name[0] not in allowed) == []


def test_plugin_names_engine_in_protocol_alone():
    door = ROOT / "plugin" / "protocol.py"
    assert offenders("plugin", lambda path, name: name[0] == "engine" and path != door) == []
    through_the_door = {name[:2] for name in imports(door) if name[0] == "engine"}
    assert through_the_door == {("engine", "protocol")}


FACES = {"algorithms", "dock", "wizard"} & {path.name for path in (ROOT / "plugin").iterdir()}


@pytest.mark.parametrize("face", sorted(FACES))
def test_faces_never_import_each_other(face):
    others = FACES - {face}
    found = offenders(
        f"plugin/{face}", lambda _, name: name[0] == "plugin" and name[1:2] and name[1] in others
    )
    assert found == []


def test_only_dock_and_wizard_import_widgets():
    def is_forbidden(path, name):
        place = path.relative_to(ROOT / "plugin").parts[0]
        if place in ("dock", "wizard", "widgets", "parameter_widgets") or "QtWidgets" not in name:
            return False
        return not (place in ("plugin.py", "compat.py") and name[-1] in ("QAction", "QtWidgets"))

    assert offenders("plugin", is_forbidden) == []


def test_presenters_import_no_widgets():
    presenters = [path for path in modules("plugin") if path.stem.endswith("presenter")]
    assert presenters
    found = [
        path.name
        for path in presenters
        for name in imports(path)
        if "QtWidgets" in name or name[:2] == ("qgis", "gui")
    ]
    assert found == []


def test_nobody_imports_global_iface():
    assert offenders("plugin", lambda _, name: name[:2] == ("qgis", "utils")) == []


def test_protocol_imports_standard_library_only():
    allowed = STDLIB
    found = offenders(
        "engine/protocol",
        lambda _, name: name[0] not in allowed and name[:2] != ("engine", "protocol"),
    )
    assert found == []


@pytest.mark.parametrize(
    ("folder", "libraries"),
    [
        ("engine/tiling", {"numpy"}),
        ("engine/metrics", {"numpy"}),
        ("engine/architectures", {"torch"}),
    ],
)
def test_kernels_import_one_library_only(folder, libraries):
    own = tuple(folder.split("/"))

    def is_forbidden(_, name):
        if name[0] == "engine":
            return name[:2] not in (own, ("engine", "protocol"))
        return name[0] not in STDLIB | libraries

    assert modules(folder)
    assert offenders(folder, is_forbidden) == []


def test_files_in_memory_are_known_to_raster_alone():
    raster = ROOT / "engine" / "raster"

    def is_forbidden(path, name):
        return name[-1] == "MemoryFile" and raster not in path.parents

    assert offenders("engine", is_forbidden) == []
    assert any("MemoryFile" in name for path in modules("engine/raster") for name in imports(path))


def _absolute_packages(node):
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {node.module.split(".")[0]}
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return set()


def test_own_packages_are_imported_relatively():
    own = {"engine", "plugin", "orthoscribe"}
    door = ROOT / "plugin" / "protocol.py"  # the installer runs where no package is above
    absolute = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in modules("engine", "plugin")
        for node in ast.walk(ast.parse(path.read_text()))
        if own & _absolute_packages(node) and path != door
    ]
    assert absolute == []


def test_plugin_and_protocol_keep_python_3_9_syntax():
    for path in [*modules("plugin"), *modules("engine/protocol")]:
        ast.parse(path.read_text(), filename=str(path), feature_version=(3, 9))
