"""The secret question: its list and what an answer must be."""

import pytest

from idp.accounts.secret_question import QUESTIONS, AnswerProblem, AnswerRefused, check
from idp.web.i18n import LOCALES, translate


def refusal(answer: str, *forbidden: str) -> AnswerProblem | None:
    try:
        check(answer, forbidden=forbidden)
    except AnswerRefused as refused:
        return refused.code
    return None


def test_there_are_eight_questions_or_more_in_each_language() -> None:
    assert len(set(QUESTIONS)) >= 8
    for locale in LOCALES:
        for name in QUESTIONS:
            assert translate(locale, f"accounts-question-{name}", strict=True)


@pytest.mark.parametrize("answer", ["", "abc", " a-b-c ", "é.è", "!!!!!!!!"])
def test_fewer_than_four_letters_are_too_few(answer: str) -> None:
    assert refusal(answer) is AnswerProblem.SHORT


@pytest.mark.parametrize(
    "answer", ["aaaa", "ZZZZ zzz", "Jeanne.Factice", "jeanne factice@domaine.test", "mon mot de passe"]
)
def test_what_is_known_or_empty_of_sense_is_refused(answer: str) -> None:
    assert refusal(answer, "jeanne.factice@domaine.test", "Mon mot de passe !") is AnswerProblem.OBVIOUS


def test_a_very_long_answer_is_refused() -> None:
    assert refusal("mot " * 100) is AnswerProblem.TOO_LONG


@pytest.mark.parametrize("answer", ["Le Chat botté", "rue 42", "été 1987"])
def test_an_answer_of_ones_own_is_taken(answer: str) -> None:
    assert refusal(answer, "jeanne.factice@domaine.test") is None
