"""Random damage to JSON and to bytes."""

import json
import random
from copy import deepcopy

RAW = "@raw@"  # a text that begins with it is written as it is, not as JSON
ODD = (
    None, True, False, 0, -1, 1, 2**31, -(2**63), 1e-320, 1e308, -0.0, 0.5, "", " ", "a", "\0",
    "\ud800", "../../etc/passwd", "~nobody/x.tif", "/dev/zero", "/", "a" * 300, "a\nb", "<b>&amp;",
    [], {}, [1], [None, None], [1, 2, 3, 4], {"a": 1}, [[1, 2], [3]], 1e30, "nan", "-", "\u202e",
    f"{RAW}NaN", f"{RAW}Infinity", f"{RAW}-Infinity", f"{RAW}1e999", f"{RAW}1{'0' * 400}",
    f"{RAW}{'7' * 5000}", f"{RAW}{'[' * 2000}", f"{RAW}{'[' * 2000}{']' * 2000}",
)  # fmt: skip


def damaged_json(value, chance):
    """Return the text of a JSON value with one to three changes.

    Args:
        value: plain value, which is copied.
        chance: random numbers.
    """
    value = json.loads(json.dumps(value))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        value = _changed(value, chance)
    text = _written(value)
    if chance.random() < 0.1:
        return damaged(text.encode(), chance).decode("utf-8", "replace")
    return text


def damaged(content, chance):
    """Return bytes that are cut, flipped, repeated or inserted somewhere."""
    content = bytearray(content)
    if not content:
        return bytes(content)
    at = chance.randrange(len(content))
    if chance.random() < 0.5:  # headers are damaged more often than their share
        at = chance.randrange(min(len(content), 400))
    kind = chance.randrange(5)
    if kind == 0:
        del content[at:]
    elif kind == 1:
        for _ in range(chance.choice((1, 3, 20))):
            content[min(len(content) - 1, at + chance.randrange(30))] = chance.randrange(256)
    elif kind == 2:
        content[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"))
    elif kind == 3:
        content[at:at] = chance.randbytes(chance.choice((1, 8, 100)))
    else:
        content[-1 - at % min(len(content), 400)] ^= 1 << chance.randrange(8)
    return bytes(content)


def _changed(value, chance):
    places = list(_places(value))
    if not places or chance.random() < 0.01:
        return deepcopy(chance.choice(ODD))
    parent, key = chance.choice(places)
    kind = chance.random()
    if kind < 0.1:
        del parent[key]
    elif kind < 0.15 and isinstance(parent, dict):
        parent[f"{key}x"] = parent.pop(key)
    elif kind < 0.2 and isinstance(parent, list):
        parent.append(deepcopy(parent[key]))
    elif kind < 0.35 and isinstance(parent[key], int | float):
        parent[key] = parent[key] * chance.choice((-1, 0, 1e-9, 1e9, 1e40))
    else:
        parent[key] = deepcopy(chance.choice(ODD))
    return value


def _places(value):
    """Yield (container, key) of everything in a value."""
    if not isinstance(value, dict | list):
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        yield from _places(inner)


def _written(value):
    if isinstance(value, dict):
        inner = ",".join(f"{json.dumps(str(key))}:{_written(each)}" for key, each in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, str) and value.startswith(RAW):
        return value[len(RAW) :]
    return json.dumps(value)


def generator(*names):
    """Return random numbers for a case, the same in every run."""
    return random.Random("-".join(map(str, names)))
