"""Contributions, scores, ranks, and what is told of units, employees and products, from the headers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from knowledge.crm.codes import Tier
from tests.knowledge.insight.by_hand import amounts, events
from tests.knowledge.insight.by_hand.amounts import Values
from tests.knowledge.insight.by_hand.bank import Bank, Row, as_day, cents, months_before, places

SPOKEN = ("branch", "phone", "hotline", "visit", "chat", "email", "event")
PERSON_FIELDS = ("sex", "birth_date", "phone", "income", "occupation", "education", "city", "tolerance")
OTHER_FIELDS = ("phone", "industry", "owning_group", "economic_nature", "credit_rating", "key_contact")
TIERS = list(Tier)


@dataclass(frozen=True)
class Told:
    """A measure of a customer: value, label, reasons in order."""

    value: Decimal
    label: str | None = None
    reasons: tuple[str, ...] = ()


def year_before(day: date) -> date:
    """The same day a year before; 28 February for the 29th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def reasons(*found: tuple[str, bool]) -> tuple[str, ...]:
    return tuple(name for name, holds in found if holds)


class Scores:
    """Every measure of a bank, as `metrics` and the results of units, employees and products."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def of(self, name: str, customer: str) -> Decimal:
        return self.amounts[name].get(customer, Decimal(0))

    @cached_property
    def amounts(self) -> dict[str, Values]:
        bank = self.bank
        return {
            "average_deposits": amounts.average(bank, ("deposit",), 12),
            "average_loans": amounts.average(bank, ("loan",), 12),
            "tier_assets": amounts.average(bank, ("deposit", "investment"), 3),
            "deposits": amounts.standing(bank, "deposit"),
            "loans": amounts.standing(bank, "loan"),
            "investments": amounts.standing(bank, "investment"),
            "deposit_trend": amounts.trend(bank, "deposit"),
            "loan_trend": amounts.trend(bank, "loan"),
            "deposit_change": amounts.change(bank, "deposit"),
            "loan_change": amounts.change(bank, "loan"),
            "deposit_margin": amounts.margins(bank, "deposit"),
            "loan_margin": amounts.margins(bank, "loan"),
            "deposit_points": amounts.points(bank),
            "fee_income": amounts.fees(bank),
            "cost_to_serve": amounts.costs(bank),
            "risk_cost": amounts.expected_loss(bank),
            "credit_utilisation": amounts.utilisation(bank),
            "overdue": amounts.in_arrears(bank),
        }

    @cached_property
    def contribution(self) -> Values:
        parts = (("deposit_margin", 1), ("loan_margin", 1), ("fee_income", 1), ("cost_to_serve", -1), ("risk_cost", -1))
        return {key: sum((self.of(n, key) * s for n, s in parts), Decimal(0)) for key in self.bank.present}

    @cached_property
    def shares(self) -> dict[str, tuple[Fraction, bool]]:
        """The share up to and with a customer, and whether 80 % was not reached before."""
        positive = sorted(((v, k) for k, v in self.contribution.items() if v > 0), key=lambda one: (-one[0], one[1]))
        total, so_far, result = Fraction(sum(v for v, _ in positive)), Fraction(0), {}
        for value, key in positive:
            within = so_far < total * Fraction(8, 10)
            so_far += Fraction(value)
            result[key] = (so_far / total * 100, within)
        return result

    @cached_property
    def years(self) -> dict[str, int]:
        today, result = self.bank.today, {}
        for key, row in self.bank.present.items():
            if since := row["customer_since"]:
                result[key] = today.year - since.year - ((today.month, today.day) < (since.month, since.day))
        return result

    @cached_property
    def kinds(self) -> dict[str, int]:
        found = defaultdict(set)
        for account in self.bank.open_accounts:
            found[account["customer_id"]].add(account["kind"])
        return {key: len(kinds) for key, kinds in found.items()}

    @cached_property
    def loyalty(self) -> dict[str, int]:
        bank, result = self.bank, {}
        for key in bank.present:
            rows = [row for row in bank.booked.get(key, []) if row["booked_on"] > bank.since(12)]
            moved = [r["booked_on"] for r in rows if r["kind"] not in ("interest", "fee", "penalty_interest")]
            paid = [r["booked_on"] for r in rows if r["kind"] in ("salary", "pension")]
            score = min(30, 4 * self.years.get(key, 0)) + min(30, 6 * self.kinds.get(key, 0))
            score += 20 if paid and (bank.today - max(paid)).days <= 45 else 0
            idle = (bank.today - max(moved)).days if moved else 10_000
            score += 20 if idle <= 30 else 10 if idle <= 90 else 0
            sent, brought, _ = events.away_from_bank(bank, key)
            score -= 20 if sent > brought and sent - brought > self.of("average_deposits", key) / 2 else 0
            result[key] = max(0, score)
        return result

    @cached_property
    def overdue_contact(self) -> dict[str, int]:
        bank, last, result = self.bank, {}, {}
        for contact in bank.contacts:
            if contact["channel"] in SPOKEN:
                key = contact["customer_id"]
                last[key] = max(as_day(contact["at"]), last.get(key, date.min))
        for key, row in bank.present.items():
            since = last.get(key) or row["customer_since"]
            if since and row["tier"]:
                days = (bank.today - since).days - bank.parameters.contact_days[Tier(row["tier"])]
                if days > 0:
                    result[key] = days
        return result

    def risk(self, key: str, row: Row) -> Told:
        overdue, used = self.of("overdue", key) > 0, self.of("credit_utilisation", key)
        rated = {"B": 20, "CCC": 20, "BB": 10, "BBB": 5}.get(row["credit_rating"] or "", 0)
        value = (60 if overdue else 0) + (20 if used > 80 else 10 if used > 50 else 0) + rated
        why = reasons(("overdue", overdue), ("utilisation", used > 50), ("rating", rated > 0))
        return Told(Decimal(value), None, why)

    def churn_risk(self, key: str) -> Told:
        average, now = self.of("average_deposits", key), self.of("deposits", key)
        found = (
            ("salary_stopped", key in self.stopped, 25),
            ("deposits_fell", average > 0 and now <= average * Decimal("0.7"), 25),
            ("money_to_other_bank", key in self.moving, 20),
            ("complaint", key in self.complaining, 15),
            ("contact_overdue", key in self.overdue_contact, 10),
            ("low_loyalty", self.loyalty[key] < 30, 5),
        )
        value = sum(points for _, holds, points in found if holds)
        return Told(Decimal(value), None, reasons(*((name, holds) for name, holds, _ in found)))

    @cached_property
    def stopped(self) -> set[str]:
        return {event[0] for event in events.salary_stopped(self.bank)}

    @cached_property
    def moving(self) -> set[str]:
        return {event[0] for event in events.money_to_other_bank(self.bank)}

    @cached_property
    def complaining(self) -> set[str]:
        since = self.bank.today - timedelta(days=90)
        return {
            row["customer_id"]
            for row in self.bank.feedback
            if row["kind"] == "complaint" and (row["state"] != "resolved" or as_day(row["received_at"]) > since)
        }

    def completeness(self, row: Row) -> Told:
        fields = PERSON_FIELDS if row["kind"] == "person" else OTHER_FIELDS
        missing = tuple(field for field in fields if row[field] is None)
        return Told(places(Fraction(len(fields) - len(missing), len(fields)) * 100), None, missing)

    def earned_tier(self, key: str, row: Row) -> Told:
        assets = self.of("tier_assets", key)
        rank = max(i for i, t in enumerate(TIERS, 1) if i == 1 or self.bank.parameters.tiers[t] <= assets)
        held = TIERS.index(Tier(row["tier"])) + 1 if row["tier"] else rank
        return Told(Decimal(rank), TIERS[rank - 1].value, reasons(("upgrade", rank > held), ("downgrade", rank < held)))

    @cached_property
    def highest_fifth(self) -> set[str]:
        by_kind, chosen = defaultdict(list), set()
        for key, row in self.bank.present.items():
            if row["income"] is not None:
                by_kind[row["kind"]].append((-row["income"] * self.bank.rate(row["currency"]), key))
        for incomes in by_kind.values():
            chosen |= {key for _, key in sorted(incomes)[: len(incomes) // 5 + (len(incomes) % 5 > 0)]}
        return chosen

    def value_group(self, key: str) -> Told:
        contribution = self.contribution[key]
        if contribution < 0:
            return Told(Decimal(1), "below_marginal_cost", self.below_cost(key))
        if self.shares.get(key, (0, False))[1]:
            return Told(Decimal(5), "most_valuable")
        if self.of("deposit_trend", key) >= 20:
            return Told(Decimal(4), "most_growing")
        return Told(Decimal(3), "potential") if key in self.highest_fifth else Told(Decimal(2), "general")

    def below_cost(self, key: str) -> tuple[str, ...]:
        names = ("deposit_margin", "loan_margin", "fee_income", "cost_to_serve", "risk_cost")
        deposit, loan, fee, cost, risk = (self.of(name, key) for name in names)
        income = deposit + loan + fee
        return reasons(
            ("risk_cost", risk > 0 and risk >= cost),
            ("deposit_rate_above_price", deposit < 0),
            ("loan_rate_below_price", loan < 0),
            ("cost_above_income", cost > income),
            ("cost_and_risk_above_income", cost <= income < cost + risk and risk < cost),
            ("one_sided_business", fee == 0 and loan == 0),
        )

    @cached_property
    def related(self) -> dict[str, list[str]]:
        """Who belongs together with a customer, themselves included."""
        groups, homes = defaultdict(list), defaultdict(list)
        for key, row in self.bank.present.items():
            if row["kind"] != "person" and row["owning_group"]:
                groups[row["owning_group"]].append(key)
            if row["kind"] == "person" and row["city"] is not None and row["address"] is not None:
                homes[row["city"], row["address"]].append(key)
        together = [*groups.values(), *(home for home in homes.values() if 2 <= len(home) <= 8)]
        return {key: members for members in together for key in members}

    def related_customers(self, key: str) -> Told:
        members = self.related[key]
        leading = min(members, key=lambda member: (-self.contribution[member], member))
        return Told(Decimal(len(members)), min(members), reasons(("leads", key == leading)))

    def peers(self, row: Row) -> str:
        if row["kind"] != "person":
            last = row["industry"] or "-"
        elif row["birth_date"] is None:
            last = "-"
        else:
            age = self.bank.today.year - row["birth_date"].year
            last = "18-29" if age < 30 else "30-44" if age < 45 else "45-59" if age < 60 else "60+"
        return f"{row['kind']}/{row['tier'] or '-'}/{last}"

    @cached_property
    def metrics(self) -> dict[str, dict[str, Told]]:
        bank, people = self.bank, self.bank.present
        plain: dict[str, Values | dict[str, int]] = {
            **self.amounts,
            "profit_contribution": self.contribution,
            "customer_years": self.years,
            "product_kinds": self.kinds,
            "loyalty": self.loyalty,
            "contact_overdue": self.overdue_contact,
            "income_share": {key: Decimal(share * 100 // 1) / 100 for key, (share, _) in self.shares.items()},
            "related_contribution": {
                key: sum((self.contribution[m] for m in self.related.get(key, [key])), Decimal(0)) for key in people
            },
            "related_deposit_points": {
                key: sum((self.of("deposit_points", m) for m in self.related.get(key, [key])), Decimal(0))
                for key in people
            },
        }
        told = {
            name: {key: Told(Decimal(value)) for key, value in values.items() if key in people}
            for name, values in plain.items()
        }
        told["risk"] = {key: self.risk(key, row) for key, row in people.items()}
        told["churn_risk"] = {key: self.churn_risk(key) for key in people}
        told["completeness"] = {key: self.completeness(row) for key, row in people.items()}
        told["earned_tier"] = {key: self.earned_tier(key, row) for key, row in people.items()}
        told["related_customers"] = {
            key: self.related_customers(key) for key, related in self.related.items() if len(related) > 1
        }
        told["value_group"] = {key: self.value_group(key) for key in people}
        budgets = bank.parameters.service_budget
        excess = {
            key: self.of("cost_to_serve", key) - budgets[Tier(told["earned_tier"][key].label or "")] for key in people
        }
        told["service_above_tier"] = {
            key: Told(value)
            for key, value in excess.items()
            if value > 0
            and key in self.amounts["cost_to_serve"]
            and self.contribution[key] < self.of("cost_to_serve", key)
        }
        return told

    @cached_property
    def lost(self) -> dict[str, date]:
        bank = self.bank
        before = months_before(bank.month_end, 1)
        result = {key: row["closed_on"] for key, row in bank.customers.items() if row["closed_on"]}
        totals: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        stale: Values = defaultdict(Decimal)
        for one in bank.year:
            if one.side != "loan":
                totals[one.account["customer_id"]][one.month] += one.end
        for one in bank.newest.values():
            if one.side != "loan" and one.month < before:
                stale[one.account["customer_id"]] += one.end
        for key, months in totals.items():
            earlier = [total for month, total in months.items() if month < before]
            lately = max(months.get(before, Decimal(0)), months.get(bank.month_end, Decimal(0))) + stale[key]
            known = len(earlier) >= 6 and sum(earlier) > 0
            if key in bank.present and known and lately < Fraction(sum(earlier)) / len(earlier) / 10:
                result[key] = before
        return result

    def churn_rates(self, column: str) -> dict[str, tuple[Decimal, int]]:
        since, counted = year_before(self.bank.today), defaultdict(list)
        for key, row in self.bank.customers.items():
            had = (row["customer_since"] or date.min) <= since and (row["closed_on"] or date.max) > since
            if had and (of := row[column]):
                counted[of].append(self.lost.get(key, date.min) > since)
        return {of: (places(Fraction(sum(lost), len(lost)) * 100), len(lost)) for of, lost in counted.items()}

    def units(self) -> dict[tuple[str, str], tuple[Decimal, int]]:
        """By measure and branch, with the number of customers counted."""
        result = {("churn_rate", unit): told for unit, told in self.churn_rates("branch_id").items()}
        members = defaultdict(list)
        for key, row in self.bank.present.items():
            if row["branch_id"]:
                members[row["branch_id"]].append(key)
        for unit, keys in members.items():
            golden = [key for key in keys if self.bank.present[key]["tier"] in ("gold", "platinum", "private")]
            held = [self.amounts["deposits"][key] for key in keys if key in self.amounts["deposits"]]
            result["golden_share", unit] = places(Fraction(len(golden), len(keys)) * 100), len(keys)
            result["branch_contribution", unit] = sum((self.contribution[k] for k in keys), Decimal(0)), len(keys)
            if held:
                result["branch_deposits", unit] = sum(held, Decimal(0)), len(held)
        return result

    def products(self) -> dict[tuple[str, str], tuple[Decimal, int]]:
        """By product and branch, "" the whole bank."""
        earned: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        holders = defaultdict(set)
        for one in self.bank.year:
            customer, product = self.bank.customers.get(one.account["customer_id"]), one.account["product_id"]
            if customer and product:
                for unit in {customer["branch_id"] or "", ""}:
                    earned[product, unit] += amounts.margin(self.bank, one)
                    holders[product, unit].add(customer["id"])
        return {key: (cents(value), len(holders[key])) for key, value in earned.items()}
