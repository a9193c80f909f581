# SPDX-License-Identifier: GPL-2.0-or-later
"""Scan the installable zip as the plugin repository does at an upload: `make scan`.

    build/qt6/bin/python release/scan.py dist/orthoscribe-0.1.0.zip [--accept-hashes]

Bandit and detect-secrets block an upload there, flake8 only informs. Their settings are those of
QGIS-Plugins-Website (security_scanner.py and its rule files, July 2026). Suppressed hashes of model
cards are listed in `.secrets.baseline`, which the zip contains; `--accept-hashes` writes it again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASELINE = ".secrets.baseline"

# Rated `info` and switched off there: the import of subprocess
BANDIT_OFF = "B404"
SECRETS_OFF = "IPPublicDetector"
# Errors and doubtful constructs; ruff checks unused imports, and which names a package passes on
FLAKE8_ON = "E101,E7,E9,F4,F5,F6,F7,F8,W6"
FLAKE8_OFF = "F401,E701,E704"

Findings = dict[str, list[dict[str, object]]]


def main() -> int:
    """Print all findings; return 1 if there are any."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(sys.argv[1]) as archive:
            archive.extractall(folder)
        found = [*bandit(folder), *secrets(folder / "orthoscribe"), *flake8(folder)]
    sys.stdout.write("".join(f"{each}\n" for each in found))
    sys.stdout.write(f"{len(found)} findings\n")
    return 1 if found else 0


def bandit(folder: Path) -> list[str]:
    """Return the findings of Bandit."""
    report = json.loads(run("bandit", "-r", str(folder), "-f", "json", "-q", "-s", BANDIT_OFF))
    return [
        f"{each['filename']}:{each['line_number']}: {each['test_id']} {each['issue_text']}"
        for each in report["results"]
    ]


def secrets(folder: Path) -> list[str]:
    """Return the findings of detect-secrets that are new, and accepted ones that are gone."""
    options = ["--all-files", "--exclude-files", r"metadata\.txt|\.secrets\.baseline"]
    options += ["--disable-plugin", SECRETS_OFF]
    found = json.loads(run("detect-secrets", "scan", *options, ".", folder=folder))
    if "--accept-hashes" in sys.argv:
        found.pop("generated_at")
        (ROOT / BASELINE).write_text(json.dumps(found, indent=2) + "\n")
        return []
    accepted = _keys(json.loads((folder / BASELINE).read_text())["results"])
    present = _keys(found["results"])
    return [
        *(f"{path}: {kind} {digest} is new" for path, kind, digest in sorted(present - accepted)),
        *(f"{path}: {kind} {digest} is gone" for path, kind, digest in sorted(accepted - present)),
    ]


def flake8(folder: Path) -> list[str]:
    """Return the findings of flake8."""
    options = ["--max-line-length=120", f"--select={FLAKE8_ON}", f"--extend-ignore={FLAKE8_OFF}"]
    return run("flake8", "--isolated", *options, str(folder)).splitlines()


def run(program: str, *options: str, folder: Path | None = None) -> str:
    """Return the output of a tool beside this Python; they fail if they find anything."""
    command = [str(Path(sys.executable).parent / program), *options]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    return done.stdout


def _keys(results: Findings) -> set[tuple[str, str, str]]:
    return {
        (path, str(each["type"]), str(each["hashed_secret"]))
        for path, found in results.items()
        for each in found
    }


if __name__ == "__main__":
    sys.exit(main())
