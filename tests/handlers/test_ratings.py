"""Ratings in a browser and as JSON: five faces at a window, the loop at the desk, and that the rated do not learn who."""

from __future__ import annotations

import re
import secrets

import pytest

from models.codes.code import Code, Target
from qr import grammar
from tests.handlers.filing import allowance, decide, repair
from tests.handlers.test_access import STAFF

pytestmark = pytest.mark.gen_test(timeout=30)
HTML = "text/html"
RATED = "approver.minzheng"
WATERMARK = re.compile(r'data-mark="[^"]*"')


async def window(town) -> str:
    """The address at which a window of 大关镇 is rated."""
    areas = tuple(town.home.areas.chain((await town.home.codes.get(town.chen.code)).areas[1]))
    code = Code(grammar.new("P"), "P", areas, Target(point="便民服务中心3号窗口"), town.home.clock())
    await town.home.codes.issue([code])
    return f"/visit/{code.id}"


async def rated(town, stars=1):
    """陈桂兰's receipt, rated with words that give her away, and the rating's address at the desk."""
    token = await town.l2(town.chen)
    receipt = await allowance(town, token)
    await decide(town, receipt["case_no"])
    her = town.chen.resident
    words = f"我叫{her.name}，{her.id_number}，{her.phone}，回执{receipt['code']}，等了一上午"
    sent = {"stars": stars, "words": words, "reasons": ["slow"] if stars < 4 else []}
    reply = await town.post(f"/q/{receipt['code']}/rating", sent, token)
    assert reply.status == 200, reply.body
    await town.built.hearing.run_once()
    row = await town.built.database.collection("ratings").find_one({"case_no": receipt["case_no"]})
    return receipt, row, f"/desk/ratings/{row['_id']}"


async def done(town, path, username, name, revision, **told):
    sent = {"revision": revision, "text": "已核实，已改进", **told}
    return await town.post(f"{path}/{name}", sent, await town.staff(username))


async def test_a_poor_rating_goes_round_and_is_closed(town):
    _, _, path = await rated(town)
    told = await done(town, path, RATED, "answer", 1)
    assert (told.status, told.body["state"]) == (200, "answered")
    closed = await done(town, path, "supervisor", "call_back", 2, result="satisfied")
    assert (closed.status, closed.body["rating"]["state"]) == (200, "closed")


async def test_no_answer_to_the_rated_tells_who_it_was(town):
    receipt, row, path = await rated(town)
    her = town.chen.resident
    secret = (her.name, her.id_number, her.phone, receipt["case_no"], receipt["code"], grammar.spoken(receipt["code"]),
              row["case"], row["at"].date().isoformat())  # fmt: skip
    token, answers = await town.staff(RATED), []
    for face in (HTML, "application/json"):
        for here in ("/desk/ratings", path, "/desk/ratings?state=kept"):
            answers.append(await town.get(here, token, Accept=face))
        for name in ("answer", "appeal", "call_back", "none"):  # refused, each in its way
            sent, told = {"revision": 7, "text": "x"}, {"Accept": face}
            answers.append(await town.call("POST", f"{path}/{name}", sent, token, told))
    answers.append(await done(town, path, RATED, "appeal", 1))
    assert [each.status for each in answers[:3]] == [200] * 3
    for answer in answers:
        text = answer.body.decode() if isinstance(answer.body, bytes) else str(answer.body)
        text = WATERMARK.sub("", text)  # which says today
        assert not [word for word in secret if word in text], text
    assert "等了一上午" in str(answers[-1].body)


async def test_the_case_itself_does_not_tell_the_rated_that_it_was_rated(town):
    _, row, _ = await rated(town)
    for face in (HTML, "application/json"):
        seen = await town.get(f"/desk/cases/{row['case']}", await town.staff(RATED), Accept=face)
        text = seen.body.decode() if isinstance(seen.body, bytes) else str(seen.body)
        assert (seen.status, "等了一上午" in text, "'rating': None" in text or face == HTML) == (
            200,
            False,
            True,
        )


async def test_the_receipt_tells_its_holder_alone_that_it_was_rated(town):
    receipt, _, _ = await rated(town)
    hers = await town.get(f"/q/{receipt['code']}", await town.l2(town.chen))
    theirs = await town.get(f"/q/{receipt['code']}", await town.staff(RATED))
    assert (hers.body["rating"], "rate" in hers.body) == (1, False)
    assert ("rating" in theirs.body, bool(theirs.body["rate"])) == (False, True)
    page = await town.get(f"/q/{receipt['code']}", await town.staff(RATED), Accept=HTML)
    assert "您的评价" not in page.body.decode()


