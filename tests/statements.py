"""What the plain statements of a thread are, on either engine."""

from collections.abc import Callable
from typing import Any

from idp.core.db import Statements


def watch(sql: Statements, seen: list[str]) -> Callable[[], None]:
    """Note the first word of each statement from now on; what is returned ends that."""
    real = type(sql)._execute

    def execute(self: Any, text: str, parameters: Any) -> Any:
        seen.append(text.split()[0])
        return real(self, text, parameters)

    type(sql)._execute = execute  # type: ignore[method-assign, attr-defined]

    def end() -> None:
        type(sql)._execute = real  # type: ignore[method-assign, attr-defined]

    return end
