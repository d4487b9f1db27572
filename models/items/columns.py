"""What can be written about an item, column by column: the one description from which desk pages, comparisons and sheets
are made."""

from __future__ import annotations

from typing import get_args

from models.forms.form import FieldType
from models.items.cells import Choices, Column
from models.items.codes import KINDS, LEVELS
from models.items.item import THEMES

KIND_CHOICES: Choices = tuple((code, KINDS[code]) for code in ("01", "05", "07", "08", "10", "20"))
THEME_CHOICES: Choices = tuple(THEMES.items())
LEVEL_CHOICES: Choices = (("L0", "免登录"), ("L1", "身份证"), ("L2", "身份证加验证"))
HANDLING: Choices = (("instant", "即办件"), ("promised", "承诺件"))
DEPTHS: Choices = (
    ("I", "Ⅰ 网上查信息"), ("II", "Ⅱ 网上预约预审"), ("III", "Ⅲ 网上办，取件跑一次"), ("IV", "Ⅳ 全程网办"),
)  # fmt: skip
SERVED: Choices = (("person", "个人"), ("household", "家庭"), ("firm", "企业"))
COLLECT: Choices = tuple((each, each) for each in ("自取", "邮寄", "网格员送达", "电子证照"))
RESULT_KINDS: Choices = tuple(
    (each, each) for each in ("批文", "证照", "证明", "登记", "资金", "服务", "其他")
)
NEEDS: Choices = (("0", "必须"), ("1", "非必须"), ("2", "可容缺后补"))
FORMS: Choices = (("1", "纸质"), ("2", "电子"))
SOURCES: Choices = tuple((each, each) for each in ("申请人自备", "政府部门核发", "其他"))
ROLES: Choices = (("clerk", "受理员"), ("reviewer", "审核员"), ("approver", "审批人"), ("grid", "网格员"))
TIERS: Choices = (("county", "县"), ("town", "乡镇"), ("village", "村（居）"))
STEP_KINDS: Choices = (
    ("accept", "受理"), ("review", "审核"), ("survey", "核查、勘验"), ("notice", "公示"), ("aid", "先行救助"),
    ("approve", "决定"), ("issue", "制证、发放"),
)  # fmt: skip
JOINS: Choices = (("all", "全部办完"), ("any", "一个办完即可"))
FIELD_TYPES: dict[str, str] = {
    "text": "一行文字", "textarea": "多行文字", "integer": "整数", "decimal": "小数", "money": "金额", "date": "日期",
    "month": "年月", "yes_no": "是或否", "single": "单选", "multiple": "多选", "id_number": "身份证号",
    "credit_code": "统一社会信用代码", "phone": "电话", "area": "区划", "address": "地址", "bank_account": "银行账号",
    "member": "家庭成员", "file": "照片或文件", "signature": "手写签名", "table": "表格", "computed": "自动计算",
    "notice": "告知、承诺",
}  # fmt: skip
assert set(FIELD_TYPES) == set(get_args(FieldType))  # noqa: S101 - every type has its word

