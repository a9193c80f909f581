# SPDX-License-Identifier: GPL-2.0-or-later
"""Which build of torch a machine gets, from tables alone, and what it is told before."""

import re
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client import gpu as gpu_module
from orthoscribe.plugin.engine_client.gpu import Gpu, find_gpus, parse_gpus
from orthoscribe.plugin.engine_client.install_error import InstallError
from orthoscribe.plugin.engine_client.variants import (
    UV_LOCK,
    VARIANTS,
    choose_variant,
    describe,
    find_variant,
    this_platform,
)

LINUX, WINDOWS, MAC = "linux", "windows", "mac-arm64"
T4 = Gpu("NVIDIA T4", (7, 5), (580, 65, 6))
RTX_5090 = Gpu("NVIDIA GeForce RTX 5090", (12, 0), (590, 44, 1))
GTX_1080 = Gpu("NVIDIA GeForce GTX 1080", (6, 1), (580, 82, 7))
OLD_DRIVER = Gpu("NVIDIA A100", (8, 0), (535, 183, 1))


@pytest.mark.parametrize(
    ("system", "gpus", "build", "words"),
    [
        (LINUX, [], "cpu", "no NVIDIA graphics card"),
        (LINUX, [T4], "cuda", "has an NVIDIA T4"),
        (LINUX, [RTX_5090], "cuda", "RTX 5090"),
        (LINUX, [GTX_1080], "cpu", "compute capability 6.1, but the CUDA build needs 7.5"),
        (LINUX, [OLD_DRIVER], "cpu", "version 535.183.1, but the CUDA build needs 580.65"),
        (LINUX, [GTX_1080, T4], "cuda", "has an NVIDIA T4"),
        (WINDOWS, [], "cpu", "no NVIDIA graphics card"),
        (WINDOWS, [T4], "cuda", "has an NVIDIA T4"),
        (WINDOWS, [GTX_1080], "cpu", "6.1"),
        (MAC, [], "cpu", "graphics processor of this Mac"),
        (MAC, [T4], "cpu", "graphics processor of this Mac"),
    ],
)
def test_variant_follows_from_card_driver_and_system(system, gpus, build, words):
    choice = choose_variant(system, gpus)
    assert (choice.variant.platform, choice.variant.build) == (system, build)
    assert words in choice.reason


def test_users_choice_counts_more():
    assert choose_variant(LINUX, [T4], "cpu").variant.build == "cpu"
    assert choose_variant(LINUX, [], "cuda").variant.build == "cuda"
    with pytest.raises(InstallError, match="choose cpu"):
        choose_variant(MAC, [], "cuda")


@pytest.mark.parametrize(
    ("system", "machine", "found"),
    [("linux", "x86_64", LINUX), ("win32", "AMD64", WINDOWS), ("darwin", "arm64", MAC)],
)
def test_platform_is_known(system, machine, found):
    assert this_platform(system, machine) == found


@pytest.mark.parametrize(
    ("system", "machine"), [("linux", "aarch64"), ("darwin", "x86_64"), ("freebsd13", "amd64")]
)
def test_platform_without_builds_is_a_sentence(system, machine):
    with pytest.raises(InstallError, match=f"not available for {system} on {machine}"):
        this_platform(system, machine)


def test_output_of_the_driver_is_read_and_its_complaints_are_not():
    table = """NVIDIA GeForce RTX 3060 Laptop GPU, 8.6, 560.35.03
Failed to initialize NVML: Driver/library version mismatch
NVIDIA X, [N/A], 390.157
"""
    assert parse_gpus(table) == [Gpu("NVIDIA GeForce RTX 3060 Laptop GPU", (8, 6), (560, 35, 3))]


def test_driver_that_hangs_or_fails_means_no_card(tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(gpu_module, "QUERY_S", 0.3)
    for content in ("#!/bin/sh\nexit 9\n", "#!/bin/sh\nwhile :; do :; done\n", ""):
        program.write_text(content)
        program.chmod(0o700)
        assert find_gpus() == []


def test_driver_is_asked(tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA T4, 7.5, 580.65.06'\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_gpus() == [T4]


def test_size_is_told_before_the_download():
    assert describe(find_variant(LINUX, "cuda")) == (
        "Build with CUDA: 2897 MB to download, about 7500 MB on disk."
    )


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_lock_has_a_hash_for_each_pin_and_the_size_of_the_table(variant):
    text = variant.lock_file.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 30
    pattern = r"[\w.-]+==[\w.+]+(?: \\\n {4}--hash=sha256:[0-9a-f]{64})+\n"
    assert [block for block in blocks if not re.fullmatch(pattern, block)] == []
    size_mb = int(re.search(r"^# download_mb: (\d+)$", text, re.MULTILINE)[1])
    assert size_mb == variant.download_mb


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_only_linux_with_cuda_pins_libraries_of_nvidia(variant):
    text = variant.lock_file.read_text(encoding="utf-8")
    assert ("nvidia-" in text) == (variant.name == "linux-cuda")
    local = {"linux-cpu": "+cpu", "windows-cuda": "+cu130"}.get(variant.name, "")
    assert f"\ntorch==2.13.0{local} \\\n" in text
    assert bool(variant.torch_index) == bool(local)


def test_uv_is_pinned_for_every_platform():
    assert len(set(re.findall(r"sha256:[0-9a-f]{64}", UV_LOCK.read_text()))) == 3
    tools = Path(__file__).resolve().parents[1] / "requirements-release.txt"
    version = re.search(r"^uv==(\S+)", UV_LOCK.read_text(), re.MULTILINE)[1]
    assert f"uv=={version}\n" in tools.read_text()


def test_there_is_one_lock_for_each_variant():
    names = {path.name for path in UV_LOCK.parent.iterdir()}
    assert names == {"uv.txt", "cluster.txt", *(variant.lock_file.name for variant in VARIANTS)}
