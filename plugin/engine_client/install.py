# SPDX-License-Identifier: GPL-2.0-or-later
"""Command line of the installer: `python3 -m plugin.engine_client.install` from the root.

It needs only Python and the standard library.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any, List, Optional

from .environment import NO_ENGINE, installed_python
from .install_error import InstallCanceled, InstallError
from .installation import InstallSource
from .installer import Installer
from .variants import BUILDS, describe

__all__ = ["InstallCanceled", "InstallError", "Installer", "main"]

CANCELED_CODE = 130  # usual exit code after Ctrl+C


def main(arguments: Optional[List[str]] = None) -> int:
    """Run one verb and return the exit code."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return int(_VERBS[options.verb](_installer(options), options))
    except KeyboardInterrupt:
        sys.stderr.write("The installation was canceled.\n")
        return CANCELED_CODE
    except InstallError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m plugin.engine_client.install")
    verbs = parser.add_subparsers(dest="verb", required=True)
    install = verbs.add_parser("install", help="install the engine if it is missing")
    install.add_argument("--repair", action="store_true", help="install it even if it exists")
    install.add_argument(
        "--python", type=Path, default=_path("ORTHOSCRIBE_PYTHON"), help="Python to install with"
    )
    install.add_argument(
        "--wheels",
        type=Path,
        default=_path("ORTHOSCRIBE_WHEELS"),
        help="install from this folder of wheels, without a network",
    )
    install.add_argument(
        "--bundle", type=Path, help="install from this offline bundle, without a network"
    )
    install.add_argument(
        "--standalone-python",
        action="store_true",
        help="download a Python even if this machine has a suitable one",
    )
    for each in (install, verbs.add_parser("size", help="print the size of the engine in MB")):
        each.add_argument(
            "--build",
            choices=("auto", *BUILDS),
            default=os.environ.get("ORTHOSCRIBE_BUILD", "auto"),
            help="build of torch; auto: the one for the graphics card of this machine",
        )
    verbs.add_parser("python", help="print the path of the engine's Python")
    verbs.add_parser("self-test", help="test the installed engine")
    verbs.add_parser("remove", help="remove the engine; models are kept")
    verbs.add_parser("remove-old", help="remove the engines of other versions")
    return parser


def _path(variable: str) -> Optional[Path]:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _installer(options: argparse.Namespace) -> Installer:
    source = InstallSource(
        python=getattr(options, "python", None),
        is_standalone=getattr(options, "standalone_python", False),
        wheels=getattr(options, "wheels", None),
        torch_index=os.environ.get("ORTHOSCRIBE_TORCH_INDEX", ""),
    )
    return Installer(source=source, build=getattr(options, "build", "auto"))


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _install(installer: Installer, options: argparse.Namespace) -> int:
    lines = _ProgressLines()
    if options.bundle is None and installed_python(installer.home) is None:
        choice = installer.choice()
        lines.show(0.0, "Variant", f"{describe(choice.variant)} {choice.reason}")
    python = installer.install(lines.show, repair=options.repair, bundle=options.bundle)
    sys.stderr.write(f"The engine's Python is {python}\n")
    return 0


def _print_python(installer: Installer, _: argparse.Namespace) -> int:
    python = installed_python(installer.home)
    if python is None:
        raise InstallError(NO_ENGINE)
    sys.stdout.write(f"{python}\n")
    return 0


def _self_test(installer: Installer, _: argparse.Namespace) -> int:
    sys.stdout.write(f"{installer.self_test()}\n")
    return 0


def _print_size(installer: Installer, _: argparse.Namespace) -> int:
    sys.stdout.write(f"{installer.size_mb() or installer.choice().variant.size_mb}\n")
    return 0


def _remove(installer: Installer, _: argparse.Namespace) -> int:
    installer.remove()
    return 0


def _remove_old(installer: Installer, _: argparse.Namespace) -> int:
    installer.remove_old()
    return 0


_VERBS = {
    "install": _install,
    "python": _print_python,
    "self-test": _self_test,
    "size": _print_size,
    "remove": _remove,
    "remove-old": _remove_old,
}


class _ProgressLines:
    """Writes a line for each new phase or message, and for every 10 % of the progress."""

    def __init__(self) -> None:
        self._shown = ("", "", -1)

    def show(self, fraction: float, phase: str, message: str) -> None:
        shown = (phase, message.split(" (", maxsplit=1)[0], int(10 * fraction))
        if shown != self._shown:
            self._shown = shown
            sys.stderr.write(f"{100 * fraction:3.0f} %  {phase}: {message}\n")


if __name__ == "__main__":
    sys.exit(main())
