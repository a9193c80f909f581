# SPDX-License-Identifier: GPL-2.0-or-later
"""The installer with a stand-in for Python and pip: order, atomicity, cancel, kill, two at once."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.environment import (
    engine_device,
    installed_python,
    lock_hash,
    usable_runtime,
)
from orthoscribe.plugin.engine_client.install import InstallCanceled, Installer, InstallError
from orthoscribe.plugin.engine_client.installation import Installation, InstallSource
from orthoscribe.plugin.engine_client.variants import find_variant, this_platform

ROOT = Path(__file__).resolve().parents[2]
STUB = ROOT / "tests" / "fakes" / "python.py"
LOCK = lock_hash(find_variant(this_platform(), "cpu").lock_file)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home with spaces é"))
    return tmp_path / "home with spaces é"


@pytest.fixture
def stub(tmp_path, monkeypatch):
    """Write the stand-in where an interpreter could be; return a function that sets manners."""
    path = tmp_path / "stub" / "python3.11"
    path.parent.mkdir()
    path.write_text(f"#!{sys.executable}\n{STUB.read_text()}")
    path.chmod(0o700)
    monkeypatch.setenv("ORTHOSCRIBE_PYTHON", str(path))
    monkeypatch.setenv("ORTHOSCRIBE_BUILD", "cpu")
    monkeypatch.setenv("ORTHOSCRIBE_STUB_NOTES", str(tmp_path / "calls.jsonl"))

    def behave(**manners):
        for name, manner in manners.items():
            monkeypatch.setenv(f"ORTHOSCRIBE_STUB_{name.upper()}", str(manner))

    behave.path = path
    return behave


@pytest.fixture
def calls(tmp_path):
    """Return a function that lists the calls of the stand-in that have this word."""

    def with_word(word):
        notes = tmp_path / "calls.jsonl"
        lines = notes.read_text().splitlines() if notes.exists() else []
        return [call for call in map(json.loads, lines) if word in call["words"]]

    return with_word


@pytest.fixture
def installer(home, stub):
    return Installer(home, source=InstallSource(python=stub.path), build="cpu")


def shell(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "plugin.engine_client.install", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_ctrl_c,  # noqa: PLW1509 - no other thread runs here
    )


def listen_to_ctrl_c():
    """Undo what a shell does to jobs in its background: they are deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(condition, seconds=10.0):
    end_s = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end_s, "it never happened"
        time.sleep(0.02)


def installations(calls):
    """Return the calls of pip that install all packages."""
    return [call for call in calls("--requirement") if "--no-deps" not in call["words"]]


def runtimes(home):
    return sorted(path.name for path in (home / "runtimes").glob("*"))


def test_install_switches_after_the_self_test(installer, home, calls):
    seen = []
    python = installer.install(lambda *progress: seen.append(progress))
    assert python == installed_python(home) == home / "runtimes" / LOCK / "bin" / "python"
    assert [fraction for fraction, _, _ in seen] == sorted(fraction for fraction, _, _ in seen)
    phases = list(dict.fromkeys(phase for _, phase, _ in seen))
    assert phases == ["Python", "Environment", "Libraries", "Self-test", "Done"]
    assert len(calls("self-test")) == 1
    assert not (home / "downloads").exists()
    assert not list((home / "runtimes").rglob(".scratch"))


def test_install_again_does_nothing(installer, calls):
    installer.install()
    before = len(calls("-m"))
    installer.install()
    assert len(calls("-m")) == before


def test_pip_gets_the_lock_wheels_only_and_no_secret_in_its_words(
    installer, calls, monkeypatch, tmp_path
):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:word@proxy:3128")
    monkeypatch.setenv("PYTHONPATH", "/usr/share/qgis/python")
    monkeypatch.setenv("PIP_TARGET", "/somewhere")
    installer.install()
    call = calls("--requirement")[-1]
    assert str(ROOT / "engine" / "locks" / "linux-cpu.txt") in call["words"]
    assert "--require-hashes" in call["words"]
    assert call["words"][call["words"].index("--only-binary") + 1] == ":all:"
    assert not any("proxy" in word for word in call["words"])
    assert call["environment"]["HTTPS_PROXY"].endswith("@proxy:3128")
    assert not {"PYTHONPATH", "PIP_TARGET"} & set(call["environment"])
    assert call["environment"]["TMPDIR"].startswith(str(tmp_path))


