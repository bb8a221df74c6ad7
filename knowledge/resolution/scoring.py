"""Pairs scored by splink: the weight of each finding, their sum, and the verdict with its guard rules on top."""

import logging
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from knowledge.crm.codes import Verdict
from knowledge.resolution.link_rules import FieldRule, KindRules, Level, LinkRules

PAIRS_AT_ONCE = 2_000_000
MACROS = """
create or replace macro linking.left_over(words, others) as
    array_to_string(list_filter(words, word -> not list_contains(others, word)), ' ');
create or replace macro linking.characters_off(one, other) as
    case when length(one) = length(other)
         then len(list_filter(range(1, length(one) + 1), place -> one[place] <> other[place])) end;
create or replace macro linking.one_letter_off(one, other) as
    case when abs(length(one) - length(other)) <= 1
              and (left(one, 3) = left(other, 3) or right(one, 3) = right(other, 3))
         then damerau_levenshtein(one, other) <= 1 else false end;
create or replace macro linking.one_digit_off(one, other) as
    case when length(one) = length(other)
         then case when hamming(one, other) <= 2 then damerau_levenshtein(one, other) = 1 else false end
         else false end;
create or replace macro linking.alike(tokens, others) as
    2 * len(list_intersect(tokens, others)) >= 0.7 * (len(tokens) + len(others));
"""
"""What the rules say in few words: what one name has and the other has not, in how many characters two names of one
length differ, texts and numbers that differ in one place, addresses that share most of what they say.

Macros, because splink takes a lambda's variable for a column, and because edit distances are dear and count bytes:
CASE asks for them only where something cheap lets them be small.
"""


class Scorer:
    """Scores the candidates of one kind into `linking.scored_<kind>`: l, r, weight, and per field level and weight."""

    def __init__(self, staging: duckdb.DuckDBPyConnection, kind: str, rules: LinkRules) -> None:
        self._staging = staging
        self._kind = kind
        self._rules = rules
        self._own: KindRules = getattr(rules, kind)
        count = staging.execute(
            "select count(*) from linking.feature where company = ?", [kind == "company"]
        ).fetchall()
        self._crowd = int(count[0][0]) + rules.common_crowd
        self._subject = f"subject_{kind}"
        staging.execute(
            f"create view linking.{self._subject} as from linking.feature where company = {kind == 'company'}"
        )
        for column in rarity_columns(self._own):
            staging.execute(
                f"""create table linking.rarity_{kind}_{column} as
                select {column}, count(*) / {self._crowd} as tf_{column} from linking.{self._subject}
                where {column} is not null group by {column}"""
            )
        levels = ", ".join(f"{rule.field}_level varchar, {rule.field}_weight float" for rule in self._own.fields)
        staging.execute(
            f"create table linking.scored_{kind} (l integer, r integer, weight double, {levels}, verdict varchar)"
        )

    def score(self) -> int:
        """Scores what stands in `linking.candidate`, in pieces that fit into memory; gives the number of pairs."""
        self._staging.execute(
            f"""create or replace table linking.queue as
            select cast(row_number() over (order by l, r) - 1 as bigint) as position, '0' as match_key,
                   l as join_key_l, r as join_key_r from linking.candidate where company = {self._kind == "company"}"""
        )
        count = int(self._staging.execute("select count(*) from linking.queue").fetchall()[0][0])
        for start in range(0, count, PAIRS_AT_ONCE):
            self._staging.execute(
                f"""create or replace view linking.piece as select * exclude (position) from linking.queue
                where position between {start} and {start + PAIRS_AT_ONCE - 1}"""
            )
            self._score_piece()
        self._staging.execute("drop view if exists linking.piece")
        self._staging.execute("drop table linking.queue")
        return count

    def _score_piece(self) -> None:
        database = DuckDBAPI(connection=self._staging)
        linker = self.linker(database)
        pairs = database.register("piece", table_name="pairs_to_score")
        linker.table_management.register_blocked_pairs_for_predict(pairs)
        scored = linker.inference.predict(threshold_match_weight=self._rules.perhaps_from, warning_mode="never")
        fields = [rule.field for rule in self._own.fields]
        findings = ", ".join(f"{level_name(rule)} as {rule.field}_level, {_weight(rule)}" for rule in self._own.fields)
        self._staging.execute(
            f"""insert into linking.scored_{self._kind}
            select l, r, weight, {", ".join(f"{field}_level, {field}_weight" for field in fields)}, {self._verdict()}
            from (select idx_l as l, idx_r as r, match_weight as weight, {findings} from {scored.physical_name})"""
        )
        scored.drop_table_from_database_and_remove_from_cache()

    def linker(self, database: DuckDBAPI) -> Linker:
        """A splink linker over the records of this kind, with our rarities as its term frequencies."""
        subjects = database.register(self._subject, table_name="subjects")
        prior = min(self._own.partners / self._crowd, 0.5)
        linker = Linker(subjects, settings(self._own, prior), log_level=logging.ERROR, validate_settings=False)
        for column in rarity_columns(self._own):
            table = database.register(f"rarity_{self._kind}_{column}", table_name=f"rarity_of_{column}")
            linker.table_management.register_term_frequency_lookup(table, column)
        return linker

    def _verdict(self) -> str:
        return f"""case when weight >= {self._rules.same_from} and not ({self._own.never_same}) and ({self._own.proof})
            then '{Verdict.SAME}' else '{Verdict.PERHAPS}' end"""


def settings(rules: KindRules, prior: float) -> dict[str, Any]:
    """The rules in splink's own words; `prior` is the probability that any two records are one customer's."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "idx",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": True,  # splink keeps its findings (gamma) only together with these
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_comparison(rule) for rule in rules.fields],
        "blocking_rules_to_generate_predictions": [],
    }


def rarity_columns(rules: KindRules) -> list[str]:
    return sorted({level.rarity for rule in rules.fields for level in rule.levels if level.rarity})


def _comparison(rule: FieldRule) -> dict[str, Any]:
    return {"output_column_name": rule.field, "comparison_levels": [_level(level) for level in rule.levels]}


def _level(level: Level) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "sql_condition": "ELSE" if level.when == "else" else level.when,
        "label_for_charts": level.level,
    }
    if level.m is None or level.u is None:
        return settings | {"is_null_level": True}
    settings |= {"m_probability": level.m, "u_probability": level.u}
    if level.rarity:
        settings |= {
            "tf_adjustment_column": level.rarity, "tf_adjustment_weight": level.rarity_share,
            "disable_tf_exact_match_detection": True,
        }  # fmt: skip
    return settings


def level_name(rule: FieldRule) -> str:
    """SQL for the name of the level that splink's `gamma` stands for: null levels are -1, the others count down."""
    weighed = [level for level in rule.levels if level.m is not None]
    silent = [level for level in rule.levels if level.m is None]
    cases = [f"when {len(weighed) - 1 - place} then '{level.level}'" for place, level in enumerate(weighed)]
    cases += [f"when -1 then '{level.level}'" for level in silent]
    return f"case gamma_{rule.field} {' '.join(cases)} end"


def _weight(rule: FieldRule) -> str:
    adjusted = any(level.rarity for level in rule.levels)
    return f"mw_{rule.field}{f' + mw_tf_adj_{rule.field}' if adjusted else ''} as {rule.field}_weight"
