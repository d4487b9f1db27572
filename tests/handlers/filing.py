"""Filing a matter as a client does, for tests that need a case to look at."""

from __future__ import annotations

from typing import Any

from tests.town import Reply, Town

REPAIR = {
    "fault": "leak",
    "contact_name": "陈桂兰",
    "contact_phone": "13900001111",
    "note": "厨房门口，从昨晚开始",
}
TYPED = {
    "notice": True,
    "signature": {"name": "陈桂兰"},
    "phone": "13900001111",
    "bank_account": "6217000000000000001",
    "text": "农村商业银行大关支行",
    "yes_no": False,
}


async def open_form(town: Town, code: str, slug: str, token: str = "") -> dict[str, Any]:
    """The form as a client gets it."""
    reply = await town.get(f"/apply/{code}/{slug}", token)
    assert reply.status == 200, reply.body
    return reply.body


def missing(opened: dict[str, Any]) -> dict[str, Any]:
    """Good answers to the required questions that nothing is known about."""
    fields = [field for section in opened["form"]["sections"] for field in section["fields"]]
    return {
        field["key"]: TYPED[field["type"]] if field["type"] in TYPED else field["options"][0]["value"]
        for field in fields
        if field["required"] and field.get("value") in (None, "") and "show_if" not in field
    }


def agreed(opened: dict[str, Any]) -> list[str]:
    """The ids of all consents that a form may ask for."""
    return [ask["id"] for ask in opened["consents"]]


async def submit(town: Town, opened: dict[str, Any], answers: dict[str, Any], token: str = "") -> Reply:
    """Send answers under the key of the form, with every consent that it asks for."""
    sent = {
        "submission_key": opened["submit"]["submission_key"],
        "answers": answers,
        "consents": agreed(opened),
    }
    return await town.post(opened["submit"]["href"], sent, token)


async def repair(town: Town, code: str = "", **changed: Any) -> dict[str, Any]:
    """The receipt of a water repair, filed by nobody in particular."""
    opened = await open_form(town, code or town.chen.code, "water-repair")
    reply = await submit(town, opened, {**REPAIR, **changed})
    assert reply.status == 201, reply.body
    return reply.body["receipt"]


async def allowance(town: Town, token: str, **changed: Any) -> dict[str, Any]:
    """The receipt of 陈桂兰's old-age allowance."""
    opened = await open_form(town, town.chen.code, "elder-allowance", token)
    reply = await submit(town, opened, {**missing(opened), **changed}, token)
    assert reply.status == 201, reply.body
    return reply.body["receipt"]


async def at_desk(town: Town, case_no: str, username: str) -> dict[str, Any]:
    """The case with a number as a member of staff opens it."""
    token = await town.staff(username)
    led = await town.get(f"/desk?number={case_no}", token)
    assert led.status == 303, led.body
    opened = await town.get(led.headers["Location"], token)
    assert opened.status == 200, opened.body
    return opened.body


async def act(town: Town, case_no: str, username: str, action: str, **told: Any) -> Reply:
    """One action of a member of staff on a case as it stands."""
    case = (await at_desk(town, case_no, username))["case"]
    path = f"/desk/cases/{case['id']}/{action}"
    return await town.post(path, {"rev": case["rev"], **told}, await town.staff(username))


async def decide(town: Town, case_no: str, outcome: str = "grant") -> None:
    """Take 陈桂兰's allowance through every step to its end."""
    for username, action in (
        ("clerk.daguan", "accept"),
        ("reviewer.daguan", "hand_on"),
        ("reviewer.daguan", "hand_on"),
        ("approver.minzheng", outcome),
    ):
        reply = await act(town, case_no, username, action, reason="材料齐全", result="自12月起发放")
        assert reply.status == 200, (username, action, reply.body)


async def hung(town: Town, token: str, photo: str) -> dict[str, Any]:
    """陈桂兰's low-income matter while its notice hangs, as the desk has it; ``photo`` is an upload of hers."""
    opened = await open_form(town, town.chen.code, "dibao", token)
    her = town.chen.resident
    family = [
        {"name": her.name, "id_number": her.id_number, "relation": "01", "income": "0", "health": "good"},
    ]
    answers = {
        "members": family, "dwelling_kind": "01", "has_vehicle": False, "has_business": False, "savings": "2000",
        "causes": ["illness"], "relative_of_staff": False, "bank_name": "农村商业银行", "authorise": True,
        "authorisation_photo": [photo], "promise": True, "signature": TYPED["signature"],
        "bank_account": TYPED["bank_account"],
    }  # fmt: skip
    reply = await submit(town, opened, answers, token)
    assert reply.status == 201, reply.body
    number = reply.body["receipt"]["case_no"]
    for username, action in (
        ("clerk.daguan", "accept"),
        ("reviewer.daguan", "hand_on"),
        ("reviewer.daguan", "hand_on"),
    ):
        reply = await act(town, number, username, action)
        assert reply.status == 200, (username, action, reply.body)
    return (await at_desk(town, number, "reviewer.daguan"))["case"]