def test_folder_of_wheels_means_no_network(home, stub, calls, tmp_path):
    source = InstallSource(python=stub.path, wheels=tmp_path / "wheels")
    Installer(home, source=source, build="cpu").install()
    (call,) = calls("--requirement")
    assert "--no-index" in call["words"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Failed to establish a new connection: [Errno -2] Name or service not known", "reached"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "PIP_CERT"),
        ("ProxyError('Cannot connect to proxy.', OSError('Tunnel: 407'))", "proxy"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        (
            "ERROR: No matching distribution found for torch==2.13.0",
            "not available for this Python",
        ),
        ("OSError: [Errno 13] Permission denied: '/x'", "cannot be written"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "damaged"),
        ("something new", "something new"),
    ],
)
def test_failure_of_pip_is_a_sentence_with_a_log(installer, home, stub, said, words):
    stub(pip=said)
    with pytest.raises(InstallError, match=words) as caught:
        installer.install()
    assert said in Path(caught.value.log).read_text()
    assert installed_python(home) is None
    assert runtimes(home) == []


def test_network_is_blamed_before_the_missing_version(installer, stub):
    stub(pip="NewConnectionError('x')\nERROR: No matching distribution found for affine==3.0.1")
    with pytest.raises(InstallError, match="cannot be reached"):
        installer.install()


def test_404_of_the_index_is_not_blamed_on_the_python(installer, stub):
    stub(pip="ERROR: No matching distribution found for affine==3.0.1")
    stub(log="Could not fetch URL https://x/affine/: 404 Client Error: Not Found - skipping")
    with pytest.raises(InstallError, match="404"):
        installer.install()


def test_403_of_the_index_is_told_as_that(installer, stub):
    stub(pip="ERROR: No matching distribution found for affine==3.0.1")
    stub(log="Could not fetch URL https://x/affine/: 403 Client Error: Forbidden - skipping")
    with pytest.raises(InstallError, match="403"):
        installer.install()


def test_password_of_the_torch_index_is_in_no_command_log_or_engine(
    home, stub, calls, tmp_path, monkeypatch
):
    address = "https://ann:secretword@index.example/whl"
    monkeypatch.setenv("ORTHOSCRIBE_TORCH_INDEX", address)
    monkeypatch.setenv("HTTPS_PROXY", "http://ann:secretword@proxy:3128")
    stub(pip=f"ERROR: cannot read {address}")
    process = shell("install")
    _, complaint = process.communicate()
    assert process.returncode == 1
    assert address in (tmp_path / "calls.jsonl.torch").read_text()  # pip itself gets it
    stub(pip="ok")
    assert shell("install").wait(20) == 0
    logs = list((home / "logs").glob("install-*.log"))
    assert "index.example" in "".join(log.read_text() for log in logs)
    texts = [complaint, *(log.read_text() for log in logs)]
    texts += [" ".join(call["words"]) for call in calls("-m")]
    texts += [json.dumps(call["environment"]) for call in calls("self-test")]
    texts.append((home / "current.json").read_text())
    assert not [text for text in texts if "secretword" in text]
    assert all(log.stat().st_mode & 0o077 == 0 for log in logs)
    assert not list(home.rglob("torch.txt"))


def test_graphics_card_that_fails_the_self_test_leaves_the_processor(home, stub, calls):
    stub(test_cuda='{"is_ok": false, "failed_step": "compute a convolution", "error": "no kernel"}')
    installer = Installer(home, source=InstallSource(python=stub.path), build="cuda")
    said = []
    installer.install(lambda _, __, sentence: said.append(sentence))
    assert "Failed step: compute a convolution (no kernel)" in said[-1]
    assert engine_device(home) == "cpu"
    assert usable_runtime(home).variant.endswith("-cuda")
    on_cpu = calls("self-test")[-1]
    assert on_cpu["words"][-2:] == ["--device", "cpu"]
    assert "Failed step" in installer.self_test()


