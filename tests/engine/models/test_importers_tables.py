"""The tables: every spelling of every architecture comes home, and what does not fit is named."""

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.models.importers.conversion import make_model
from orthoscribe.engine.models.importers.table import ROLES
from orthoscribe.engine.models.importers.tables import TARGETS
from orthoscribe.engine.models.importers.weight_file import Weights
from orthoscribe.engine.protocol import CATALOG, ImportJob, ModelError, row_named

NARROW = {"width": "1/16"}
PAIRS = [
    (name, spelling)
    for name, target in TARGETS.items()
    for spelling in target.spellings
    if spelling.prepare is dict
]


def options_for(name, spelling, *, release):
    known = {option.name for option in row_named(name).options}
    implied = {key: value for key, value in spelling.options.items() if key in known}
    return {**implied, **(TARGETS[name].release if release else {}), **NARROW}


def file_of(network, target, spelling):
    """Return the tensors of a network under the names of a spelling."""
    modules = {each.rpartition(".")[0] for each in network}
    first = target.places[0][1]
    prefix = next(name[: -len(first)] for name in modules if f".{name}".endswith(f".{first}"))
    return {
        f"{spelling.names[part]}.{name.rpartition('.')[2]}": value
        for part, place in target.places
        if part in spelling.names
        for name, value in network.items()
        if name.rpartition(".")[0] == prefix + place and not name.endswith("tracked")
    }


def first_parts(target):
    return target.first or target.places[0][:1]


def job(name, tensors, **asked):
    asked = {"options": ("width=1/16",), **asked}
    return make_model(
        ImportJob("net.pth", name, "out", **asked), Weights("f", "torch", "", tensors)
    )


@pytest.mark.parametrize(
    ("name", "spelling"), PAIRS, ids=[f"{name}-{one.title}" for name, one in PAIRS]
)
def test_every_spelling_of_every_architecture_comes_home(name, spelling):
    torch.manual_seed(1)
    release = bool(TARGETS[name].release)
    options = options_for(name, spelling, release=release)
    roles = ROLES if "height" in spelling.inputs.roles else ROLES[:3]
    source = build(name, len(roles), 5, options).state_dict()
    for value in source.values():
        if value.is_floating_point():
            value.uniform_(0.5, 1.5)
    target = TARGETS[name].built(row_named(name).settled(options))
    tensors = file_of(source, target, spelling)
    model = job(name, tensors, release=release, roles=roles, classes=5)
    reached = {place: part for part, place in target.places if part in spelling.names}
    arrived = 0
    for ours, value in model.network.state_dict().items():
        layer, _, kind = ours.removeprefix("unary.").rpartition(".")
        if layer not in reached or kind == "num_batches_tracked":
            continue
        wanted = tensors[f"{spelling.names[reached[layer]]}.{kind}"]
        if kind == "weight" and reached[layer] in first_parts(target):  # channels change places
            assert torch.allclose(value.mean(dim=1), wanted.mean(dim=1)), ours
        else:
            assert torch.equal(value, wanted), ours
        arrived += 1
    assert arrived >= len(tensors)


@pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)
def test_rows_that_want_pretrained_weights_take_them(row):
    if not row.pretrained:
        return
    titles = " ".join(spelling.title for spelling in TARGETS[row.name].spellings)
    assert row.pretrained.split()[0] in titles


@pytest.mark.parametrize("name", TARGETS)
def test_released_builds_have_the_options_of_their_row(name):
    row_named(name).settled({**TARGETS[name].release, **NARROW})


@pytest.fixture(scope="module")
def vgg():
    network = build("fcn_32s", 3, 6, NARROW).state_dict()
    spelling = TARGETS["fcn_32s"].spellings[0]
    return {
        name: value
        for name, value in file_of(network, TARGETS["fcn_32s"], spelling).items()
        if not name.startswith("score")
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"features.5.weight": torch.zeros(9, 4, 3, 3), "features.28.bias": torch.zeros(1)},
            r"'features.5.weight' has shape \(9, 4, 3, 3\) in the file, but \(8, 4, 3, 3\) in "
            r"'features.trunk.stages.1.0'",
        ),
        ({"features.0.weight": torch.zeros(4, 5, 3, 3)}, r"'features.0.weight' .* \(4, 5, 3, 3\)"),
        ({"classifier.0.weight": torch.zeros(256, 99)}, r"'classifier.0.weight' .* \(256, 99\)"),
        ({"features.10.weight": None, "features.10.bias": None}, "lacks the layer 'features.10'"),
        ({"features.7.bias": None}, "lacks 'features.7.bias'"),
        ({"features.7.scale": torch.ones(1)}, "'features.7.scale' of the file has no counterpart"),
        ({"features.30.weight": torch.ones(1)}, "'features.30.weight' of the file is not part of"),
        ({"alone": torch.ones(1)}, "is not part of VGG-16"),
    ],
)
def test_the_first_tensor_that_does_not_fit_is_named(vgg, change, words):
    tensors = {**vgg, **change}
    tensors = {name: value for name, value in tensors.items() if value is not None}
    with pytest.raises(ModelError, match=words):
        job("fcn_32s", tensors)


def test_files_of_other_networks_are_refused_with_those_that_fit(vgg):
    with pytest.raises(ModelError, match=r"'features.0.weight' is its first tensor.*ResNet-50"):
        job("resnet50_32x", vgg)


def test_architectures_without_weights_of_others_say_so(vgg):
    with pytest.raises(ModelError, match="'frrn_a', which is trained from scratch: choose one of"):
        job("frrn_a", vgg)


def test_weights_that_are_no_numbers_are_refused_when_saved(vgg, tmp_path):
    from orthoscribe.engine.models.bundle import save_bundle

    model = job("fcn_32s", {**vgg, "features.0.bias": torch.full((4,), torch.nan)})
    with pytest.raises(ModelError, match="NaN or infinite"):
        save_bundle(tmp_path, model.card, model.network)


def test_legends_have_as_many_classes_as_the_file_scores(vgg):
    assert len(job("fcn_32s", vgg).card.legend) == 6
    assert len(job("fcn_32s", vgg, classes=3).card.legend) == 3
    scored = {"score_fr.weight": torch.zeros(40, 256, 1, 1), "score_fr.bias": torch.zeros(40)}
    caffe = TARGETS["fcn_32s"].spellings[1]
    torchvision = TARGETS["fcn_32s"].spellings[0]
    names = {torchvision.names[part]: name for part, name in caffe.names.items()}
    renamed = {
        f"{names[name.rpartition('.')[0]]}.{name.rpartition('.')[2]}": value
        for name, value in vgg.items()
    }
    legend = job("fcn_32s", {**renamed, **scored}).card.legend
    assert legend.codes == tuple(range(1, 41))
    assert len({each.color for each in legend.classes}) == 40