BASICS: tuple[Column, ...] = (
    Column("name", "正式名称", optional=False),
    Column("short", "群众的叫法", hint="几个字，例如“高龄津贴”", optional=False),
    Column("summary", "给群众看的一句话", optional=False),
    Column("kind", "事项类型", "choice", KIND_CHOICES, optional=False),
    Column("theme", "主题", "choice", THEME_CHOICES, optional=False),
    Column("department", "主管部门", hint="部门短名，例如“民政”", optional=False),
    Column("body", "实施主体"),
    Column("joint_bodies", "联办机构", "lines", hint="一行一个"),
    Column("served", "服务对象", "choice", SERVED),
    Column("level", "怎样证明身份", "choice", LEVEL_CHOICES, optional=False),
    Column("handling", "办件类型", "choice", HANDLING, optional=False),
    Column("statutory_days", "法定办结时限", "integer", hint="工作日；没有规定的填0"),
    Column("promised_days", "承诺办结时限", "integer", hint="工作日；即办件填0"),
    Column("minutes", "填写要几分钟", "integer"),
    Column("visits", "到现场次数", "integer"),
    Column("visit_reason", "必须到现场的原因", hint="到现场0次的不填"),
    Column("online_depth", "网办深度", "choice", DEPTHS),
    Column("legal_basis", "设定依据", "lines", hint="一行一条，写出《文件名》、文号和条款", optional=False),
    Column("places", "办理地点", "lines", hint="一行一个", optional=False),
    Column("hours", "办理时间", optional=False),
    Column("consult_phone", "咨询电话"),
    Column("complaint_phone", "监督投诉电话"),
    Column("validity", "通办范围", hint="例如“全县”"),
    Column("remedies", "不服怎么办"),
    Column("keywords", "搜索词", "lines", hint="群众可能会搜的词，一行一个"),
    Column("popular", "常办排名", "integer", hint="0 表示不排在常办里"),
    Column("keep_years", "办件保存几年", "integer"),
    Column("unverified", "还没核实的内容", "lines", hint="一行一条，核实一条删一条"),
)
MONEY: tuple[Column, ...] = (
    Column("fee", "收费", hint="不收的写“不收费”"),
    Column("fee_basis", "收费依据和标准"),
    Column("result.name", "结果名称", optional=False),
    Column("result.kind", "结果类型", "choice", RESULT_KINDS),
    Column("result.sample", "结果样本", "long", hint="写明上面有哪些内容"),
    Column("result.code", "结果的材料编号", hint="例如 M14；一件事里后面的事项就不用再交它"),
    Column("post", "可以邮寄申请", "yes_no"),
    Column("collect", "怎样拿结果", "lines", hint="一行一种：自取、邮寄、网格员送达、电子证照"),
)
BEFORE: tuple[Column, ...] = (
    Column("before.materials", "改革前：材料几件", "integer"),
    Column("before.steps", "改革前：环节几个", "integer"),
    Column("before.days", "改革前：几个工作日", "integer"),
    Column("before.visits", "改革前：跑几次", "integer"),
)
CODES: tuple[Column, ...] = (
    Column("basic_code", "基本编码", "code", hint="12位：权力来源2、类型2、部门2、主项3、子项3"),
    Column("code", "实施编码", "code", hint="31位：信用代码18、层级1、基本编码12"),
)
CODE_PARTS: tuple[Column, ...] = (
    Column("part.origin", "权力来源", hint="2位"),
    Column("part.department", "部门", hint="2位"),
    Column("part.main", "主项", hint="3位，从001开始"),
    Column("part.sub", "子项", hint="3位，没有子项写000"),
    Column("part.credit", "实施主体的统一社会信用代码", hint="18位"),
    Column("part.level", "行使层级", "choice", tuple(LEVELS.items())),
)
AREA: tuple[Column, ...] = (Column("area", "乡镇"), Column("variant_of", "替代的县级事项"))
CONDITIONS: tuple[Column, ...] = (Column("conditions", "受理条件", "lines", hint="一行一条", optional=False),)
OVER: Choices = (("stop", "停止计时"), ("back", "退回补正"), ("refuse", "不予办理"))
SPECIAL: tuple[Column, ...] = (
    Column("tolerance.days", "容缺：几个工作日内补齐", "integer", hint="留空表示不容缺受理"),
    Column("tolerance.over", "容缺：过期没补怎样办", "choice", OVER),
    Column("tolerance.remind", "容缺：到期前几个工作日提醒", "integer"),
    Column("urgent.when", "急难：什么情形", "when", hint="留空表示没有急难程序"),
    Column("urgent.hours", "急难：几小时内决定", "integer"),
    Column("urgent.papers", "急难：几个工作日内补手续", "integer"),
    Column("urgent.remind", "急难：到期前几个工作日提醒", "integer"),
    Column("once.fields", "同一事由：看哪些问题", "lines", hint="一行一个问题的键；留空表示不查重复"),
    Column("once.days", "同一事由：几天内不重复", "integer"),
)
GROUPS: dict[str, tuple[str, ...]] = {
    "before": (), "tolerance": ("days",), "urgent": ("when", "hours", "papers"), "once": ("fields",),
    "compute": ("op", "fields"), "commitment": ("key", "covers"),
}  # fmt: skip
"""What is written whole or not at all, with what it cannot be without."""

