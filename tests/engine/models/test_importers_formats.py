"""Files of weights: what is in them comes out, and hostile ones end in one sentence."""

import os
import random
import time
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from orthoscribe.engine.models.importers import limits, weight_file
from orthoscribe.engine.models.importers.weight_file import read_weights
from orthoscribe.engine.protocol import ModelError
from orthoscribe.tests.caffe_files import (
    blob,
    caffemodel,
    content,
    layer,
    legacy_blob,
    number,
    v1_layer,
    varint,
)

WEIGHT = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2)
BIAS = np.array([0.5, -1.5], np.float32)
DENSE = np.arange(12, dtype=np.float32).reshape(3, 4)


def written(tmp_path, data, name="net.caffemodel"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def tensors_of(tmp_path, data):
    return read_weights(written(tmp_path, data)).tensors


def refusal_of(path):
    with pytest.raises(ModelError) as refusal:
        read_weights(path)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# Caffe


@pytest.mark.parametrize(
    "encoded",
    [
        layer("conv", [blob(WEIGHT), blob(BIAS)]),
        layer("conv", [blob(WEIGHT, double=True), blob(BIAS, double=True)]),
        layer("conv", [legacy_blob(WEIGHT), legacy_blob(BIAS)]),
        v1_layer("conv", [legacy_blob(WEIGHT), legacy_blob(BIAS)]),
        v1_layer("conv", [legacy_blob(WEIGHT, packed=False), legacy_blob(BIAS, packed=False)]),
        v1_layer("conv", [blob(WEIGHT), blob(BIAS)]),
    ],
    ids=["today", "doubles", "former-shapes", "former-layers", "single-floats", "mixed"],
)
def test_caffe_layers_of_every_kind_are_read(tmp_path, encoded):
    tensors = tensors_of(tmp_path, content(1, b"net") + encoded)
    assert list(tensors) == ["conv.weight", "conv.bias"]
    assert torch.equal(tensors["conv.weight"], torch.from_numpy(WEIGHT))
    assert torch.equal(tensors["conv.bias"], torch.from_numpy(BIAS))


def test_caffe_dense_layers_keep_two_dimensions(tmp_path):
    tensors = tensors_of(tmp_path, v1_layer("fc6", [legacy_blob(DENSE)]))
    assert torch.equal(tensors["fc6.weight"], torch.from_numpy(DENSE))


def test_caffe_averages_are_divided_by_their_weight(tmp_path):
    mean, variance, weight = np.ones(2), np.array([4.0, 8.0]), np.array([2.0])
    tensors = tensors_of(tmp_path, caffemodel({"bn": (mean, variance, weight)}))
    assert tensors["bn.running_mean"].tolist() == [0.5, 0.5]
    assert tensors["bn.running_var"].tolist() == [2.0, 4.0]


def test_caffe_averages_that_nobody_took_are_zero(tmp_path):
    tensors = tensors_of(tmp_path, caffemodel({"bn": (np.ones(2), np.ones(2), np.zeros(1))}))
    assert tensors["bn.running_var"].tolist() == [0.0, 0.0]


def test_caffe_fields_and_layers_without_weights_are_skipped(tmp_path):
    strange = varint(77 << 3 | 1) + bytes(8) + varint(78 << 3 | 5) + bytes(4) + number(79, 2**63)
    data = strange + layer("relu", [], b"ReLU") + layer("conv", [blob(BIAS)])
    assert list(tensors_of(tmp_path, data)) == ["conv.weight"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (layer("conv", [blob(WEIGHT, shape=(1 << 40, 1 << 20))]), "with 24 values"),
        (layer("conv", [blob(WEIGHT, shape=(2, 3))]), "with 24 values"),
        (layer("conv", [blob(WEIGHT, shape=(1,) * 50)]), "with 24 values"),
        (layer("conv", [content(5, b"123")]), "within a number"),
        (varint(100 << 3 | 2) + varint(1 << 60) + b"x", "fewer remain"),
        (content(100, content(7, content(5, b""))[:-1] + b"\xff"), "is not terminated"),
        (b"\xff" * 20, "is not terminated"),
        (varint(100 << 3 | 3), "wire type 3"),
        (varint(2), "number 0"),
        (layer("a", [blob(BIAS)]) * 2, "two layers have the name 'a'"),
        (layer("a", [blob(BIAS)] * 3), "3 blobs"),
        (layer("a", [blob(BIAS)] * 2, b"BatchNorm"), "does not have three blobs"),
        (layer("relu", []), "none of its layers has weights"),
        (b"no protocol buffer at all", "cannot be read as Caffe"),
    ],
)
def test_hostile_caffe_files_are_refused_in_one_sentence(tmp_path, data, words):
    assert words in refusal_of(written(tmp_path, data))


