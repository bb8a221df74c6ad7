"""The rules by which records are linked, as versioned data: `rules.yaml`.

They say which pairs are looked at, how each field is compared, what each finding weighs (splink's m and u), what can
never be the same customer, and from which weight on a pair is the same or perhaps the same.
"""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

SHIPPED = Path(__file__).parent / "rules.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(_Part):
    """One finding on a field: `when` it holds (SQL over `column_l` and `column_r`; none: whenever nothing before it
    does), its share `m` among pairs of one customer and `u` among pairs of two. `rarity`: a column whose frequency
    takes the place of `u`. A level without m and u weighs nothing."""

    level: str
    when: str = "else"
    m: float | None = Field(default=None, gt=0, lt=1)
    u: float | None = Field(default=None, gt=0, lt=1)
    rarity: str | None = None
    rarity_share: float = Field(default=1.0, ge=0, le=1)


class FieldRule(_Part):
    """How one field is compared; the first level that holds counts."""

    field: str
    levels: list[Level]


class Block(_Part):
    """Records with the same `key` (SQL over the features) are looked at, unless more than `at_most` have it."""

    key: str
    at_most: int = Field(gt=1)


class KindRules(_Part):
    """The rules for persons, or for companies and public bodies.

    `partners`: how many other records of the same customer a record has on average. `never_same` and `proof` are SQL
    over the names of the levels found, as `<field>_level`: what rules out that two are the same, and what it takes
    to say so.
    """

    partners: float = Field(gt=0)
    blocks: list[Block]
    fields: list[FieldRule]
    never_same: str
    proof: str


class LinkRules(_Part):
    """`same_from` and `perhaps_from` are weights in bits: the binary logarithm of the odds.

    A value shared by more than `shared_by_at_most` records, or a birth date of more than the share
    `born_on_one_day` of all, is a placeholder. `common_crowd`: so many records are imagined around a small bank,
    lest its names look more frequent than they are.
    """

    version: int
    same_from: float
    perhaps_from: float
    shared_by_at_most: int = Field(gt=1)
    born_on_one_day: float = Field(gt=0, lt=1)
    common_crowd: int = Field(gt=0)
    person: KindRules
    company: KindRules


@cache
def shipped_rules() -> LinkRules:
    return read_rules(SHIPPED)


def read_rules(path: Path) -> LinkRules:
    """The rules in a file; raises pydantic's ValidationError for a file that is none."""
    return LinkRules.model_validate(yaml.safe_load(path.read_text()))