QUESTION: tuple[Column, ...] = (
    Column("question", "问", optional=False),
    Column("answer", "答", "long", optional=False),
)
MATERIAL: tuple[Column, ...] = (
    Column("code", "编号", hint="例如 M01", optional=False),
    Column("name", "名称", optional=False),
    Column("need", "必要性", "choice", NEEDS, number=True),
    Column("form", "形式", "choice", FORMS, number=True),
    Column("source", "来源", "choice", SOURCES),
    Column("originals", "原件份数", "integer"),
    Column("copies", "复印件份数", "integer"),
    Column("criteria", "审查要点"),
    Column("basis", "依据"),
    Column("field", "上传它的问题", hint="表单里“照片或文件”问题的键"),
    Column("held", "系统已有", hint="数据项；填表即可的写 form，刷身份证的写 card"),
    Column("when", "什么情形才要", "when", hint="留空表示都要"),
)
STEP: tuple[Column, ...] = (
    Column("key", "键", hint="小写字母，定了不改", optional=False),
    Column("name", "名称", optional=False),
    Column("kind", "做什么", "choice", STEP_KINDS),
    Column("department", "部门", optional=False),
    Column("role", "谁办", "choice", ROLES, optional=False),
    Column("tier", "在哪一级", "choice", TIERS),
    Column("days", "工作日", "integer"),
    Column("stage", "并联组", hint="一起办的环节写同一个名字"),
    Column("join", "并联组怎样算办完", "choice", JOINS),
    Column("signers", "会签人数", "integer"),
    Column("notice_days", "公示几天", "integer", hint="自然日，只有公示环节填"),
    Column("publish", "公示哪些问题的回答", "lines", hint="一行一个问题的键，只有公示环节填"),
    Column("online", "网上也公示", "yes_no", hint="不填也算“是”；“否”只在村里张贴"),
    Column("blind", "盲审", "yes_no", hint="由首席代表办，看不到申请人是谁"),
    Column("shows", "盲审时仍要看的问题", "lines", hint="一行一个问题的键"),
    Column("upto", "最多批多少元", "integer", hint="按金额分权时填"),
    Column("above", "超过多少元才走", "integer", hint="按金额分权时填"),
    Column("when", "什么情形才走", "when", hint="留空表示都走"),
)
SUBJECTS: Choices = (
    ("applicant", "申请人本人"), ("child", "孩子"), ("spouse", "配偶"), ("deceased", "逝者"), ("agent", "代办人"),
    ("member", "家庭成员"), ("heir", "继承人"), ("guardian", "监护人"), ("father", "父亲"), ("mother", "母亲"),
)  # fmt: skip
COMPUTES: Choices = (
    ("sum", "相加"), ("product", "相乘"), ("difference", "相减"), ("ratio", "相除"), ("age", "周岁"),
    ("column_sum", "表格一列相加"), ("count", "表格几行"),
)  # fmt: skip
PAGE: tuple[Column, ...] = (
    Column("key", "键", hint="小写字母、数字和下划线，定了不改", optional=False),
    Column("title", "标题", optional=False),
    Column("hint", "说明"),
    Column("show_if", "什么时候出现", "when", hint="留空表示都出现"),
)
FIELD: tuple[Column, ...] = (
    Column("key", "键", hint="小写字母、数字和下划线，定了不改", optional=False),
    Column("label", "问什么", optional=False),
    Column("type", "类型", "choice", tuple(FIELD_TYPES.items()), optional=False),
    Column("required", "必答", "yes_no"),
    Column("hint", "说明", hint="一句话，告诉群众怎样填"),
    Column("element", "数据项", hint="例如 person.phone；能从登记库知道的都绑定"),
    Column("subject", "问的是谁", hint="申请人本人写 applicant"),
    Column("options", "选项", "options", hint="一行一个：值、空格、名称"),
    Column("codes", "代码表", hint="代替选项，例如 C04"),
    Column("show_if", "什么时候出现", "when", hint="留空表示都出现"),
    Column("require_if", "什么时候必答", "when"),
    Column("default", "先替人填上", "scalar"),
    Column("min", "最小", "scalar", hint="数字，或日期如 today-80y"),
    Column("max", "最大", "scalar"),
    Column("min_length", "最少几字", "integer"),
    Column("max_length", "最多几字", "integer"),
    Column("unit", "单位"),
    Column("places", "小数位数", "integer"),
    Column("pattern", "格式（正则）"),
    Column("pattern_message", "格式不对时的提示"),
    Column("text", "告知、承诺的正文", "long"),
    Column("consent", "单独同意的用途"),
    Column("camera", "优先拍照", "yes_no"),
    Column("max_files", "最多几个文件", "integer"),
    Column("min_rows", "最少几行", "integer"),
    Column("max_rows", "最多几行", "integer"),
    Column("commitment.key", "告知承诺：代号", hint="答“是”即作出承诺；留空表示不是承诺"),
    Column("commitment.covers", "告知承诺：承诺什么"),
    Column(
        "commitment.bars", "告知承诺：失信后几个月不适用", "months", hint="一行一种：失信种类、空格、月数"
    ),
    Column("compute.op", "怎样算", "choice", COMPUTES),
    Column("compute.fields", "用哪些问题算", "lines", hint="一行一个键"),
    Column("compute.column", "表格的哪一列"),
)
RULE: tuple[Column, ...] = (
    Column("when", "什么时候检查", "when", hint="留空表示总是检查"),
    Column("must", "必须满足", "when", optional=False),
    Column("field", "提示在哪个问题旁边", optional=False),
    Column("message", "提示", hint="一句能照着做的话", optional=False),
    Column("code", "代号"),
)