def test_caffe_files_cut_short_anywhere_are_refused(tmp_path):
    data = caffemodel({"conv": (WEIGHT, BIAS), "bn": (BIAS, BIAS, np.ones(1))})
    starts = [data.index(b"\xa2\x06", 1), len(data)]  # of the layers, where a cut is no damage
    for end in range(len(data)):
        if end not in starts and data[end:].find(b"\xa2\x06") != 0:
            refusal_of(written(tmp_path, data[:end]))


def test_noise_ends_in_a_sentence(tmp_path):
    noise = random.Random(3)
    whole = caffemodel({"conv": (WEIGHT, BIAS)})
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(noise.randrange(1, 6)):
            damaged[noise.randrange(len(damaged))] = noise.randrange(256)
        try:
            read_weights(written(tmp_path, bytes(damaged)))
        except ModelError:
            continue


# safetensors


def test_safetensors_come_back_as_floats(tmp_path):
    path = tmp_path / "net.bin"  # the name does not matter
    safetensors.torch.save_file(
        {"a.weight": torch.ones(2, dtype=torch.float16), "a.num_batches_tracked": torch.tensor(3)},
        path,
    )
    weights = read_weights(path)
    assert weights.format == "safetensors"
    assert weights.tensors["a.weight"].dtype == torch.float32
    assert list(weights.tensors) == ["a.weight"]


@pytest.mark.parametrize("cut", [9, 20, -1])
def test_damaged_safetensors_are_refused(tmp_path, cut):
    data = safetensors.torch.save({"a.weight": torch.ones(4)})
    assert "safetensors" in refusal_of(written(tmp_path, data[:cut]))


def test_tensors_that_are_no_plain_numbers_are_refused(tmp_path):
    data = safetensors.torch.save({"a.weight": torch.ones(4, dtype=torch.int64)})
    assert "'a.weight' is torch.int64" in refusal_of(written(tmp_path, data))


# torch


@pytest.mark.parametrize("is_zip", [True, False])
@pytest.mark.parametrize("wrap", [lambda state: state, lambda state: {"state_dict": state}])
def test_pth_comes_back(tmp_path, wrap, is_zip):
    path = tmp_path / "net.pth"
    state = {"a.weight": torch.arange(3.0), "a.num_batches_tracked": torch.tensor(3)}
    torch.save(wrap(state), path, _use_new_zipfile_serialization=is_zip)
    weights = read_weights(path)
    assert weights.format == "torch"
    assert weights.tensors["a.weight"].tolist() == [0.0, 1.0, 2.0]
    assert "can contain code" in weights.caution


class Evil:
    def __init__(self, victim):
        self.victim = victim

    def __reduce__(self):
        return os.mkdir, (self.victim,)


@pytest.mark.parametrize("is_zip", [True, False])
def test_pth_with_a_program_is_refused_and_not_run(tmp_path, is_zip):
    path = tmp_path / "net.pth"
    victim = tmp_path / "owned"
    torch.save({"a": Evil(str(victim))}, path, _use_new_zipfile_serialization=is_zip)
    assert "could run code" in refusal_of(path)
    assert not victim.exists()


@pytest.mark.parametrize("cut", [5, 100, -1])
def test_damaged_pth_is_refused(tmp_path, cut):
    path = tmp_path / "net.pth"
    torch.save({"a.weight": torch.arange(3.0)}, path)
    assert "torch" in refusal_of(written(tmp_path, path.read_bytes()[:cut]))


