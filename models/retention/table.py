"""The table of retention: every collection, how long it is kept and why. docs/retention.md is printed from it.

What the table says is done by TTL indexes that the repositories declare (``ttl``) or by the sweeps of the slices that
``server/container.py`` hands to ``Retention`` (``sweep``); tests hold both to it.
"""

from __future__ import annotations

from models.retention.rule import Rule

RECORDS = "个人信息保护法第五十六条：处理情况记录至少保存三年"
ARCHIVE = "机关文件材料归档范围和文书档案保管期限规定：办件档案一般保管十年"
LIMITATION = "民法典第一百八十八条：三年诉讼时效"
NEEDED = "实现处理目的所必要的最短时间（个人信息保护法第十九条）"
DUTY = "履行法定职责，户籍和住户登记"
SECURITY = "网络安全法第二十一条：网络日志留存不少于六个月"
WORK = "系统运行需要，不含个人信息"

RULES: tuple[Rule, ...] = (
    Rule("people", "人员登记信息", "在册期间", DUTY, "never", people=True),
    Rule("households", "住户登记信息、门牌口令（摘要）", "在册期间", DUTY, "never", people=True),
    Rule("life_events", "人口变动登记：出生、死亡、迁移、婚姻、分户，及依据", "在册期间", DUTY, "never", people=True),
    Rule("merges", "合并重复登记的记录：谁、何时、依据什么把哪两条合成一条", "在册期间", DUTY, "never", people=True),
    Rule("registry_changes", "登记信息的变更记录：谁、何时、依据什么改了什么", "在册期间", DUTY, "never", people=True),
    Rule("registry_marks", "各户登记信息的完整和新旧程度（只有数目）", "在册期间，随登记信息重算", DUTY, "owner"),
    Rule("registry_sums", "各组各网格登记信息的完整和新旧程度（只有数目）", "在册期间，随登记信息重算", DUTY, "owner"),
    Rule(
        "registry_findings", "登记信息里互相矛盾的内容和说明", "改正后一年", DUTY, "ttl", people=True,
    ),
    Rule(
        "cases", "办件：填报内容、办理经过、单独同意的记录", "办结（撤回）后十年，事项另有规定的从其规定", ARCHIVE, "sweep",
        people=True, after="去掉姓名、联系方式和全部填报内容，只留编号、事项、区划、时间和结果用于统计",
    ),
    Rule(
        "filings", "一件事的总申请单", "随其中最后一个办件", ARCHIVE, "owner", people=True,
        after="去掉申请人姓名和联系方式",
    ),
    Rule(
        "uploads", "上传的材料", "没有提交的三十天；提交的随办件", f"{NEEDED}；{ARCHIVE}", "sweep", people=True
    ),
    Rule(
        "kept_materials", "同意留存、下次不用再交的材料",
        "到本人撤回、删除为止；过期满九十天的，和原办件到期清理的，一并清理",
        "本人同意", "sweep", people=True,
    ),
    Rule("reminders", "办理提醒的订阅和手机号", "办结告知后、退订后即删，最长一年", "本人同意", "ttl", people=True),
    Rule("drafts", "没有提交的草稿", "最后一次修改后三十天", NEEDED, "ttl", people=True),
    Rule("sessions", "登录状态", "到期为止，居民最长三十天", NEEDED, "ttl", people=True),
    Rule("otps", "短信验证码（摘要）", "五分钟", NEEDED, "ttl", people=True),
    Rule("pairings", "当面核验的配对码（摘要）", "十分钟", NEEDED, "ttl", people=True),
    Rule("wechat_bindings", "微信绑定", "到本人解除绑定为止", "本人同意", "owner", people=True),
    Rule("identity_checks", "当面核实身份的记录", "三年", RECORDS, "ttl", people=True),
    Rule("mandates", "委托代办的记录", "期满后三年", LIMITATION, "sweep", people=True),
    Rule("rights", "查询、更正、删除、说明请求和投诉，及答复", "办结后长期保存", RECORDS, "never", people=True),
    Rule("plate_reports", "假门牌举报", "处理完毕后一年", NEEDED, "ttl", people=True),
    Rule("audit", "访问留痕：谁看过、改过谁的信息", "三年", RECORDS, "ttl", people=True),
    Rule("audit_heads", "访问留痕的签名", "三年", RECORDS, "ttl"),
    Rule("limits", "尝试次数（摘要）", "计数时段结束为止，最长一天", NEEDED, "ttl", people=True),
    Rule("proofs", "提交时的验算凭据", "凭据失效为止", NEEDED, "ttl"),
    Rule("sms_outbox", "演示短信（只在演示中有）", "七天", NEEDED, "ttl", people=True),
    Rule(
        "accounts", "工作人员账号；没有通过的申请", "账号长期保存；未决定的申请九十天，未通过的一百八十天",
        SECURITY, "ttl",
    ),
    Rule("second_factors", "工作人员的二次验证密钥", "随账号", SECURITY, "owner"),
    Rule(
        "ratings", "好差评和整改、回访；要求回访的电话", "长期保存；电话回访完就删", "国办发〔2019〕51号：好差评差评整改",
        "never", people=True,
    ),
    Rule(
        "breaches", "失信记录：违背了什么、依据、异议和修复", "撤销、修复或到期后三年",
        f"国办发〔2020〕49号；{LIMITATION}", "ttl", people=True,
    ),
    Rule("problems", "问题台账：发现了什么、谁整改、验收和销号，不含申请人信息", "长期保存", "行政效能监察", "never"),
    Rule("lights", "电子监察的亮灯和说明，不含申请人信息", "长期保存", "行政效能监察", "never"),
    Rule(
        "jobs", "批量导入、导出等后台任务：谁、何时、做了多少，不含具体内容", "开始后一年", RECORDS, "ttl"
    ),
    Rule(
        "job_parts", "后台任务的文件和中间结果：导入的表格、结果文件、导出的文件（加密保存）",
        "导入的结果文件七天，导出的文件一天；没有确认、取消的随即清理", NEEDED, "sweep", people=True,
    ),
    Rule("import_mappings", "导入表格的列对应，不含表头和内容", "长期保存", WORK, "never"),
    Rule("visits", "走访记录：日期、方式、内容和发现的问题", "在册期间", DUTY, "never", people=True),
    Rule("visit_plans", "各户上次走访和下次走访的日期", "在册期间", DUTY, "never", people=True),
    Rule("visit_tasks", "走访途中发现、需要办的事", "在册期间", DUTY, "never", people=True),
    Rule(
        "sync_operations", "采集应用送达的操作：谁、何时、改了哪几项，不含内容", "三年", RECORDS, "ttl", people=True
    ),
    Rule("sync_open", "采集应用送达、还需要本人处理的操作内容", "处理完就删，最长一百八十天", NEEDED, "ttl", people=True),
    Rule("sync_phones", "装有采集应用的手机：何时联系过、是否挂失", "两年没有联系后", SECURITY, "ttl"),
    Rule("sync_carried", "哪台手机上存有哪些户", "最后一次下发后一百八十天", SECURITY, "ttl"),
    Rule(
        "sync_photos", "走访照片的登记", "没有传完的七天；没有写进走访记录的三十天；其余随走访记录", f"{NEEDED}；{DUTY}",
        "sweep", people=True,
    ),
    Rule("sync_chunks", "没有传完的照片", "七天", NEEDED, "ttl", people=True),
    Rule("batches", "批量办理的清单，供撤销", "七天", NEEDED, "ttl"),
    Rule("shifts", "首席代表排班", "长期保存", WORK, "never"),
    Rule("leaves", "工作人员外出期间委托谁办件", "长期保存", SECURITY, "never"),
    Rule("dealings", "各岗位怎样派件", "长期保存", WORK, "never"),
    Rule("codes", "二维码及其状态", "长期保存", WORK, "never"),
    Rule("areas", "区划", "长期保存", WORK, "never"),
    Rule("items", "事项的现状", "长期保存", WORK, "never"),
    Rule("item_versions", "事项的历次版本", "长期保存，办件按提交时的版本办理", WORK, "never"),
    Rule("item_drafts", "事项的草稿：谁编写、谁审核、改了什么", "长期保存", WORK, "never"),
    Rule("calendar", "工作日历", "长期保存", WORK, "never"),
    Rule("element_grounds", "严格限制数据项的采集依据：谁、何时、依据哪条规定打开或停止", "长期保存", RECORDS, "never"),
    Rule("wechat_tokens", "小程序的接口凭证", "随凭证更新", WORK, "owner"),
    Rule("data_keys", "数据密钥（加密保存）", "长期保存，销毁后已加密的内容无法打开", WORK, "never"),
    Rule("key_readers", "各服务进程使用的密钥编号", "进程停止后一小时", WORK, "ttl"),
    Rule("rotations", "密钥轮换的进度", "长期保存", WORK, "never"),
    Rule("sweeps", "清理记录", "三年", RECORDS, "ttl"),
    Rule("leases", "清理任务由哪个进程在做", "一直只有一行", WORK, "never"),
)  # fmt: skip


def rule_of(collection: str) -> Rule:
    """The row of a collection. KeyError where the table has none."""
    return _BY_COLLECTION[collection]


def about_people() -> tuple[Rule, ...]:
    """The rows that the privacy notice tells."""
    return tuple(rule for rule in RULES if rule.people)


_BY_COLLECTION = {rule.collection: rule for rule in RULES}
