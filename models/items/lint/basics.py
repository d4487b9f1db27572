"""Rules about the list itself: names, days, visits, fees, law, codes. Wenzhou's rules of quality (清单质检) and ours."""

from __future__ import annotations

from models.items.codes import BadCode, check_basic, check_code
from models.items.item import Item
from models.items.lint.rule import Found, Known, Rule

FREE = ("不收费", "免费", "")
PLAIN = 60
WENZHOU = "温州市政务服务事项清单质检规则"


def _blank(item: Item, *names: str) -> Found:
    return [name for name in names if not getattr(item, name)]


def _required(item: Item, _known: Known) -> Found:
    yield from _blank(item, "name", "short", "summary", "department", "conditions", "places", "hours")
    if not item.result.name.strip():
        yield "result.name"


def _days(item: Item, _known: Known) -> Found:
    return ["promised_days"] if item.promised_days > item.statutory_days > 0 else []


def _no_days(item: Item, _known: Known) -> Found:
    return ["promised_days"] if item.handling == "promised" and item.promised_days <= 0 else []


def _negative(item: Item, _known: Known) -> Found:
    numbers = ("statutory_days", "promised_days", "minutes", "visits", "keep_years", "popular")
    return [name for name in numbers if getattr(item, name) < 0]


def _special(item: Item, _known: Known) -> Found:
    """Clocks that run at all, and reminders that come before their end."""
    for name in ("tolerance.days", "urgent.hours", "urgent.papers", "once.days"):
        number = _number_at(item, name)
        if number is not None and number < 1:
            yield name
    for name in ("tolerance.remind", "urgent.remind"):
        if (_number_at(item, name) or 0) < 0:
            yield name


def _number_at(item: Item, path: str) -> int | None:
    group, _, name = path.partition(".")
    found: int | None = getattr(getattr(item, group), name, None)
    return found


def _before(item: Item, _known: Known) -> Found:
    names = ("materials", "steps", "days", "visits")
    return [f"before.{name}" for name in names if item.before and getattr(item.before, name) < 0]


def _instant(item: Item, _known: Known) -> Found:
    return ["promised_days"] if item.handling == "instant" and item.promised_days else []


def _wholly_online(item: Item, _known: Known) -> Found:
    return ["visits"] if item.online_depth == "IV" and item.visits else []


def _no_way(item: Item, _known: Known) -> Found:
    return ["post"] if item.visits == 0 and item.online_depth in ("I", "II") and not item.post else []


def _visit_reason(item: Item, _known: Known) -> Found:
    return ["visit_reason"] if item.visits > 0 and not item.visit_reason.strip() else []


def _fee(item: Item, _known: Known) -> Found:
    return ["fee_basis"] if item.fee.strip() not in FREE and not item.fee_basis.strip() else []


def _phones(item: Item, _known: Known) -> Found:
    return ["complaint_phone"] if item.consult_phone == item.complaint_phone else []


def _law(item: Item, _known: Known) -> Found:
    return ["legal_basis"] if not any(line.strip() for line in item.legal_basis) else []


def _law_named(item: Item, _known: Known) -> Found:
    return [f"legal_basis.{at}" for at, line in enumerate(item.legal_basis) if "《" not in line]


def _sample(item: Item, _known: Known) -> Found:
    return ["result.sample"] if not item.result.sample.strip() else []


def _faq(item: Item, _known: Known) -> Found:
    return ["questions"] if item.kind == "01" and not item.questions else []


def _faq_whole(item: Item, _known: Known) -> Found:
    for at, each in enumerate(item.questions):
        if not each.question.strip() or not each.answer.strip():
            yield f"questions.{at}.answer"


def _licence_steps(item: Item, _known: Known) -> Found:
    kinds = {step.kind for step in item.steps}
    whole = {"accept", "approve"} <= kinds and bool(kinds & {"review", "survey"})
    return ["steps"] if item.kind == "01" and not whole else []


def _department(item: Item, known: Known) -> Found:
    return ["department"] if item.department and item.department not in known.departments else []


def _plain(item: Item, _known: Known) -> Found:
    return ["summary"] if len(item.summary) > PLAIN else []


def _unverified(item: Item, _known: Known) -> Found:
    return ["unverified"] if item.unverified else []


