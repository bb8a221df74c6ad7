"""A sample of the evaluation's cases, and when an answer to one of them is right."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer import Answer
from assistant.evaluation.case import NOTHING, SHIPPED, Expected, read_cases
from assistant.evaluation.truth import Truth
from assistant.evaluation.verdict import problems
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.sentences import Sentences
from assistant.grounding.verification import Verifier


@dataclass(frozen=True)
class Question:
    """One question of one employee, and what its answer must rest on."""

    employee: str
    language: str
    ask: str
    expected: Expected


@dataclass
class Turn:
    """What an engine made of a question. Times are wall seconds; `first_s` is when the asker reads the first word.

    `wrong` says what the answer does not rest on, `invented` which figures, days and names the model's own words hold
    without a source, `unseen` which expected figures the asker does not get to see.
    """

    question: Question
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_s: float = 0.0
    end_s: float = 0.0
    wrong: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    phrased: bool = False

    @property
    def right(self) -> bool:
        return not self.wrong and not self.invented


def sample(each: int) -> list[Question]:
    """So many first questions in each language, evenly spread over the cases, of those that name figures."""
    chosen = []
    for language in ("en", "zh", "es"):
        fitting = [
            Question(case.employee, language, case.turns[0].ask, case.turns[0])
            for case in read_cases(SHIPPED / "demo.yaml").cases
            if case.language == language and case.turns[0].facts and case.turns[0].ability != NOTHING
        ]
        step = len(fitting) / min(each, len(fitting))
        chosen += [fitting[int(number * step)] for number in range(min(each, len(fitting)))]
    return chosen


def judge(turn: Turn, answer: Answer, words: Sequence[str], ledger: Ledger, known: KnownNames, truth: Truth) -> None:
    """Fills in what is wrong. `words` is what the model itself has written."""
    turn.wrong = problems(answer, turn.question.expected, turn.question.language, truth)
    verifier = Verifier(ledger, known, turn.question.ask)
    for text in words:
        sentences = Sentences()
        for sentence in [*sentences.feed(text), *sentences.rest()]:
            turn.invented += [unsupported.written for unsupported in verifier.check(sentence).unsupported]
    seen = _bare(answer.answer)
    for measure in turn.question.expected.facts:
        facts = [fact for fact in answer.facts if fact.measure == measure]
        if not any(_bare(fact.text) in seen for fact in facts):
            turn.unseen.append(measure)


def _bare(text: str) -> str:
    return text.replace("\\", "").replace("\xa0", " ").replace(" ", "")
