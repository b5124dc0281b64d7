"""The secret question: the closed list, and what an answer must be (docs/rules.md §7.3)."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

QUESTIONS: Final = (
    "word",
    "book",
    "lesson",
    "place",
    "object",
    "dish",
    "song",
    "gift",
    "nickname",
    "wish",
)
"""What is stored of a question; its text is `accounts-question-<name>`."""

_SHORTEST = 4
_LONGEST = 200


class AnswerProblem(StrEnum):
    """Why an answer is refused."""

    SHORT = "short"
    OBVIOUS = "obvious"
    TOO_LONG = "too_long"


class AnswerRefused(ValueError):
    """The answer does not follow the rule; carries the `code` and never the answer."""

    def __init__(self, code: AnswerProblem) -> None:
        super().__init__(code.value)
        self.code = code


def fold(answer: str) -> str:
    """The answer as it is compared: NFKC, lower case, no accent or punctuation, single spaces."""
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", answer).casefold())
    kept = (character if character.isalnum() else " " for character in opened if not unicodedata.combining(character))
    return " ".join("".join(kept).split())


def check(answer: str, *, forbidden: Iterable[str] = ()) -> None:
    """Return if `answer` may be kept, else raise `AnswerRefused`.

    `forbidden`: the question's text, the address, the password, names; the answer may be none of them.
    """
    if len(answer) > _LONGEST:
        raise AnswerRefused(AnswerProblem.TOO_LONG)
    folded = fold(answer)
    letters = folded.replace(" ", "")
    if len(letters) < _SHORTEST:
        raise AnswerRefused(AnswerProblem.SHORT)
    parts = {fold(part) for text in forbidden for part in (text, text.partition("@")[0])}
    if len(set(letters)) == 1 or letters in {part.replace(" ", "") for part in parts}:
        raise AnswerRefused(AnswerProblem.OBVIOUS)