async def test_staff_rate_nothing_in_somebodys_place(town):
    receipt = await repair(town)
    reply = await town.post(f"/q/{receipt['code']}/rating", {"stars": 5}, await town.staff("clerk.daguan"))
    assert (reply.status, reply.body["error"]["code"]) == (403, "rating.staff")


async def test_other_desks_and_residents_see_nothing_of_it(town):
    _, _, path = await rated(town)
    for name in ("grid", "clerk", "孙外人"):
        assert (await town.get(path, await town.staff(STAFF[name]))).status == 404
    assert (await town.get(path, await town.l2(town.chen))).status == 401


async def test_the_supervisors_look_is_on_record(town):
    receipt, row, path = await rated(town)
    page = await town.get(path, await town.staff("supervisor"), Accept=HTML)
    assert receipt["case_no"] in page.body.decode()
    found = town.built.database.collection("audit").find({"where.route": "OneRating", "what.id": row["case"]})
    assert len(await found.to_list(None)) == 1


async def test_the_pages_of_the_desk_keep_what_was_typed_and_say_what_is_wrong(town):
    _, _, path = await rated(town)
    token = await town.staff("supervisor")
    await done(town, path, RATED, "answer", 1)
    form = b"revision=2&text=%E5%B7%B2%E7%94%B5%E8%AF%9D&result="
    told = {"Accept": HTML, "Content-Type": "application/x-www-form-urlencoded"}
    reply = await town.call("POST", f"{path}/call_back", form, token, told)
    assert (reply.status, "请选择回访结果" in reply.body.decode(), "已电话" in reply.body.decode()) == (
        422,
        True,
        True,
    )


async def test_a_visit_is_rated_once_without_logging_in(town):
    path = await window(town)
    opened = (await town.get(path)).body
    assert opened["name"].endswith("便民服务中心3号窗口")
    sent = {"stars": 2, "reasons": ["absent"], "words": "没有人", "ticket": opened["ticket"]}
    first, again = await town.post(path, sent), await town.post(path, sent)
    assert (first.status, again.status, again.body["counted"]) == (201, 200, False)
    tasks = (await town.get("/desk/ratings", await town.staff("clerk.daguan"))).body["tasks"]
    assert ("没有人", ["窗口没有人"]) in [(task["words"], task["reasons"]) for task in tasks]


async def test_the_form_of_a_window_keeps_what_was_typed(town):
    path = await window(town)
    ticket = (await town.get(path)).body["ticket"]
    form = f"stars=5&reasons=rude&words=hello&phone=123&ticket={ticket}&_xsrf=x".encode()
    told = {"Accept": HTML, "Content-Type": "application/x-www-form-urlencoded", "Cookie": "_xsrf=x"}
    reply = await town.call("POST", path, form, headers=told)
    page = reply.body.decode()
    assert reply.status == 422
    assert "有的原因和您选的等级不一致" in page
    assert 'value="rude" checked' in page
    assert "hello</textarea>" in page


async def test_one_device_rates_a_handful_of_visits_a_day(town):
    path, device = await window(town), {"X-Device": secrets.token_urlsafe(18)}
    statuses = []
    for _ in range(7):
        ticket = (await town.get(path)).body["ticket"]
        statuses.append(
            (await town.call("POST", path, {"stars": 5, "ticket": ticket}, headers=device)).status
        )
    assert statuses == [*[201] * 6, 429]


async def test_the_page_behind_a_windows_code_leads_to_its_rating(town):
    path = await window(town)
    page = await town.get(path.replace("/visit/", "/q/"), Accept=HTML)
    assert f'href="{path}"' in page.body.decode()


async def test_anybody_reads_the_figures_and_few_are_not_told(town):
    path = await window(town)
    for _ in range(4):
        ticket = (await town.get(path)).body["ticket"]
        await town.post(path, {"stars": 5, "ticket": ticket})
    figures = await town.get(f"/ratings?area={(await town.home.codes.get(path[7:])).areas[-1]}")
    assert figures.status == 200
    assert all(
        each is None or each == 0 or each >= 5 for line in figures.body["months"] for each in line["counts"]
    )
    page = await town.get("/ratings", Accept=HTML)
    assert (page.status, "好差评公开" in page.body.decode()) == (200, True)
    assert (await town.get("/ratings?area=1")).status == 404


async def test_a_receipt_offers_reasons_and_refuses_those_of_another_level(town):
    token = await town.l2(town.chen)
    receipt = await allowance(town, token)
    await decide(town, receipt["case_no"])
    page = await town.get(f"/q/{receipt['code']}", token, Accept=HTML)
    assert "等得太久，办得慢" in page.body.decode()
    wrong = await town.post(f"/q/{receipt['code']}/rating", {"stars": 5, "reasons": ["rude"]}, token)
    assert (wrong.status, wrong.body["error"]["fields"][0]["code"]) == (422, "rating.reasons")