@pytest.mark.parametrize(
    "name", ["with blanks", "ümlaut ß 数据", "R&D $HOME 'x' \"y\" 100%", "x" * 200, "-r"]
)
def test_path_of_the_home_may_be_odd(tmp_path, stub, name):
    home = tmp_path / name
    python = Installer(home, source=InstallSource(python=stub.path), build="cpu").install()
    assert installed_python(home) == python
    assert home in python.parents
    assert Installer(home, build="cpu").self_test() == "torch works"


def test_failing_self_test_switches_nothing(installer, home, stub):
    stub(test="RuntimeError: CUDA error")
    with pytest.raises(InstallError, match="CUDA error"):
        installer.install()
    assert installed_python(home) is None
    assert runtimes(home) == []


def test_failing_repair_keeps_the_old_engine(installer, home, stub):
    python = installer.install()
    stub(test="broken")
    with pytest.raises(InstallError):
        installer.install(repair=True)
    assert installed_python(home) == python
    assert runtimes(home) == [LOCK]


def test_repair_replaces_the_engine(installer, home):
    old = installer.install()
    new = installer.install(repair=True)
    assert new == installed_python(home) != old
    assert len(runtimes(home)) == 1


def test_finished_environment_is_adopted_without_download(installer, home, calls):
    python = installer.install()
    (home / "current.json").unlink()
    assert installer.install() == python
    assert len(installations(calls)) == 1
    assert len(calls("self-test")) == 2


def test_engine_of_another_version_stays_until_asked(installer, home):
    other = home / "runtimes" / "0123456789ab"
    (other / "bin").mkdir(parents=True)
    (other / "bin" / "python").touch()
    installer.install()
    assert runtimes(home) == sorted(["0123456789ab", LOCK])
    installer.remove_old()
    assert runtimes(home) == [LOCK]


def test_own_python_stays_as_long_as_the_engine_needs_it(installer, home):
    installer.install()
    pythons = [home / "python" / f"cpython-3.12.{patch}-linux" for patch in (15, 16)]
    for folder in pythons:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python3").touch()
    pointer = json.loads((home / "current.json").read_text())
    pointer["base"] = str(pythons[1] / "bin" / "python3")
    (home / "current.json").write_text(json.dumps(pointer))
    installer.remove_old()
    assert [folder.exists() for folder in pythons] == [False, True]
    installer.remove()
    assert not (home / "python").exists()


def test_remove_leaves_the_models(installer, home):
    installer.install()
    (home / "models" / "mine").mkdir(parents=True)
    assert installer.size_mb() >= 1
    installer.remove()
    assert installed_python(home) is None
    assert runtimes(home) == []
    assert installer.size_mb() == 0
    assert (home / "models" / "mine").exists()


def test_full_disk_is_noticed_before_the_download(installer, calls, monkeypatch):
    monkeypatch.setattr(Installation, "_expected_mb", lambda _: 10**9)
    with pytest.raises(InstallError, match="free"):
        installer.install()
    assert not calls("pip")


def test_home_that_cannot_be_made_is_a_sentence(tmp_path, stub):
    (tmp_path / "file").touch()
    with pytest.raises(InstallError, match="ORTHOSCRIBE_HOME"):
        Installer(tmp_path / "file" / "home", source=InstallSource(python=stub.path)).install()


def test_cancel_ends_pip_within_a_second_and_cleans_up(installer, home, stub, calls):
    stub(pip="hang")
    asked_s = []

    def is_canceled():
        if installations(calls):
            asked_s.append(time.monotonic())
        return bool(asked_s) and time.monotonic() > asked_s[0] + 0.3

    with pytest.raises(InstallCanceled):
        installer.install(is_canceled=is_canceled)
    assert time.monotonic() - asked_s[0] < 1.3
    assert runtimes(home) == []
    assert installed_python(home) is None
    assert not _processes_of(home)


