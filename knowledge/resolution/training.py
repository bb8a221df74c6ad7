"""The weights of the rules, estimated anew from a bank's own records.

u, the share of a finding among records of two customers, is counted on a random sample of pairs. m, its share among
records of one, is counted where it is known who is who (a truth, or what people decided), and else estimated by
expectation maximisation.
"""

import logging

import duckdb
from splink import DuckDBAPI, Linker

from knowledge.resolution.candidates import KINDS
from knowledge.resolution.features import make_features
from knowledge.resolution.link_rules import KindRules, Level, LinkRules
from knowledge.resolution.scoring import MACROS, settings

SAMPLE_PAIRS = 1e6
SEED = 1
SEEN_OFTEN = 2e-5
"""A share below this rests on too few pairs of the sample; what the rules say stands."""
LEAST_SHARE, MOST_SHARE = 0.0005, 0.999
FEWEST = 100
"""Of fewer records nothing is learnt."""
TRAINING_BLOCKS = {"person": ("birth", "phone"), "company": ("phone", "key")}


def train(
    staging: duckdb.DuckDBPyConnection, rules: LinkRules, schema: str = "main", truth: str | None = None
) -> LinkRules:
    """The rules with m and u re-estimated on `<schema>.linkable`.

    `truth`: a relation (record_id, entity_id) where it is known who is who. Levels that are hardly ever met keep
    what the rules say of them. The same input gives the same output.
    """
    ((path,),) = staging.execute("select current_setting('search_path')").fetchall()
    staging.execute("drop schema if exists linking cascade")
    staging.execute("create schema linking")
    staging.execute("set search_path = 'linking'")
    try:
        staging.execute(MACROS)
        make_features(staging, schema, rules)
        known = f"left join {truth} using (record_id)" if truth else ""
        staging.execute(
            f"""create table linking.labelled as select f.*, {"entity_id" if truth else "null as entity_id"}
            from linking.feature f join linking.record using (idx) {known}"""
        )
        trained = {kind: _trained(staging, kind, rules, truth is not None) for kind in KINDS}
        return rules.model_copy(update=trained)
    finally:
        staging.execute("set search_path = ?", [path])
        staging.execute("drop schema if exists linking cascade")


def _trained(staging: duckdb.DuckDBPyConnection, kind: str, rules: LinkRules, labelled: bool) -> KindRules:
    own: KindRules = getattr(rules, kind)
    staging.execute(f"create view linking.trainee_{kind} as from linking.labelled where company = {kind == 'company'}")
    ((count,),) = staging.execute(f"select count(*) from linking.trainee_{kind}").fetchall()
    if count < FEWEST:
        return own
    database = DuckDBAPI(connection=staging)
    subjects = database.register(f"trainee_{kind}", table_name="trainees")
    linker = Linker(subjects, settings(own, 1e-5), log_level=logging.ERROR, validate_settings=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLE_PAIRS, seed=SEED, num_chunks=1)
    if labelled:
        linker.training.estimate_m_from_label_column("entity_id")
    else:
        for column in TRAINING_BLOCKS[kind]:
            linker.training.estimate_parameters_using_expectation_maximisation(f"l.{column} = r.{column}")
    shares = {
        (comparison["output_column_name"], level["label_for_charts"]): level
        for comparison in linker.misc.save_model_to_json()["comparisons"]
        for level in comparison["comparison_levels"]
    }
    fields = [
        rule.model_copy(
            update={"levels": [_with_shares(level, shares[rule.field, level.level]) for level in rule.levels]}
        )
        for rule in own.fields
    ]
    return own.model_copy(update={"fields": fields})


def _with_shares(level: Level, found: dict[str, float]) -> Level:
    if level.m is None:
        return level
    m, u = found.get("m_probability"), found.get("u_probability")
    trained: dict[str, float] = {}
    if m is not None and m > LEAST_SHARE:
        trained["m"] = float(f"{min(m, MOST_SHARE):.3g}")
    if u is not None and u > SEEN_OFTEN:
        trained["u"] = float(f"{min(u, MOST_SHARE):.3g}")
    return level.model_copy(update=trained)
