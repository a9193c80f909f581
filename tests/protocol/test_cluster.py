"""Where parts run: processes of this computer, or a scheduler, and nothing else."""

import pytest
from orthoscribe.engine.protocol import ClusterAddress, JobError, LabelJob, parse_cluster


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("local:1", ClusterAddress(1, "")),
        ("local:256", ClusterAddress(256, "")),
        ("tcp://host.name-1:8786", ClusterAddress(0, "tcp://host.name-1:8786")),
        ("tls://10.0.0.5:1", ClusterAddress(0, "tls://10.0.0.5:1")),
        ("tcp://[fe80::1]:8786", ClusterAddress(0, "tcp://[fe80::1]:8786")),
        ("", None),
    ],
)
def test_addresses_are_read(text, expected):
    assert parse_cluster(text) == expected


@pytest.mark.parametrize(
    "text",
    ["local", "local:0", "local:257", "local:-1", "tcp://host", "http://host:80", "host:8786",
     "tcp://host:8786/path", "tcp://a b:1"],
)  # fmt: skip
def test_others_are_refused_when_the_job_is_made(text):
    with pytest.raises(JobError, match="local:N"):
        LabelJob(image="a.tif", output="out", cluster=text)
