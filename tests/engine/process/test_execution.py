import errno

import numpy as np
import pytest
import torch
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.cleanup import clean_up, cleaned_up_by
from orthoscribe.engine.process.execution import conclude, failure_of
from orthoscribe.engine.protocol import Canceled, Finished, InputError, JobCanceled


def raising(error):
    def work():
        raise error

    return work


def test_work_that_returns_is_finished():
    assert isinstance(conclude(lambda: None, Cancellation()), Finished)


def test_work_is_not_begun_when_already_canceled():
    begun = []
    cancellation = Cancellation()
    cancellation.request()
    assert conclude(lambda: begun.append(1), cancellation) == Canceled()
    assert begun == []


def test_what_a_canceled_job_raises_is_a_consequence():
    cancellation = Cancellation()

    def work():
        cancellation.request()
        raise ValueError("a queue was closed under me")

    assert conclude(work, cancellation) == Canceled()


def test_work_that_finishes_although_canceled_is_finished():
    cancellation = Cancellation()
    assert isinstance(conclude(cancellation.request, cancellation), Finished)


def test_canceled_by_exception_is_canceled():
    assert conclude(raising(JobCanceled("stop")), Cancellation()) == Canceled()


@pytest.mark.parametrize(
    ("error", "reason", "word"),
    [
        (InputError("The image is not there."), "input", "not there"),
        (MemoryError(), "memory", "smaller tile"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate"), "memory", "graphics"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate"), "memory", "computer"),
        (RuntimeError("CUDA error: device-side assert triggered"), "device", "graphics card"),
        (OSError(errno.ENOSPC, "No space left on device"), "output", "full"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "a" * 300), "input", "too long"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), "input", "/x/y cannot be"),
        (OSError(errno.EBADF, "Bad file descriptor"), "bug", "OSError"),
        (ZeroDivisionError("division by zero"), "bug", "ZeroDivisionError: division by zero"),
        (KeyError(), "bug", "(KeyError)"),
    ],
)
def test_failure_has_a_reason_and_a_sentence(error, reason, word):
    failed = conclude(raising(error), Cancellation())
    assert failed.reason == reason
    assert word in failed.message
    assert failed.message.endswith(".")
    assert ("Traceback" in failed.detail) == (not isinstance(error, InputError))


def test_real_allocations_that_fail_are_recognized():
    for allocate in (lambda: np.empty(1 << 60, np.uint8), lambda: torch.empty(1 << 60)):
        with pytest.raises((MemoryError, RuntimeError)) as caught:
            allocate()
        assert failure_of(caught.value).reason == "memory"


def test_clean_up_runs_open_hooks_latest_first_whatever_they_raise(capsys):
    ran = []
    with cleaned_up_by(lambda: ran.append("first")):
        with cleaned_up_by(raising(OSError("gone"))), cleaned_up_by(lambda: ran.append("third")):
            clean_up()
        clean_up()
    clean_up()
    assert ran == ["third", "first", "first"]
    assert "gone" in capsys.readouterr().err
