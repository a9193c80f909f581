# SPDX-License-Identifier: GPL-2.0-or-later
"""An object that answers every call, and classes that can be inherited from."""


class StandInType(type):
    """Class whose unknown attributes are stand-ins too: enums, flags, constants."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{cls.__name__}.{name}")


class StandIn(metaclass=StandInType):
    """Object that returns a stand-in for every attribute and call; it is empty and false."""

    def __init__(self, *_args, **_kwargs):
        self._values = {}

    def __getattr__(self, name):
        if name.startswith("__") or name == "_values":
            raise AttributeError(name)
        return self._values.setdefault(name, StandIn(name))

    def __call__(self, *_args, **_kwargs):
        return StandIn("result")

    def __bool__(self):
        return False

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __contains__(self, _):
        return False

    def __getitem__(self, _):
        return StandIn("item")

    def __int__(self):
        return 0

    def __index__(self):
        return 0

    def __float__(self):
        return 0.0

    def __str__(self):
        return ""

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other

    def __or__(self, _):
        return self

    __ror__ = __and__ = __rand__ = __or__

    def __lt__(self, _):
        return False

    __gt__ = __le__ = __ge__ = __lt__
