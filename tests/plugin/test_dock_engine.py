# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock's panel that sets up, tests, repairs and removes the engine."""

import sys
import threading
import time

import pytest
from orthoscribe.plugin.engine_client import environment
from orthoscribe.plugin.engine_client.crash import crash_failure
from orthoscribe.plugin.engine_client.install_error import InstallError
from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.engine_client.usage import engine_in_use, is_engine_in_use
from orthoscribe.plugin.engine_client.variants import Choice, find_variant
from orthoscribe.tests.docks import child, is_ready, shown
from qgis.PyQt.QtWidgets import QApplication


class Installing:
    """An installer whose work is decided by the test."""

    def __init__(self, home, error=None):
        self.home = home
        self.repairs = []
        self._error = error

    def prepare(self):
        self.is_prepared = True

    def install(self, tell, is_canceled, *, repair=False, bundle=None):
        assert self.is_prepared  # QGIS's network settings are read on its main thread
        self.repairs.append(repair)
        self.bundle = bundle
        tell(0.5, "Libraries", "torch is downloaded.")
        while self._error == "hang" and not is_canceled():
            time.sleep(0.01)
        if self._error:
            raise InstallError("The disk is full.")
        python = self.home / "runtimes" / "x" / "bin" / "python"
        runtime = environment.Runtime(
            min(environment.lock_hashes()), str(python), sys.executable, 812
        )
        environment.switch_to(runtime, self.home)
        tell(1.0, "Done", "The engine is ready.")

    def self_test(self, is_canceled):
        return "fine"

    def remove(self):
        (self.home / "current.json").unlink()

    def choice(self):
        return Choice(find_variant("linux", "cuda"), "This machine has an NVIDIA T4.")

    def size_mb(self):
        return 812

    def is_outdated(self):
        return False


def unfolded(dock):
    """Return a dock whose panel is open; it is folded away where there is an engine."""
    child(dock, "engine_state").setChecked(True)
    return dock


def test_without_an_engine_the_panel_offers_it_and_run_waits(make_dock, home, scene, wait):
    (home / "current.json").unlink()
    dock = make_dock(installer=Installing(home))
    scene()
    wait(lambda: "Set up engine" in child(dock, "card").text())
    assert not is_ready(dock)
    assert shown(dock, "engine")
    assert "2897 MB to download, about 7500 MB" in child(dock, "engine_text").text()
    assert "has an NVIDIA T4" in child(dock, "engine_text").text()
    assert str(home) in child(dock, "engine_text").text()
    child(dock, "setup").click()
    wait(lambda: is_ready(dock))
    assert not shown(dock, "engine")
    assert "ready" in child(dock, "engine_state").text()


def test_setup_that_fails_says_why_and_can_be_tried_again(make_dock, home, wait):
    (home / "current.json").unlink()
    dock = make_dock(installer=Installing(home, "disk"))
    child(dock, "setup").click()
    assert shown(dock, "cancel_setup")
    wait(lambda: shown(dock, "setup"))
    assert "The disk is full." in child(dock, "engine_message").text()


def test_setup_can_be_canceled(make_dock, home, wait):
    (home / "current.json").unlink()
    dock = make_dock(installer=Installing(home, "hang"))
    child(dock, "setup").click()
    wait(lambda: "torch is downloaded" in child(dock, "engine_message").text())
    child(dock, "cancel_setup").click()
    wait(lambda: shown(dock, "setup"))


def test_engine_is_removed_on_the_second_click(make_dock, home, wait):
    dock = unfolded(make_dock(installer=Installing(home)))
    child(dock, "remove_engine").click()
    assert "812 MB" in child(dock, "remove_engine").text()
    assert (home / "current.json").exists()
    child(dock, "remove_engine").click()
    wait(lambda: shown(dock, "setup"))
    assert not (home / "current.json").exists()


def test_self_test_says_what_it_found(make_dock, home, wait):
    dock = make_dock(installer=Installing(home))
    child(dock, "self_test").click()
    wait(lambda: "passed.\nfine" in child(dock, "engine_message").text())


def test_repair_installs_again(make_dock, home, wait):
    installer = Installing(home)
    dock = unfolded(make_dock(installer=installer))
    assert shown(dock, "repair_engine")
    child(dock, "repair_engine").click()
    wait(lambda: "was repaired" in child(dock, "engine_message").text())
    assert installer.repairs == [True]