def test_ctrl_c_in_a_shell_cleans_up(home, stub, calls):
    stub(pip="hang")
    process = shell("install")
    wait_until(lambda: installations(calls))
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 130
    assert runtimes(home) == []
    assert not _processes_of(home)


def test_killed_installer_heals_and_its_pip_is_ended(home, stub, calls):
    stub(pip="hang")
    process = shell("install")
    wait_until(lambda: installations(calls))
    process.kill()
    process.wait()
    assert installed_python(home) is None
    assert _processes_of(home)  # the orphan, still at work
    stub(pip="ok")
    assert shell("install").wait(20) == 0
    assert installed_python(home) is not None
    assert runtimes(home) == [LOCK]
    assert not _processes_of(home)


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_leaves_all_or_nothing(home, stub, seed):
    stub(pause=0.1)
    process = shell("install")
    time.sleep(random.Random(seed).uniform(0.1, 1.2))
    process.kill()
    process.wait()
    python = installed_python(home)
    if python is not None:
        subprocess.run([python, "-m", "engine", "self-test"], check=True)
    assert shell("install").wait(20) == 0
    assert installed_python(home) is not None
    assert len(runtimes(home)) == 1


def test_second_installer_waits_and_says_so(home, stub, calls):
    stub(pause=1.5)
    first = shell("install")
    wait_until(lambda: installations(calls))
    second = shell("install")
    assert first.wait(20) == 0
    _, said = second.communicate(timeout=20)
    assert second.returncode == 0
    assert f"Another installation (process {first.pid}" in said
    assert len(installations(calls)) == 1
    assert runtimes(home) == [LOCK]


def test_waiting_installer_can_be_canceled(home, stub, calls, installer):
    stub(pip="hang")
    first = shell("install")
    wait_until(lambda: installations(calls))
    with pytest.raises(InstallCanceled):
        installer.install(is_canceled=lambda: True)
    first.send_signal(signal.SIGTERM)
    assert first.wait(5) == 130


def test_shell_prints_the_interpreter_alone(home, stub):
    assert shell("install").wait(20) == 0
    said, _ = shell("python").communicate()
    assert said == f"{installed_python(home)}\n"


def test_shell_says_what_to_do_where_nothing_is_installed(home):
    process = shell("python")
    said, complaint = process.communicate()
    assert (process.returncode, said) == (1, "")
    assert "make engine" in complaint


def test_installing_changes_nothing_of_ours(installer):
    before = (dict(os.environ), list(sys.path), Path.cwd())
    installer.install()
    assert (dict(os.environ), list(sys.path), Path.cwd()) == before


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("ORTHOSCRIBE_TEST_INSTALL") != "1", reason="set ORTHOSCRIBE_TEST_INSTALL=1"
)
def test_real_installation_works(home, monkeypatch):
    monkeypatch.delenv("ORTHOSCRIBE_PYTHON", raising=False)
    installer = Installer(home)
    python = installer.install()
    assert json.loads(installer.self_test())["is_ok"]
    imports = "import torch, rasterio, shapely, skimage, scipy, numpy, safetensors, pyogrio"
    subprocess.run([python, "-E", "-s", "-c", imports], cwd=home, check=True)
    assert 0.5 < installer.size_mb() / installer.choice().variant.size_mb < 2.0
    installer.remove()
    shutil.rmtree(home)


def _processes_of(home):
    """Return the processes that were started with this home in their environment."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if os.fsencode(home) in environment.read_bytes():
                found.append(environment.parent.name)
        except OSError:  # it ended, or is not ours
            continue
    return found


def test_engines_are_ended_before_an_environment_is_replaced_or_removed(home, stub):
    found = []
    source = InstallSource(python=stub.path)
    installer = Installer(
        home, source=source, before_change=lambda: found.append(installed_python(home))
    )
    first = installer.install()
    installer.install()  # changes nothing
    installer.install(repair=True)
    second = installed_python(home)
    installer.remove()
    assert found == [None, first, second]
