# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors of the installation, with a message for the user."""

from __future__ import annotations

import re
from typing import Optional, Tuple

_SETTINGS = "PIP_INDEX_URL, UV_PYTHON_INSTALL_MIRROR, PIP_CERT or HTTPS_PROXY"

# The first matching pattern decides, so causes come before their consequences: without a network
# pip also reports that no version matches.
_CAUSES: Tuple[Tuple[str, str], ...] = (
    (
        r"No space left on device|Errno 28|Disk quota exceeded|Errno 122|WinError 112",
        "The disk is full: free some space, or set ORTHOSCRIBE_HOME to a folder on another disk.",
    ),
    (
        r"\b407\b|ProxyError|tunnel error|Cannot connect to proxy|Tunnel connection failed",
        "The proxy refused the connection: check the proxy and its password in the network "
        "settings.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError|certificate verify failed"
        r"|invalid peer certificate|UnknownIssuer",
        "The certificate of the connection is not trusted, so a proxy may intercept it: ask your "
        "administrator for the certificate file and set PIP_CERT to its path.",
    ),
    (
        r"Name or service not known|Temporary failure in name resolution|getaddrinfo failed"
        r"|nodename nor servname|NewConnectionError|Network is unreachable|Connection refused"
        r"|dns error|tcp connect error|client error \(Connect\)|operation timed out"
        r"|ConnectTimeoutError|ReadTimeoutError|Read timed out|Connection reset|ProtocolError",
        "The download server cannot be reached: check the network connection, or the settings "
        f"{_SETTINGS}.",
    ),
    (
        r"Hash mismatch for|DO NOT MATCH THE HASHES|BadZipFile|invalid wheel|IncompleteRead",
        "A downloaded file is damaged, or not the one that this version was made with: try again, "
        "or ask your administrator whether the network changes files.",
    ),
    (
        r"ensurepip is not available|No module named '?(ensurepip|venv)",
        "This Python cannot create virtual environments: run 'sudo apt install python3-venv', or "
        "choose another Python.",
    ),
    (
        r"\b40[13] Client Error|\b40[13] Forbidden|HTTP status client error \(40[13]",
        "The download server refused the download (403), or a firewall blocks it: ask your "
        f"administrator for the settings {_SETTINGS}.",
    ),
    (
        r"\b5\d\d Server Error|too many 5\d\d error responses|HTTP status server error",
        "The download server has a fault (its answer was an error of its own): try again later, or "
        f"use another one with the settings {_SETTINGS}.",
    ),
    (
        r"\b404 Client Error|HTTP status client error \(404",
        "The download server has no such page (404), so its address may be wrong: check the "
        f"settings {_SETTINGS}.",
    ),
    (
        r"No matching distribution found|Could not find a version that satisfies"
        r"|is not a supported wheel|requires a different Python",
        "A library is not available for this Python on this machine: choose a 64-bit Python 3.11, "
        "3.12 or 3.13.",
    ),
    (
        r"WinError 1114|WinError 126|WinError 127|c10\.dll|shm\.dll",
        "Torch cannot load its libraries: install the current Microsoft Visual C++ runtime, then "
        "try again.",
    ),
    (
        r'"is_ok": false',
        "Torch computes wrong results on this graphics card: update its driver, then try again.",
    ),
    (
        r"Permission denied|Errno 13|WinError 5\b|Read-only file system|Operation not permitted",
        "The engine's folder cannot be written: check its permissions and the virus scanner, or "
        "set ORTHOSCRIBE_HOME to another folder.",
    ),
)


class InstallError(Exception):
    """The engine cannot be installed; the message is written for the user.

    Args:
        sentence: message with the cause and the solution.
        log: path of the log with the details; empty: none.
    """

    def __init__(self, sentence: str, log: str = "") -> None:
        super().__init__(f"{sentence} Details: {log}" if log else sentence)
        self.sentence = sentence
        self.log = log


class InstallCanceled(InstallError):  # noqa: N818 (not an error)
    """The installation was canceled; this is not a failure, and nothing is left."""

    def __init__(self) -> None:
        super().__init__("The installation was canceled.")


NO_MATCH = "No matching distribution found"


def known_cause(text: str, details: str = "") -> Optional[str]:
    """Return the message for an output of pip, uv, venv or the system, or None if it is unknown.

    Args:
        text: output of the program.
        details: detailed log of the program. pip does not print that the index
            answered with an error, but only that it found no version.
    """
    for pattern, sentence in _CAUSES:
        if re.search(pattern, text) and NO_MATCH not in pattern:
            return sentence
    if details and NO_MATCH in text:
        return known_cause(details) or known_cause(NO_MATCH)
    return next((each for pattern, each in _CAUSES if re.search(pattern, text)), None)