def test_repair_that_fails_says_why_and_keeps_the_engine(make_dock, home, wait):
    dock = unfolded(make_dock(installer=Installing(home, "disk")))
    child(dock, "repair_engine").click()
    wait(lambda: "The disk is full." in child(dock, "engine_message").text())
    assert shown(dock, "repair_engine")
    assert shown(dock, "remove_engine")


def test_repair_is_offered_only_where_there_is_an_engine(make_dock, home):
    (home / "current.json").unlink()
    dock = make_dock(installer=Installing(home))
    assert shown(dock, "setup")
    assert not shown(dock, "repair_engine")


def test_nothing_runs_while_the_engine_is_repaired(make_dock, home, scene, wait):
    dock = make_dock(installer=Installing(home, "hang"))
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "repair_engine").click()
    wait(lambda: not is_ready(dock))
    assert not child(dock, "demo").isEnabled()
    assert "being tested, repaired or removed" in child(dock, "card").text()
    child(dock, "cancel_setup").click()
    wait(lambda: is_ready(dock))


def test_engine_stays_while_the_dock_runs_a_job(make_dock, home, scene, fake_engine, wait):
    dock = make_dock(fake_engine("--hang-at", 5), installer=Installing(home))
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    for name in ("remove_engine", "repair_engine"):
        wait(lambda name=name: not child(dock, name).isEnabled())
        assert "running a job" in child(dock, name).toolTip()
    child(dock, "cancel").click()
    wait(lambda: child(dock, "remove_engine").isEnabled())
    assert "running a job" not in child(dock, "remove_engine").toolTip()


def test_engine_stays_while_the_toolbox_runs_a_job(make_dock, home, job, fake_engine, wait):
    dock = make_dock(installer=Installing(home))
    is_stopped = threading.Event()
    command = fake_engine("--hang-at", 5)
    thread = threading.Thread(
        target=run_job, args=(job, lambda _: None, is_stopped.is_set), kwargs={"command": command}
    )
    thread.start()
    try:
        wait(lambda: not child(dock, "remove_engine").isEnabled())
    finally:
        is_stopped.set()
        thread.join()
    wait(lambda: child(dock, "remove_engine").isEnabled())


def test_click_in_the_moment_a_job_starts_removes_nothing(make_dock, home):
    dock = make_dock(installer=Installing(home))
    child(dock, "remove_engine").click()
    with engine_in_use():
        child(dock, "remove_engine").click()
        child(dock, "repair_engine").click()
    assert (home / "current.json").exists()


def test_engine_is_free_after_a_job_that_never_started(job):
    run_job(job, lambda _: None, lambda: False, command=["/no/such/program"])
    assert not is_engine_in_use()


def test_unfolding_the_panel_shows_only_what_is_offered(make_dock, home):
    dock = make_dock(installer=Installing(home))
    assert not shown(dock, "self_test")
    width_px = dock.minimumSizeHint().width()
    child(dock, "engine_state").click()
    assert dock.minimumSizeHint().width() == width_px
    assert not shown(dock, "setup")
    assert not shown(dock, "engine_progress")
    assert shown(dock, "self_test")


@pytest.mark.parametrize("exit_code", [0, -11, -6, 1, 0xC0000005, 0xC0000135])
def test_advice_to_repair_names_the_button(make_dock, exit_code):
    title = child(make_dock(), "repair_engine").text()
    assert f"ress {title} under Engine" in crash_failure(exit_code, []).message


def test_bundle_is_installed_also_where_there_is_an_engine(make_dock, home, wait, tmp_path):
    installer = Installing(home)
    dock = unfolded(make_dock(installer=installer))
    assert shown(dock, "install_from_file")
    child(dock, "engine").install_bundle(tmp_path / "bundle.zip")
    wait(lambda: "ready" in child(dock, "engine_message").text())
    assert installer.bundle == tmp_path / "bundle.zip"


def test_bundle_waits_for_the_end_of_a_job(make_dock, home):
    dock = unfolded(make_dock(installer=Installing(home)))
    with engine_in_use():
        child(dock, "engine")._update_buttons()
        assert not child(dock, "install_from_file").isEnabled()


def test_diagnostics_are_copied(make_dock, home):
    dock = unfolded(make_dock(installer=Installing(home)))
    child(dock, "copy_diagnostics").click()
    assert "Orthoscribe 0." in QApplication.clipboard().text()
