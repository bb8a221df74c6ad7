"""How an evaluation came out: by ability and language, kept as JSON, compared with an earlier one."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import CaseError
from prompts import LANGUAGES

VERSION = 1


class Outcome(BaseModel):
    """One question's outcome. `asked` are those of its conversation up to it; without `problems` it is right."""

    model_config = ConfigDict(frozen=True)

    case: str
    asked: tuple[str, ...]
    employee: str
    language: str
    ability: str
    unseen: bool
    problems: tuple[str, ...]
    elapsed_ms: int
    model_calls: int

    @property
    def right(self) -> bool:
        return not self.problems

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it the same question in another run."""
        return self.employee, self.language, self.asked


class Report(BaseModel):
    """All outcomes of one evaluation."""

    model_config = ConfigDict(frozen=True)

    version: int
    engine: str
    outcomes: tuple[Outcome, ...]

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], engine: str) -> "Report":
        return cls(version=VERSION, engine=engine, outcomes=tuple(outcomes))

    @classmethod
    def read(cls, path: Path) -> "Report":
        """Raises CaseError for a file that is no report of this version."""
        try:
            report = cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise CaseError(file=str(path), reason=error.strerror or "it cannot be read") from error
        except ValidationError as error:
            raise CaseError(file=str(path), reason="no report of an evaluation") from error
        if report.version != VERSION:
            raise CaseError(file=str(path), reason=f"a report of version {report.version}, not {VERSION}")
        return report

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.right)

    def share(self, language: str | None = None, *, unseen: bool | None = None) -> float:
        """The share of conversations of which every answer is right; 1 where there are none."""
        cases = self._cases(language, unseen)
        return sum(cases.values()) / len(cases) if cases else 1.0

    def lines(self) -> Iterator[str]:
        """The table, and below it what went wrong."""
        yield f"{'ability':22}" + "".join(f"{language:>10}" for language in LANGUAGES) + f"{'all':>10}{'ms':>7}"
        for ability in sorted({outcome.ability for outcome in self.outcomes}):
            yield self._line(ability, [outcome for outcome in self.outcomes if outcome.ability == ability])
        yield self._line("questions", self.outcomes)
        yield self._cases_line("conversations", None)
        if any(outcome.unseen for outcome in self.outcomes):
            yield self._cases_line("  of them unseen", True)
        calls = sum(outcome.model_calls for outcome in self.outcomes)
        yield f"engine {self.engine}" + (f", {calls:,} calls of a model" if calls else "")
        for outcome in self.wrong:
            yield f"wrong: {outcome.language} {outcome.ability}: {outcome.asked[-1]}"
            yield from (f"    {problem}" for problem in outcome.problems)

    def changes(self, before: "Report") -> Iterator[str]:
        """What came out otherwise than in an earlier run."""
        earlier = {outcome.key: outcome for outcome in before.outcomes}
        both = [(outcome, earlier[outcome.key]) for outcome in self.outcomes if outcome.key in earlier]
        mended = [now for now, was in both if now.right and not was.right]
        broken = [now for now, was in both if was.right and not now.right]
        new, gone = len(self.outcomes) - len(both), len(earlier) - len(both)
        yield f"against the run before: {len(mended)} mended, {len(broken)} broken, {new} new, {gone} gone"
        for word, outcomes in (("mended", mended), ("broken", broken)):
            yield from (f"{word}: {one.language} {one.ability}: {one.asked[-1]}" for one in outcomes)
        for language in LANGUAGES:
            yield f"{language}: {before.share(language):.1%} -> {self.share(language):.1%} of conversations"

    def _cases(self, language: str | None, unseen: bool | None) -> dict[str, bool]:
        cases: dict[str, bool] = {}
        for outcome in self.outcomes:
            if language in (None, outcome.language) and unseen in (None, outcome.unseen):
                cases[outcome.case] = cases.get(outcome.case, True) and outcome.right
        return cases

    def _line(self, name: str, outcomes: Sequence[Outcome]) -> str:
        cells = [_counted(one.right for one in outcomes if one.language == language) for language in LANGUAGES]
        answered = [outcome.elapsed_ms for outcome in outcomes]
        return (
            f"{name:22}"
            + "".join(f"{cell:>10}" for cell in [*cells, _counted(o.right for o in outcomes)])
            + (f"{median(answered):7.0f}")
        )

    def _cases_line(self, name: str, unseen: bool | None) -> str:
        cells = [_counted(self._cases(language, unseen).values()) for language in (*LANGUAGES, None)]
        return f"{name:22}" + "".join(f"{cell:>10}" for cell in cells)


def _counted(right: Iterable[bool]) -> str:
    each = list(right)
    return f"{sum(each)}/{len(each)}" if each else "-"
