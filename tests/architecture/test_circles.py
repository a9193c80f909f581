"""No module imports another that imports it, directly or through others, not even for types."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def module_paths(root):
    """Return the file of each module by its dotted parts; a package is its `__init__`."""
    files = sorted(
        path for folder in ("engine", "plugin") for path in (root / folder).rglob("*.py")
    )
    return {dotted(path.relative_to(root)): path for path in files}


def dotted(path):
    parts = path.with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(name, path, modules):
    """Yield the modules that a module names in its imports, wherever in the file they stand."""
    package = name if path.name == "__init__.py" else name[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = package[: len(package) - node.level + 1]
        source = (*base, *(node.module.split(".") if node.module else ()))
        for alias in node.names:
            inner = (*source, alias.name)
            yield inner if inner in modules else source


def import_graph(root):
    """Return the modules that each module imports, from its own repository only."""
    modules = module_paths(root)
    return {
        name: {other for other in imported(name, path, modules) if other in modules} - {name}
        for name, path in modules.items()
    }


def circle_in(graph):
    """Return the names of the modules of a circle, from the first to itself; none without one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [".".join(name) for name in error.args[1]]
    return []


def test_engine_and_plugin_have_no_import_circle():
    graph = import_graph(ROOT)
    assert sum(map(len, graph.values())) > len(graph)  # the imports were found
    assert circle_in(graph) == []


@pytest.mark.parametrize(
    ("there", "back"),
    [
        ("from .b import run", "from .a import Run"),
        ("from . import b", "from .a import Run"),
        ("from .inner.c import run", "from .a import Run"),
        ("from .b import run", "if TYPE_CHECKING:\n    from .a import Run"),
        ("from .b import run", "def late():\n    from ..engine.a import Run"),
    ],
)
def test_a_circle_is_found(tmp_path, there, back):
    sources = {"a": there, "b": back, "inner/c": "from ..b import run", "inner/__init__": ""}
    for name, source in sources.items():
        path = tmp_path / "engine" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    assert {"engine.a", "engine.b"} <= set(circle_in(import_graph(tmp_path)))
