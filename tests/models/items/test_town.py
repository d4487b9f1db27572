"""A matter that a town decides by itself: offered there instead of the county's, and decided there."""

from __future__ import annotations

import msgspec
import pytest

from models.base.actor import Actor
from models.base.errors import Forbidden, Invalid, NotFound
from models.codes.code import Code, Target
from models.items.starting import NewItem, begun, for_town
from qr import grammar
from tests.models.catalogue import ALLOWANCE
from tests.models.hall import CLERK, REVIEWER, ZHAO
from tests.models.items.desk import ELSEWHERE, HE, ItemsDesk, whole
from tests.models.items.desk import ZHAO as REVIEWS

DAGUAN, QINGXI = "529901101", "529901102"
MAYOR = Actor("staff", subject="a-mayor", name="张镇长", role="approver", area=DAGUAN)


@pytest.fixture
def desk(hall) -> ItemsDesk:
    return ItemsDesk(hall)


async def delegated(desk: ItemsDesk) -> str:
    """大关镇 decides the allowance by itself; the id of its own."""
    await desk.publish(whole(ALLOWANCE))
    draft = await desk.editing.copy(HE, "allowance", DAGUAN)
    draft = await desk.editing.submit(HE, draft.slug, draft.rev, "", "下放")
    await desk.editing.approve(REVIEWS, draft.slug, draft.rev)
    return draft.slug


@pytest.mark.gen_test
async def test_the_copy_is_the_towns_and_its_steps_are_taken_there(desk):
    draft = await desk.editing.copy(HE, "allowance", DAGUAN)
    item = draft.item
    assert (item.id, item.area, item.variant_of) == ("allowance-529901101", DAGUAN, "allowance")
    assert {step.tier for step in item.steps} == {"town"}
    assert msgspec.structs.replace(item, id="x").name == ALLOWANCE.name


def test_a_street_has_an_office_and_no_government():
    bodies = [for_town(ALLOWANCE, DAGUAN, name).body for name in ("大关镇", "城关街道")]
    assert bodies == ["大关镇人民政府", "城关街道办事处"]


@pytest.mark.gen_test
async def test_something_new_that_is_written_like_a_towns_own_is_the_countys(desk):
    like = desk.bench.offer(await delegated(desk)).item
    new = begun(NewItem("bath-help", "助浴服务", "relief", "民政", like.id), like)
    assert (new.area, new.variant_of) == ("", "")


@pytest.mark.gen_test
async def test_the_countys_front_page_and_matrix_show_no_towns_own_though_it_has_a_poster(desk):
    slug, landings = await delegated(desk), desk.hall.landings
    poster = Code(grammar.new("S"), "S", ("529901", DAGUAN), Target(item=slug), desk.hall.clock())
    await desk.hall.codes.issue([poster])
    landings.drop_all()
    shown = [entry.id for entry in (await landings.front("529901"))[0]]
    shown += [cell.id for cell in (await landings.matrix("529901")).cells]
    assert "allowance" in shown
    assert slug not in shown


@pytest.mark.gen_test
async def test_at_a_door_of_the_town_its_own_is_offered_and_elsewhere_the_countys(desk):
    slug = await delegated(desk)
    landings = desk.hall.landings
    landings.drop_all()
    here = [entry.id for entry in (await landings.of(desk.hall.codes_of["chen"])).items]
    poster = [entry.id for entry in (await landings.of(desk.hall.codes_of["allowance"])).items]
    elsewhere = [offer.id for offer in desk.hall.catalogue.offers_at(("529901", QINGXI))]
    assert slug in here
    assert "allowance" not in here
    assert poster == ["allowance"]
    assert "allowance" in elsewhere
    assert slug not in elsewhere


@pytest.mark.gen_test
async def test_a_case_of_the_town_is_decided_there_without_the_county(desk):
    hall, slug = desk.hall, await delegated(desk)
    case = await hall.case(await hall.file())  # by the county's address, at a door of the town
    assert case.item == slug
    case = await hall.act(CLERK, case, "accept")
    case = await hall.act(REVIEWER, case, "hand_on")
    with pytest.raises(Forbidden):
        await hall.act(ZHAO, case, "grant", result="自12月起发放")
    assert (await hall.act(MAYOR, case, "grant", result="自12月起发放")).state == "granted"


@pytest.mark.gen_test
async def test_what_one_town_offers_is_not_opened_from_another(desk):
    slug = await delegated(desk)
    code = Code(
        grammar.new("D"), "D", ("529901", QINGXI), Target(household="529901102201010001"), desk.hall.clock()
    )
    await desk.hall.codes.issue([code])
    with pytest.raises(NotFound) as refused:
        await desk.hall.applying.offer(code.id, slug)
    assert refused.value.code == "item.elsewhere"


@pytest.mark.gen_test
async def test_a_town_whose_own_is_withdrawn_gets_the_countys_again(desk):
    slug = await delegated(desk)
    await desk.editing.withdraw(HE, slug, "改由县里办理。", "收回下放")
    assert "allowance" in [offer.id for offer in desk.hall.catalogue.offers_at(("529901", DAGUAN))]
    assert (await desk.hall.catalogue.version(slug, 1)).name == "高龄津贴"


@pytest.mark.gen_test
async def test_no_second_copy_no_copy_of_a_copy_and_no_copy_to_nowhere(desk):
    slug = await delegated(desk)
    for wanted, town in (("allowance", DAGUAN), ("allowance", "529901199"), (slug, QINGXI)):
        with pytest.raises(Invalid) as refused:
            await desk.editing.copy(HE, wanted, town)
        assert [problem.field for problem in refused.value.problems] == ["town"]
    with pytest.raises(Forbidden):
        await desk.editing.copy(ELSEWHERE, "allowance", QINGXI)
