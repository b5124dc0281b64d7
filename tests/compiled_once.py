"""An application for each test, at a tenth of its price: what is compiled for one of them serves the others."""

from collections.abc import Callable
from types import CodeType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class _Rule(Rule):
    """Werkzeug compiles two functions for each rule of each application; they depend on what is written in it alone."""

    _compiled: ClassVar[dict[object, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, self.subdomain, self.host, repr(self.defaults), append_unknown)
        if key not in self._compiled:
            self._compiled[key] = super()._compile_builder(append_unknown)
        return self._compiled[key]


class _Templates(BytecodeCache):
    """The code of templates, in memory."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja's: the code of this version of a template, where it is there."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja's."""
        assert bucket.code
        self._code[bucket.key, bucket.checksum] = bucket.code


def install() -> None:
    """For every application of this process from now on."""
    options: dict[str, Any] = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    Flask.url_rule_class = _Rule
    Flask.jinja_options = options
