"""Writing the catalogue: one open draft, a second pair of eyes, a day to begin, and old cases that live on."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.items.draft import KEPT_DEEDS, By, ItemDraft, Remark, claimed, opened
from models.items.draft import changed as rewritten
from models.items.draft_repository import ItemDraftRepository
from models.items.editing import Editing
from models.items.starting import NewItem, begun
from tests.models.catalogue import ALLOWANCE, ITEMS
from tests.models.hall import CLERK, NOON, changed
from tests.models.items.desk import ADMIN, CHEF, COUNTY, ELSEWHERE, HE, ZHAO, ItemsDesk, whole

BETTER = whole(ALLOWANCE, summary="满80周岁的老人每月领津贴。")


@pytest.fixture
def desk(hall) -> ItemsDesk:
    return ItemsDesk(hall)


@pytest.mark.gen_test
async def test_what_is_let_pass_stands_at_once_as_the_next_version(desk):
    assert await desk.publish(BETTER) == 2
    offer = desk.hall.catalogue.offer("allowance")
    assert (offer.version, offer.summary) == (2, "满80周岁的老人每月领津贴。")
    version = await desk.hall.catalogue.frozen("allowance", 2)
    assert (version.author, version.approver, version.note) == ("何编写", "赵科长", "按新文件修改")


@pytest.mark.gen_test
async def test_the_author_cannot_let_her_own_draft_pass(desk):
    chief = CHEF.__class__(
        **{**{name: getattr(CHEF, name) for name in CHEF.__struct_fields__}, "subject": HE.subject}
    )
    draft = await desk.submit(BETTER)
    with pytest.raises(Forbidden) as refused:
        await desk.editing.approve(chief, "allowance", draft.rev)
    assert refused.value.code == "items.second"
    assert desk.hall.catalogue.offer("allowance").version == 1


@pytest.mark.gen_test
async def test_nobody_who_wrote_in_it_can_let_it_pass_though_somebody_else_began(desk):
    draft = await desk.editing.start(ADMIN, "allowance")
    draft = await desk.editing.save(HE, "allowance", draft.rev, BETTER)
    draft = await desk.editing.submit(ADMIN, "allowance", draft.rev, "", "新文件")
    assert {ADMIN.subject, HE.subject} <= draft.hands
    assert "approve" not in (await desk.see(actor=ADMIN)).may
    assert "approve" in (await desk.see(actor=ZHAO)).may


def test_who_wrote_once_has_written_however_much_others_did_since():
    draft, writers = opened("d", ALLOWANCE, 1, By("a", "甲"), NOON), [By(each, each) for each in "abc"]
    for at in range(600):
        draft = rewritten(draft, ALLOWANCE, writers[2] if at == 1 else writers[at % 2], NOON)
    assert draft.hands == {"a", "b", "c"}
    assert len(draft.deeds) <= KEPT_DEEDS + 1


@pytest.mark.gen_test
async def test_an_editor_cannot_review_and_a_reviewer_of_drafts_cannot_edit(desk):
    draft = await desk.submit(BETTER)
    with pytest.raises(Forbidden):
        await desk.editing.approve(ADMIN, "allowance", draft.rev)
    with pytest.raises(Forbidden):
        await desk.editing.recall(ZHAO, "allowance", draft.rev)


@pytest.mark.gen_test
async def test_another_line_of_duty_and_the_town_see_none_of_it(desk):
    await desk.write(BETTER)
    for outsider in (ELSEWHERE, CLERK):
        with pytest.raises(Forbidden):
            await desk.see(actor=outsider)
    assert "allowance" not in [line.slug for line in await desk.bench.lines(ELSEWHERE)]
    with pytest.raises(Forbidden):
        await desk.editing.start(ELSEWHERE, "allowance")


@pytest.mark.gen_test
async def test_two_who_save_at_once_one_is_told(desk):
    draft = await desk.editing.start(HE, "allowance")
    saves = [desk.editing.save(each, "allowance", draft.rev, BETTER) for each in (HE, ADMIN)]
    done = await asyncio.gather(*saves, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Conflict", "ItemDraft"]


@pytest.mark.gen_test
async def test_an_item_has_one_open_draft_however_many_begin(desk):
    drafts = await asyncio.gather(*(desk.editing.start(each, "allowance") for each in (HE, ADMIN, HE, ADMIN)))
    assert len({draft.id for draft in drafts}) == 1


@pytest.mark.gen_test
async def test_what_the_lint_refuses_is_not_submitted(desk):
    draft = await desk.write(whole(ALLOWANCE, promised_days=40))
    with pytest.raises(Invalid) as refused:
        await desk.editing.submit(HE, "allowance", draft.rev, "", "新文件")
    assert "promised_days" in [problem.field for problem in refused.value.problems]


@pytest.mark.gen_test
async def test_a_submission_says_what_is_new_and_when(desk):
    draft = await desk.write(BETTER)
    for day, note, field in (
        ("", " ", "note"),
        ("明天", "新文件", "effective_on"),
        ("2026-13-01", "x", "effective_on"),
    ):
        with pytest.raises(Invalid) as refused:
            await desk.editing.submit(HE, "allowance", draft.rev, day, note)
        assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.gen_test
async def test_what_says_nothing_new_is_not_submitted(desk):
    await desk.publish(BETTER)
    draft = await desk.editing.start(HE, "allowance")
    with pytest.raises(Invalid, match="invalid"):
        await desk.editing.submit(HE, "allowance", draft.rev, "", "没有改")


@pytest.mark.gen_test
async def test_a_draft_comes_back_with_the_reason_beside_its_place(desk):
    draft = await desk.submit(BETTER)
    with pytest.raises(Invalid):
        await desk.editing.send_back(ZHAO, "allowance", draft.rev, (Remark("summary", " "),))
    back = await desk.editing.send_back(ZHAO, "allowance", draft.rev, (Remark("summary", "写明每月多少"),))
    assert (back.state, back.remarks, back.writable) == (
        "returned",
        (Remark("summary", "写明每月多少"),),
        True,
    )
    again = await desk.editing.save(HE, "allowance", back.rev, whole(ALLOWANCE, summary="每月领100元。"))
    assert (await desk.editing.submit(HE, "allowance", again.rev, "", "已改")).remarks == ()


@pytest.mark.gen_test
async def test_what_is_being_reviewed_is_not_changed_until_it_is_taken_back(desk):
    draft = await desk.submit(BETTER)
    with pytest.raises(Conflict):
        await desk.editing.save(HE, "allowance", draft.rev, BETTER)
    back = await desk.editing.recall(HE, "allowance", draft.rev)
    assert (await desk.editing.save(HE, "allowance", back.rev, BETTER)).state == "draft"


@pytest.mark.gen_test
async def test_a_version_begins_on_its_day_whichever_process_is_there(desk):
    draft = await desk.submit(BETTER, "2026-11-06")
    passed = await desk.editing.approve(ZHAO, "allowance", draft.rev)
    await desk.editing.publish_due()
    assert (passed.state, desk.hall.catalogue.offer("allowance").version) == ("approved", 1)
    desk.hall.clock.on(days=2)
    others = [ItemsDesk(await desk.hall.again()) for _ in range(3)]
    await asyncio.gather(*(other.editing.publish_due() for other in others))
    await desk.hall.catalogue.reload()
    assert desk.hall.catalogue.offer("allowance").version == 2
    assert await desk.hall.database.collection("item_versions").count_documents({"slug": "allowance"}) == 2
    assert (await desk.repository.of("allowance"))[0].state == "published"


@pytest.mark.gen_test
async def test_what_is_taken_back_in_time_is_not_published_by_a_process_that_has_read_it_before(desk):
    passed = await desk.editing.approve(ZHAO, "allowance", (await desk.submit(BETTER, "2026-11-06")).rev)
    desk.hall.clock.on(days=2)

    class Slow(ItemDraftRepository):
        """Another process, between reading what is due and publishing it."""

        async def approved_until(self, day: str, limit: int) -> list[ItemDraft]:
            found = await super().approved_until(day, limit)
            await desk.editing.recall(HE, "allowance", passed.rev)
            return found

    other = ItemsDesk(desk.hall)
    other.editing = Editing(
        Slow(desk.hall.database), desk.hall.catalogue, desk.bench, desk.hall.clock, lambda: "d-slow", COUNTY
    )
    await other.editing.publish_due()
    assert desk.hall.catalogue.offer("allowance").version == 1
    assert [(each.state, each.open) for each in await desk.repository.of("allowance")] == [("draft", True)]


@pytest.mark.gen_test
async def test_what_is_being_published_is_not_taken_back(desk):
    passed = await desk.editing.approve(ZHAO, "allowance", (await desk.submit(BETTER, "2026-11-06")).rev)
    assert await desk.repository.replace(claimed(passed))  # and then the power went
    with pytest.raises(Conflict) as refused:
        await desk.editing.recall(HE, "allowance", passed.rev + 1)
    assert refused.value.code == "items.state"
    desk.hall.clock.on(days=2)
    await desk.editing.publish_due()
    assert [(each.state, each.version) for each in await desk.repository.of("allowance")] == [
        ("published", 2)
    ]


@pytest.mark.gen_test
async def test_a_process_that_dies_after_freezing_is_finished_by_the_next(desk):
    draft = await desk.submit(BETTER, "2026-11-06")
    passed = await desk.editing.approve(ZHAO, "allowance", draft.rev)
    await desk.hall.catalogue.publish_item(passed.item, passed.base)  # and then the power went
    desk.hall.clock.on(days=2)
    await desk.editing.publish_due()
    closed = (await desk.repository.of("allowance"))[0]
    assert (closed.state, closed.version, closed.open) == ("published", 2, False)


@pytest.mark.gen_test
async def test_a_draft_whose_ground_has_moved_goes_back_to_its_author(desk):
    draft = await desk.submit(BETTER, "2026-11-06")
    await desk.editing.approve(ZHAO, "allowance", draft.rev)
    await desk.hall.again(changed(ALLOWANCE, name="高龄补贴"))  # a release brings a version of its own
    desk.hall.clock.on(days=2)
    await desk.editing.publish_due()
    back = (await desk.repository.of("allowance"))[0]
    assert (back.state, back.open, back.approver) == ("returned", True, None)
    assert "新的版本" in back.remarks[0].text


@pytest.mark.gen_test
async def test_what_was_published_at_the_desk_outlives_the_next_start(desk):
    await desk.publish(BETTER)
    restarted = await desk.hall.again()
    newer = await desk.hall.again(changed(ALLOWANCE, name="程序里的新名字"))
    for process in (restarted, newer):
        offer = process.catalogue.offer("allowance")
        assert (offer.version, offer.summary) == (2, BETTER.summary)


@pytest.mark.gen_test
async def test_a_release_that_is_published_at_the_same_moment_does_not_overwrite_it(desk):
    passed = await desk.editing.approve(ZHAO, "allowance", (await desk.submit(BETTER, "2026-11-06")).rev)
    newer = desk.hall.again(changed(ALLOWANCE, name="程序里的新名字"))
    await asyncio.gather(newer, desk.hall.catalogue.publish_item(passed.item, 1), return_exceptions=True)
    row = await desk.hall.database.collection("items").find_one({"_id": "allowance"})
    stands = await desk.hall.catalogue.frozen("allowance", row["version"])
    assert stands.digest == row["digest"]


@pytest.mark.gen_test
async def test_a_bundle_takes_the_new_version_of_its_child(desk):
    await desk.publish(BETTER)
    bundle = desk.hall.catalogue.offer("moving")
    assert (bundle.version, [part.version for part in bundle.parts]) == (2, [2, 1, 1])
    assert [part.version for part in (await desk.hall.catalogue.version("moving", 1)).parts] == [1, 1, 1]


@pytest.mark.gen_test
async def test_an_old_case_shows_and_decides_under_its_own_version(desk):
    hall = desk.hall
    case = await hall.case(await hall.file())
    steps = [step for step in ITEMS["allowance"].steps if step.key != "check"]
    await desk.publish(whole(ALLOWANCE, name="高龄福利", steps=steps))
    new = await hall.case(await hall.file(key="key-of-chen-2"))
    assert (case.version, new.version) == (1, 2)
    assert (await hall.catalogue.version("allowance", case.version)).name == "高龄津贴"
    accepted = await hall.act(CLERK, case, "accept")
    assert [step.key for step in accepted.steps] == ["accept", "check", "approve", "issue"]
    assert [step.key for step in new.steps] == ["accept", "approve", "issue"]


@pytest.mark.gen_test
async def test_a_withdrawn_item_takes_no_more_while_its_cases_go_on(desk):
    hall = desk.hall
    case = await hall.case(await hall.file())
    with pytest.raises(Invalid):
        await desk.editing.withdraw(HE, "allowance", "", "并入新项目")
    await desk.editing.withdraw(HE, "allowance", "12月起并入养老补助。", "县政府令第9号")
    assert not hall.catalogue.offer("allowance").open
    assert hall.catalogue.standing("allowance").reason == "县政府令第9号"
    assert (await hall.act(CLERK, case, "accept")).state == "accepted"
    assert "reopen" in (await desk.see()).may


@pytest.mark.gen_test
async def test_something_new_is_written_published_and_offered(desk):
    item = whole(begun(NewItem("bath-help", "助浴服务", "relief", "民政")), summary="上门帮老人洗澡。")
    draft = await desk.editing.create(HE, item)
    with pytest.raises(Invalid):
        await desk.editing.create(ADMIN, item)
    assert ("bath-help", 0) in [(line.slug, line.version) for line in await desk.bench.lines(HE)]
    draft = await desk.editing.submit(HE, "bath-help", draft.rev, "", "新增")
    assert (await desk.editing.approve(ZHAO, "bath-help", draft.rev)).version == 1
    assert (await desk.hall.again()).catalogue.offer("bath-help").name == "助浴服务"


@pytest.mark.gen_test
async def test_a_new_draft_that_is_given_up_leaves_nothing(desk):
    draft = await desk.editing.create(HE, begun(NewItem("bath-help", "助浴服务", "relief", "民政")))
    await desk.editing.drop(HE, "bath-help", draft.rev)
    with pytest.raises(NotFound):
        await desk.see("bath-help")


@pytest.mark.gen_test
async def test_an_item_is_not_given_to_a_line_that_is_not_hers_and_she_is_told_beside_it(desk):
    draft = await desk.editing.start(HE, "allowance")
    with pytest.raises(Invalid) as refused:
        await desk.editing.save(HE, "allowance", draft.rev, whole(ALLOWANCE, department="医保"))
    assert [problem.field for problem in refused.value.problems] == ["department"]
    with pytest.raises(Invalid) as refused:
        await desk.editing.create(HE, begun(NewItem("bath-help", "助浴服务", "relief", "医保")))
    assert [problem.field for problem in refused.value.problems] == ["department"]


@pytest.mark.gen_test
async def test_two_who_begin_the_same_new_item_at_once_are_not_given_one_anothers(desk):
    item = begun(NewItem("bath-help", "助浴服务", "relief", "民政"))
    done = await asyncio.gather(
        *(desk.editing.create(each, item) for each in (HE, ADMIN)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["Invalid", "ItemDraft"]


@pytest.mark.gen_test
async def test_what_a_release_no_longer_brings_can_be_brought_back_at_the_desk(desk):
    stool = msgspec.structs.replace(whole(ALLOWANCE), id="stool")
    await desk.hall.again({**ITEMS, "stool": stool})
    later = ItemsDesk(await desk.hall.again())
    assert later.bench.offer("stool") is None
    await later.editing.take(
        By(HE.subject, HE.name), [msgspec.structs.replace(stool, summary="每月领凳子。")]
    )
    draft = await later.repository.open_of("stool")
    draft = await later.editing.submit(HE, "stool", draft.rev, "", "恢复")
    assert (await later.editing.approve(ZHAO, "stool", draft.rev)).state == "published"
    assert later.bench.offer("stool").version == 2


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"id": "Bad Id"}, "id"), ({"id": "x" * 41}, "id"), ({"name": " "}, "name"), ({"theme": "magic"}, "theme"),
        ({"department": "魔法部"}, "department"),
    ],
)  # fmt: skip
def test_what_is_needed_to_begin_is_asked_for(told, field):
    good = {"id": "bath-help", "name": "助浴服务", "theme": "relief", "department": "民政"}
    with pytest.raises(Invalid) as refused:
        begun(NewItem(**(good | told)))
    assert [problem.field for problem in refused.value.problems] == [field]
