# SPDX-License-Identifier: GPL-2.0-or-later
r"""The commands that the installer starts, as text: for Windows too, which no test machine runs.

Windows gets one string for a command. `list2cmdline` builds it, as `subprocess` does there, and the
rules of the Microsoft C runtime take it apart again in `parse`.
"""

import subprocess
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from orthoscribe.plugin.engine_client.launch import engine_command, self_test_command
from orthoscribe.plugin.engine_client.pip import pip_download, pip_install, requirements
from orthoscribe.plugin.engine_client.standalone_python import install_command, python_of

WINDOWS_FOLDERS = (
    r"C:\Users\Ann Müller\.orthoscribe",
    r"C:\Users\R&D (50%)\^x!\.orthoscribe",
    r"D:\ü ö ä ß\数据\.orthoscribe",
    "C:\\" + "\\".join(["a long folder name"] * 10) + "\\.orthoscribe",
    "\\\\server\\share with spaces\\.orthoscribe",
    "C:\\ends with a backslash\\",
)
POSIX_FOLDERS = ('/home/ann müller/R&D $HOME `x` "y"/.orthoscribe', "/" + "x" * 200)


def commands(folder):
    """Return every command of an installation below `folder`."""
    python = folder / "runtimes" / "0123456789ab" / "Scripts" / "python.exe"
    lock, wheels = folder / "locks" / "windows-cuda.txt", folder / "downloads" / "bundle" / "wheels"
    return [
        install_command(folder / "downloads" / "uv.exe", "3.12.16", folder / "python"),
        pip_download(python, *requirements(lock, None), "--dest", str(folder / "uv-wheel")),
        pip_install(python, *requirements(lock, None)),
        pip_install(python, *requirements(lock, wheels)),
        self_test_command(python, "cuda"),
        engine_command(python),
    ]


def parse(line):
    """Split a command line as a program on Windows does."""
    arguments, current, is_quoted, backslashes = [], None, False, 0
    for character in line:
        if character == "\\":
            backslashes += 1
            continue
        if character == '"':
            current = (current or "") + "\\" * (backslashes // 2)
            if backslashes % 2:
                current += '"'
            else:
                is_quoted = not is_quoted
            backslashes = 0
            continue
        if backslashes:
            current = (current or "") + "\\" * backslashes
            backslashes = 0
        if character in " \t" and not is_quoted:
            if current is not None:
                arguments.append(current)
            current = None
        else:
            current = (current or "") + character
    if backslashes:
        current = (current or "") + "\\" * backslashes
    return arguments + ([current] if current is not None else [])


@pytest.mark.parametrize("folder", WINDOWS_FOLDERS)
def test_windows_gets_every_argument_as_it_was(folder):
    for command in commands(PureWindowsPath(folder)):
        line = subprocess.list2cmdline(command)
        assert parse(line) == command
        assert len(line) < 32_767


@pytest.mark.parametrize("folder", POSIX_FOLDERS)
def test_no_shell_takes_a_command_apart(folder):
    for command in commands(PurePosixPath(folder)):
        echo = ["/usr/bin/printf", "%s\\n", *command[1:]]
        found = subprocess.run(echo, check=True, capture_output=True, text=True)
        assert found.stdout.splitlines() == command[1:]


def test_command_of_pip_as_text():
    python = PureWindowsPath(r"C:\R&D\python.exe")
    line = subprocess.list2cmdline(pip_install(python, "--requirement", r"C:\my locks\x.txt"))
    assert line == (
        r"C:\R&D\python.exe -E -s -m pip install --only-binary :all: --require-hashes --no-input "
        r'--disable-pip-version-check --progress-bar off --requirement "C:\my locks\x.txt"'
    )


def test_command_of_uv_as_text():
    line = subprocess.list2cmdline(
        install_command(
            PureWindowsPath(r"C:\Ann Müller\uv.exe"), "3.12.16", PureWindowsPath(r"C:\Ann Müller\p")
        )
    )
    assert line == (
        r'"C:\Ann Müller\uv.exe" --no-config python install 3.12.16 --no-bin --no-registry '
        r'--install-dir "C:\Ann Müller\p"'
    )


def test_interpreter_of_a_standalone_python():
    windows, posix = PureWindowsPath(r"C:\x"), PurePosixPath("/x")
    assert str(python_of(windows, "win32")) == r"C:\x\python.exe"
    assert str(python_of(posix, "linux")) == str(python_of(posix, "darwin")) == "/x/bin/python3"
