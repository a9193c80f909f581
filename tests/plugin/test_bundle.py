# SPDX-License-Identifier: GPL-2.0-or-later
"""A file that is offered as a bundle is not trusted."""

import json
import zipfile

import pytest
from orthoscribe.plugin.engine_client.bundle import open_bundle, unpack_bundle
from orthoscribe.plugin.engine_client.environment import lock_hash
from orthoscribe.plugin.engine_client.install_error import InstallError
from orthoscribe.plugin.engine_client.variants import find_variant

LINUX = find_variant("linux", "cpu")
MANIFEST = {
    "format": 1,
    "variant": "linux-cpu",
    "python": "3.12.16",
    "lock": lock_hash(LINUX.lock_file),
}
WHEEL = "wheels/affine-3.0.1-py3-none-any.whl"


@pytest.fixture
def write(tmp_path):
    """Return a function from files and changes of the manifest to a zip."""

    def make(files=(WHEEL,), manifest=MANIFEST, **changes):
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w") as archive:
            content = manifest if isinstance(manifest, str) else json.dumps({**manifest, **changes})
            archive.writestr("bundle.json", content)
            for name in files:
                archive.writestr(name, b"x" * 1000)
        return path

    return make


def test_bundle_is_opened_and_unpacked(write, tmp_path):
    bundle = open_bundle(write(), "linux")
    assert (bundle.variant, bundle.python) == (LINUX, "3.12.16")
    assert unpack_bundle(bundle, tmp_path / "out", lambda: False)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert [str(path.relative_to(tmp_path / "out")) for path in files] == [WHEEL]


def test_unpacking_can_be_canceled(write, tmp_path):
    assert not unpack_bundle(open_bundle(write(), "linux"), tmp_path / "out", lambda: True)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"\0" * 5000])
def test_other_file_is_a_sentence(tmp_path, content):
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    with pytest.raises(InstallError, match="not a bundle of the engine"):
        open_bundle(path, "linux")


def test_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(InstallError, match="cannot be read"):
        open_bundle(tmp_path / "bundle.zip", "linux")


@pytest.mark.parametrize(
    "manifest",
    [*("", "{}", "[]", "5", "null", "[" * 9000), '{"variant": {}}', '{"variant": "linux-rocm"}'],
)
def test_odd_manifest_is_a_sentence(write, manifest):
    with pytest.raises(InstallError, match="not a bundle of the engine"):
        open_bundle(write(manifest=manifest), "linux")


@pytest.mark.parametrize(
    "name",
    [
        *("../evil.whl", "wheels/../../evil.whl", "/etc/passwd", "C:\\evil.whl", "wheels\\x.whl"),
        *("scripts/x.whl", "wheels/sub/x.whl", "wheels/.hidden", "wheels/", "x.whl"),
    ],
)
def test_file_outside_of_the_folders_is_refused(write, name):
    with pytest.raises(InstallError, match="files that are not of a bundle"):
        open_bundle(write(files=(name,)), "linux")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_the_same_name_are_refused(write):
    with pytest.raises(InstallError, match="files that are not of a bundle"):
        open_bundle(write(files=(WHEEL, WHEEL)), "linux")


def test_too_many_files_are_refused(write):
    with pytest.raises(InstallError, match="files that are not of a bundle"):
        open_bundle(write(files=[f"wheels/{number}.whl" for number in range(300)]), "linux")


def test_bundle_of_another_platform_is_refused(write):
    with pytest.raises(InstallError, match="is for linux, but this is windows"):
        open_bundle(write(), "windows")


@pytest.mark.parametrize("changes", [{"lock": "0" * 12}, {"python": "3.8.1"}, {"format": 2}])
def test_bundle_of_another_version_is_refused(write, changes):
    with pytest.raises(InstallError, match="another version of Orthoscribe"):
        open_bundle(write(**changes), "linux")


def test_damaged_bundle_is_a_sentence(write, tmp_path):
    path = write()
    content = bytearray(path.read_bytes())
    content[content.index(b"x" * 50) + 10] ^= 1
    path.write_bytes(content)
    with pytest.raises(InstallError, match="damaged"):
        unpack_bundle(open_bundle(path, "linux"), tmp_path / "out", lambda: False)