def _basic_code(item: Item, known: Known) -> Found:
    if not item.basic_code:
        return
    try:
        code = check_basic(item.basic_code, item.kind)
    except BadCode as bad:
        yield "basic_code", f"{bad}。"
        return
    if code != item.basic_code:
        yield "basic_code", "基本编码只写12位数字，不要空格和横线。"
    other = known.basic_codes.get(code)
    if other and other not in (item.id, item.variant_of):
        yield "basic_code", f"这个基本编码已经用在事项 {other} 上。"


def _code(item: Item, known: Known) -> Found:
    if not item.code:
        return
    try:
        code = check_code(item.code, item.basic_code)
    except BadCode as bad:
        yield "code", f"{bad}。"
        return
    if code != item.code:
        yield "code", "实施编码只写31位数字和大写字母，不要空格和横线。"
    if known.codes.get(code, item.id) != item.id:
        yield "code", f"这个实施编码已经用在事项 {known.codes[code]} 上。"


def _no_codes(item: Item, _known: Known) -> Found:
    return _blank(item, "basic_code", "code")


def _area(item: Item, known: Known) -> Found:
    return ["area"] if item.area and item.area not in known.towns else []


def _variant(item: Item, known: Known) -> Found:
    if bool(item.area) != bool(item.variant_of):
        yield "variant_of"
    elif item.variant_of and item.variant_of not in known.items:
        yield "variant_of", f"县里没有事项 {item.variant_of}。"
    elif known.variants.get((item.variant_of, item.area), item.id) != item.id:
        yield "variant_of", "这个乡镇已经有自己的这个事项。"


RULES: tuple[Rule, ...] = (
    Rule("blank", "这一项必须填写。", _required),
    Rule("days.order", "承诺办结时限不能长于法定办结时限。", _days, basis="政务服务事项实施清单要素"),
    Rule("days.none", "承诺件要写明承诺几个工作日办结。", _no_days),
    Rule("negative", "这里不能是负数。", _negative),
    Rule("negative.before", "这里不能是负数。", _before),
    Rule("special.numbers", "天数和小时数要大于0。", _special),
    Rule("instant.days", "即办件当场办结，承诺日数应为0。", _instant, basis=WENZHOU),
    Rule("online.visits", "网办深度是Ⅳ（全程网办）的，到现场次数应为0。", _wholly_online, basis=WENZHOU),
    Rule("online.post", "到现场0次又不能全程网办的，应当支持邮寄申请。", _no_way, basis=WENZHOU),
    Rule("visits.reason", "要到现场的，须写明必须到现场的原因。", _visit_reason, basis=WENZHOU),
    Rule("fee.basis", "收费的，须写明收费依据和标准。", _fee, basis=WENZHOU),
    Rule("phones", "投诉电话不能与咨询电话相同。", _phones, basis=WENZHOU),
    Rule("law", "至少写一条设定依据。", _law),
    Rule("law.name", "依据要写出文件名称，用《》括起来。", _law_named, "warn"),
    Rule("result.sample", "结果须有样本，写明上面有哪些内容。", _sample, basis=WENZHOU),
    Rule("licence.faq", "行政许可应当有常见问题解答。", _faq, "warn", WENZHOU),
    Rule("faq.whole", "常见问题的问和答都要写。", _faq_whole),
    Rule("licence.steps", "行政许可的环节要写全：受理、审核或核查、决定。", _licence_steps, basis=WENZHOU),
    Rule("department", "没有这个部门，请写部门短名，如“民政”。", _department),
    Rule("plain", f"给群众看的一句话请控制在{PLAIN}字以内。", _plain, "warn"),
    Rule("unverified", "还有没核实的内容，请向主管部门核实。", _unverified, "warn"),
    Rule("code.basic", "基本编码不对。", _basic_code, basis="政务服务事项编码规则"),
    Rule("code", "实施编码不对。", _code, basis="政务服务事项编码规则"),
    Rule("code.none", "还没有赋码。", _no_codes, "warn"),
    Rule("area", "没有这个乡镇。", _area),
    Rule("area.of", "只在一个乡镇实行的事项，须写明替代县里的哪个事项。", _variant),
)