def test_pth_without_tensors_by_name_is_refused(tmp_path):
    path = tmp_path / "net.pth"
    torch.save([torch.ones(2)], path)
    assert "no named tensors" in refusal_of(path)


def test_archives_that_unpack_to_more_than_their_size_are_refused(tmp_path):
    path = tmp_path / "bomb.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", bytes(100_000))
    assert path.stat().st_size < 1000
    assert "uncompressed size" in refusal_of(path)


def test_tensors_that_repeat_one_number_are_refused_by_their_size(tmp_path):
    path = tmp_path / "net.pth"
    torch.save({"a.weight": torch.ones(1).expand(1 << 20, 1 << 20)}, path)
    assert path.stat().st_size < 2000
    assert "more values than the file" in refusal_of(path)


def test_tensors_without_memory_are_refused(tmp_path):
    path = tmp_path / "net.pth"
    torch.save({"a.weight": torch.empty(1 << 40, device="meta")}, path)
    refusal_of(path)


@pytest.mark.parametrize("seed", range(20))
def test_pth_with_a_damaged_directory_is_refused(tmp_path, seed):
    path = tmp_path / "net.pth"
    torch.save({"a.weight": torch.arange(30.0)}, path)
    data, chance = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(8):
        data[-chance.randrange(1, 300)] = chance.randrange(256)
    refusal_of(written(tmp_path, bytes(data)))


# time and memory


SINGLE = varint(5 << 3 | 5) + b"\0\0\0?"
HEAVY = {
    "single floats": v1_layer(
        "a", [content(7, content(1, varint(1_000_000))) + SINGLE * 1_000_000]
    ),
    "empty layers": content(100, b"") * 1_000_000,
    "numbers": layer("a", [number(9, 1) * 1_000_000]),
    "shape": layer("a", [content(7, content(1, b"\1" * 5_000_000))]),
}


@pytest.mark.parametrize("kind", HEAVY)
def test_caffe_files_take_time_in_proportion_to_their_size(tmp_path, kind):
    path = written(tmp_path, HEAVY[kind])
    start_s = time.process_time()
    if kind == "single floats":
        assert read_weights(path).tensors["a.weight"].tolist() == [0.5] * 1_000_000
    else:
        refusal_of(path)
    assert time.process_time() - start_s < 3


def test_safetensors_whose_header_begins_like_a_pickle_are_read(tmp_path):
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file({"a.weight": torch.arange(6.0), "b.weight": torch.ones(3)}, path)
    assert path.read_bytes()[:2] == b"\x80\0"
    assert read_weights(path).format == "safetensors"


def test_safetensors_are_held_in_memory_once(tmp_path):
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file({"a.weight": torch.arange(6.0), "b.weight": torch.ones(3)}, path)
    tensors = read_weights(path).tensors
    assert tensors["a.weight"].tolist() == [0, 1, 2, 3, 4, 5]
    storages = {tensor.untyped_storage().data_ptr() for tensor in tensors.values()}
    assert len(storages) == 1


def test_devices_and_folders_are_not_read(tmp_path):
    (tmp_path / "device.safetensors").symlink_to("/dev/zero")
    assert "no plain file" in refusal_of(tmp_path / "device.safetensors")
    os.mkfifo(tmp_path / "fifo.pth")
    assert "no plain file" in refusal_of(tmp_path / "fifo.pth")


# any file


def test_files_that_cannot_be_weights_are_refused(tmp_path, monkeypatch):
    assert "cannot be read (" in refusal_of(tmp_path / "missing.pth")
    assert "HDF5" in refusal_of(written(tmp_path, b"\x89HDF\r\n\x1a\n"))
    assert "none of its layers has weights" in refusal_of(written(tmp_path, b""))
    monkeypatch.setattr(weight_file, "LARGEST_FILE_BYTES", 10)
    assert "more than any weight file" in refusal_of(written(tmp_path, bytes(11)))
    assert limits.LARGEST_FILE_BYTES > 600_000_000  # VGG-16
