"""What people like them take: neighbours found, nothing learnt from a handful, nothing offered that is there."""

from knowledge.offering.takings import Takings

HAD = [{"card", "app"}] * 40 + [{"card", "app", "gold"}] * 30 + [{"loan"}] * 60 + [{"loan", "gold"}] * 3


def test_who_has_what_gold_holders_have_is_nearer_to_gold() -> None:
    takings = Takings.learn(HAD, ["card", "gold", "loan"])
    like, unlike = takings.scores([{"card", "app"}, {"loan"}])
    assert like[1] > unlike[1]
    assert like[0] == 0.0
    assert takings.scores(HAD).min() >= 0.0
    assert takings.scores(HAD).max() <= 1.0


def test_the_neighbour_is_told_with_its_number() -> None:
    near = Takings.learn(HAD, ["card", "gold", "loan"]).neighbour({"card", "app"}, "gold", least=5)
    assert near is not None
    assert (near.item, near.members, round(near.share, 4)) == ("card", 70, round(30 / 70, 4))


def test_a_small_group_tells_nothing() -> None:
    had = [*HAD, {"boat", "gold"}, {"boat", "gold"}]
    takings = Takings.learn(had, ["boat", "card", "gold", "loan"])
    assert takings.neighbour({"boat"}, "gold", least=5) is None


def test_an_item_that_was_never_seen_changes_nothing() -> None:
    takings = Takings.learn(HAD, ["card", "gold", "loan"])
    assert (takings.scores([{"new", "loan"}]) == takings.scores([{"loan"}])).all()
