"""Check the installable zip as the plugin repository does: one folder, small, no binaries."""

import sys
import zipfile
from pathlib import Path, PurePosixPath

LIMIT_BYTES = 25_000_000
NEEDED = (
    "LICENSE",
    "__init__.py",
    "metadata.txt",
    "README.md",
    "engine/locks/linux-cpu.txt",
    "engine/evaluate/page/page.html.j2",
    "engine/evaluate/page/tables.html.j2",
    "engine/evaluate/page/style.css.j2",
    "engine/finetune/proof/page/finetune.html.j2",
)
REFUSED_SUFFIXES = {".exe", ".dll", ".so", ".dylib", ".bat", ".cmd", ".sh", ".ps1", ".pyc"}
REFUSED_FOLDERS = {
    "release",
    "tests",
    "docs",
    "build",
    "dist",
    "__pycache__",
    ".git",
    ".ci",
    "__MACOSX",
}


def problems(archive: Path) -> list[str]:
    """Return sentences about what the plugin repository would refuse."""
    with zipfile.ZipFile(archive) as package:
        paths = [PurePosixPath(name) for name in package.namelist()]
    found = [
        f"{path} lies outside orthoscribe/" for path in paths if path.parts[0] != "orthoscribe"
    ]
    found += [
        f"{need} is missing" for need in NEEDED if PurePosixPath("orthoscribe", need) not in paths
    ]
    found += [f"{path} is refused" for path in paths if path.suffix in REFUSED_SUFFIXES]
    found += [f"{path} does not belong" for path in paths if REFUSED_FOLDERS & set(path.parts)]
    if archive.stat().st_size > LIMIT_BYTES:
        found.append(f"{archive.stat().st_size} bytes are over the limit of {LIMIT_BYTES}")
    return found


if __name__ == "__main__":
    package = Path(sys.argv[1])
    sentences = problems(package)
    print("\n".join(sentences) or f"{package}  {package.stat().st_size / 1e6:.1f} MB")
    sys.exit(bool(sentences))
