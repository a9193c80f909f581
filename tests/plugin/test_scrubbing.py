# SPDX-License-Identifier: GPL-2.0-or-later
"""No password and no personal path leaves the machine in a text."""

from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.scrubbing import without_passwords, without_personal_data


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("https://ann:word@index.example/simple", "https://****@index.example/simple"),
        ("http://ann@proxy:3128", "http://****@proxy:3128"),
        ("socks5h://ann:w%40rd@proxy", "socks5h://****@proxy"),
        ("https://ann:w@rd@index.example/a@b", "https://****@index.example/a@b"),
        ("two: ftp://a:b@c, https://d:e@f/", "two: ftp://****@c, https://****@f/"),
        ("?token=abc&x=1 password=word", "?token=****&x=1 password=****"),
        ("https://index.example/simple/@scope", "https://index.example/simple/@scope"),
        ("mail ann@example.org", "mail ann@example.org"),
    ],
)
def test_passwords_are_hidden(text, cleaned):
    assert without_passwords(text) == cleaned


@pytest.fixture
def ann(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/Ann Müller"))
    monkeypatch.setattr("getpass.getuser", lambda: "Ann Müller")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("/home/Ann Müller/.orthoscribe/x", "~/.orthoscribe/x"),
        ("file:///home/Ann Müller/x", "file://~/x"),
        ("/mnt/c/Users/Ann Müller/x", "/mnt/c/Users/user/x"),
        (r"C:\Users\ann müller\AppData", r"C:\Users\user\AppData"),
        ("/home/Ann Müllerin/x", "/home/Ann Müllerin/x"),
        ("at /home/Ann Müller", "at ~"),
    ],
)
def test_personal_paths_are_hidden(ann, text, cleaned):
    assert without_personal_data(text) == cleaned
