"""How right linking is, against a truth that is known: over all pairs of records of one customer."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Accuracy:
    """`found` pairs in one cluster, `true` pairs of one customer, `right` both. A share of nothing is 1."""

    found: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def evaluate(database: duckdb.DuckDBPyConnection, clusters: str, truth: str) -> Accuracy:
    """Compares the relation `clusters` (record_id, cluster_id) with `truth` (record_id, entity_id).

    Every pair of records counts once. Records that the truth does not know are left out.
    """
    pairs = "sum(size * (size - 1) // 2)"
    row = database.execute(
        f"""with known as (select * from {truth} left join {clusters} using (record_id)),
             placed as (from known where cluster_id is not null)
        select (select {pairs} from (select count(*) as size from placed group by cluster_id)),
               (select {pairs} from (select count(*) as size from known group by entity_id)),
               (select {pairs} from (select count(*) as size from placed group by cluster_id, entity_id))"""
    ).fetchall()[0]
    return Accuracy(*(int(value or 0) for value in row))
