"""Whether somebody bears a name, past every scope and without saying who."""

from assistant.grounding.known_names import Bearer, KnownNames
from knowledge.crm.names import fold, name_keys
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, CustomerName, Employee, Product, Unit


async def test_names_of_all_kinds_are_known_and_parts_of_names_are_not(store: CrmStore) -> None:
    async with store.writing() as session:
        for row in (
            Unit(id="hq", kind="head_office", name="Head Office", names={"es": "Sede Central"}),
            Employee(id="tom", unit_id="hq", role="manager", name="Tom Baker"),
            Product(id="P1", kind="fund", name="景和纯债基金", names={"en": "Jinghe Pure Bond Fund"}, currency="CNY"),
            Customer(id="C1", kind="person", name="王建国", name_latin="Wang Jianguo", currency="CNY"),
        ):
            session.add(row)
            await session.flush()
        for key, form in name_keys("王建国", "Wang Jianguo").items():
            session.add(CustomerName(customer_id="C1", key=key, form=form))
    known = await KnownNames.of(store)
    asked = [
        fold(name)
        for name in ("王建国", "Jianguo Wang", "Tom Baker", "Sede central", "景和纯债基金", "王", "Zoe Quack")
    ]
    assert known.borne(asked) == {
        "王建国": Bearer.CUSTOMER, "jianguo wang": Bearer.CUSTOMER, "tom baker": Bearer.EMPLOYEE,
        "sede central": Bearer.BRANCH, fold("景和纯债基金"): Bearer.PRODUCT,
    }  # fmt: skip


async def test_an_empty_store_knows_nobody(store: CrmStore) -> None:
    assert (await KnownNames.of(store)).borne(["wang jianguo"]) == {}
    assert KnownNames.none().borne(["wang jianguo"]) == {}
