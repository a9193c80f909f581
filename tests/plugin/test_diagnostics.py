# SPDX-License-Identifier: GPL-2.0-or-later
"""The report for the issue tracker: what a maintainer needs, and nothing personal."""

from pathlib import Path

import pytest


@pytest.fixture
def report(home, monkeypatch):
    from orthoscribe.plugin.diagnostics import diagnostics

    monkeypatch.setattr(Path, "home", lambda: home.parent)
    logs = home / "logs"
    logs.mkdir()
    (logs / "install-20260101-000000.log").write_text("old")
    (logs / "install-20260102-000000.log").write_text(
        f"from https://ann:secretword@index.example\nat {home}/x\n" + "line\n" * 100
    )
    (logs / "plugin.log").write_text("https://ann:secretword@index.example last")
    return diagnostics()


def test_report_has_versions_engine_and_logs(report):
    assert report.startswith("Orthoscribe 0.1.0\nQGIS 3.")
    assert "812 MB" in report
    assert "install-20260102-000000.log:\nline" in report
    assert "install-20260101" not in report
    assert report.endswith("****@index.example last")


def test_report_has_no_password_and_no_home(report, home):
    assert "secretword" not in report
    assert str(home.parent) not in report
    assert "Engine in ~/home" in report
