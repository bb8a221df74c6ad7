"""What is told of all customers of a unit, and of the bank: numbers, sums and lists, from the headers."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from tests.knowledge.insight.by_hand.bank import Row, away, months_before, places
from tests.knowledge.insight.by_hand.scores import TIERS, Scores

LONGEST = 50
Result = tuple[Decimal, int | None]
DEPOSITS = ("deposit", "term_deposit")


class Lists:
    """By unit, "" the whole bank."""

    def __init__(self, scores: Scores) -> None:
        self.scores, self.bank = scores, scores.bank

    def units_of(self, row: Row) -> list[str]:
        """The bank, the customer's branch and the units above it, without those that have none above them."""
        parents = {unit["id"]: unit["parent_id"] for unit in self.bank.units}
        found, unit = [""], row["branch_id"]
        while unit and parents[unit]:
            found.append(unit)
            unit = parents[unit]
        return found

    @cached_property
    def customers(self) -> dict[str, list[str]]:
        """Those of a unit who are not closed."""
        found = defaultdict(list)
        for key, row in self.bank.present.items():
            for unit in self.units_of(row):
                found[unit].append(key)
        return found

    def numbers(self) -> dict[tuple[str, str], Result]:
        """Results of units by measure and unit."""
        found: dict[tuple[str, str], Result] = {}
        tiers = self.scores.metrics["earned_tier"]
        known = {unit for row in self.bank.units for unit in self.units_of({"branch_id": row["id"]})}
        for unit in {"", *known}:
            found["days_since_month_end", unit] = Decimal((self.bank.today - self.bank.month_end).days), None
        for unit, keys in self.customers.items():
            positive = sorted((v for key in keys if (v := self.scores.contribution[key]) > 0), reverse=True)
            if positive:
                total, so_far, carrying = Fraction(sum(positive)), Fraction(0), 0
                while so_far < total * Fraction(8, 10):
                    so_far += Fraction(positive[carrying])
                    carrying += 1
                found["carrying_customers", unit] = Decimal(carrying), len(positive)
            due = sum("upgrade" in tiers[key].reasons for key in keys)
            if due:
                found["due_upgrade_customers", unit] = Decimal(due), due
        return found

    def groups(self) -> dict[tuple[str, str, str], Result]:
        """By measure, group and unit."""
        values: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
        metrics, people = self.scores.metrics, self.bank.present
        for unit, keys in self.customers.items():
            for key in keys:
                values["value_group_customers", metrics["value_group"][key].label or "", unit].append(Decimal(1))
                if key in metrics["contact_overdue"]:
                    values["neglected_customers", people[key]["tier"], unit].append(Decimal(1))
                for name, metric in (("loans", "loans"), ("overdue", "overdue"), ("risk", "risk")):
                    if people[key]["industry"] and key in metrics[metric]:
                        values[f"industry_{name}", people[key]["industry"], unit].append(metrics[metric][key].value)
        found: dict[tuple[str, str, str], Result] = {}
        for group, own in values.items():
            total = sum(own, Decimal(0))
            found[group] = places(Fraction(total) / len(own)) if group[0] == "industry_risk" else total, len(own)
        return found

    def rankings(self) -> dict[tuple[str, str], list[str]]:
        """The customers of a list in their order, by list and unit."""
        found = {}
        for name, order in self._orders().items():
            for unit, keys in self.customers.items():
                ranked = sorted((place, key) for key in keys if (place := order(unit, key)) is not None)
                if ranked:
                    found[name, unit] = [key for _, key in ranked[:LONGEST]]
        for unit in list(self.customers):
            if waiting := self._waiting(unit):
                found["longest_neglected", unit] = waiting
        for name, moves in self._moves().items():
            for sign, verb in ((1, "falls"), (-1, "rises")):
                for unit in self.customers:
                    moved = [(sign * change, key) for key, change in moves.items()
                             if sign * change < 0 and unit in self.units_of(self.bank.customers[key])]  # fmt: skip
                    if moved:
                        found[f"deposit_{verb}_{name}", unit] = [key for _, key in sorted(moved)[:LONGEST]]
        return found

    def _orders(self) -> dict[str, Callable[[str, str], tuple[Decimal, ...] | None]]:
        """How each list is ordered, the smallest first; None for who does not belong on it."""
        worth, metrics = self.scores.contribution, self.scores.metrics
        assets = self.scores.amounts["tier_assets"]

        def leaving(unit: str, key: str) -> tuple[Decimal, ...] | None:
            risk = metrics["churn_risk"][key].value
            return (-risk, -worth[key]) if risk > 0 else None

        def upgrade(unit: str, key: str) -> tuple[Decimal, ...] | None:
            tier = metrics["earned_tier"][key]
            return (-tier.value, -assets.get(key, Decimal(0))) if "upgrade" in tier.reasons else None

        def service(unit: str, key: str) -> tuple[Decimal, ...] | None:
            excess = metrics["service_above_tier"].get(key)
            return (-excess.value,) if excess else None

        return {
            "leading_contributors": self._leading,
            "likeliest_to_leave": leaving,
            "due_upgrades": upgrade,
            "costliest_service": service,
            "furthest_below_cost": lambda unit, key: (worth[key],) if worth[key] < 0 else None,
        }

    def _leading(self, unit: str, key: str) -> tuple[Decimal, ...] | None:
        worth, related = self.scores.contribution, self.scores.related.get(key, [key])
        if not all(unit in self.units_of(self.bank.present[member]) for member in related):
            return (-worth[key],)
        leads = key == min(related, key=lambda member: (-worth[member], member))
        return (-sum((worth[member] for member in related), Decimal(0)),) if leads else None

    def _waiting(self, unit: str) -> list[str]:
        days = self.scores.overdue_contact
        rank = {key: TIERS.index(row["tier"]) for key, row in self.bank.present.items() if key in days}
        ordered = sorted((key for key in self.customers[unit] if key in days), key=lambda k: (-rank[k], -days[k], k))
        of_tier: dict[int, list[str]] = defaultdict(list)
        for key in ordered:
            of_tier[rank[key]].append(key)
        return [key for key in ordered if key in of_tier[rank[key]][:LONGEST]]

    def _moves(self) -> dict[str, dict[str, Decimal]]:
        """Changes by customer: in the last full month, since it, and over about three months."""
        bank, end = self.bank, self.bank.month_end
        ends: dict[str, dict[date, Decimal]] = defaultdict(dict)
        for one in bank.own:
            ends[one.account["id"]][one.month] = one.end
        since: dict[str, Decimal] = defaultdict(Decimal)
        for booking in bank.bookings:
            if booking["booked_on"] > end:
                since[booking["account_id"]] += away(booking["amount"] * bank.rate(booking["currency"]))
        found: dict[str, dict[str, Decimal]] = {name: defaultdict(Decimal) for name in ("month", "running", "quarter")}
        for id, account in bank.accounts.items():
            if account["kind"] in DEPOSITS:
                self._add_moves(found, account, ends[id], since[id])
        return found

    def _add_moves(
        self, found: dict[str, dict[str, Decimal]], account: Row, ends: dict[date, Decimal], booked: Decimal
    ) -> None:
        end = self.bank.month_end
        before, quarter, key = months_before(end, 1), months_before(end, 3), account["customer_id"]
        closed = account["closed_on"] is not None and account["closed_on"] <= end

        def known(day: date) -> bool:
            return day in ends or account["opened_on"] > day

        running = [month for month in ends if month > end]
        now = ends[max(running)] if running else ends.get(end, Decimal(0)) + booked
        now_known = bool(running) or known(end) or closed
        end_known = known(end) or closed
        if end_known and known(before):
            found["month"][key] += ends.get(end, Decimal(0)) - ends.get(before, Decimal(0))
        if now_known and end_known:
            found["running"][key] += now - ends.get(end, Decimal(0))
        if now_known and known(quarter):
            found["quarter"][key] += now - ends.get(quarter, Decimal(0))


def placed(rows: Iterable[Row]) -> dict[tuple[str, str], list[str]]:
    """The lists that a run left, by list and unit, in the order of the places it gave."""
    found: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for row in rows:
        places_of = found[row["metric"], row["unit_id"]]
        assert int(row["value"]) not in places_of, "one place, two customers"
        places_of[int(row["value"])] = row["subject_id"]
    return {key: [own[place] for place in sorted(own)] for key, own in found.items()}
