"""What a browser sends becomes what a JSON client sends."""

from __future__ import annotations

from models.forms.encode import from_pairs
from models.forms.form import Field

FIELDS = {
    field.key: field
    for field in (
        Field("name", "姓名", "text"),
        Field("kinds", "类别", "multiple"),
        Field("photos", "照片", "file"),
        Field("agree", "承诺", "notice", required=True),
        Field("sign", "签名", "signature"),
        Field("child", "孩子", "member"),
        Field(
            "family",
            "家庭成员",
            "table",
            columns=(
                Field("name", "姓名", "text"),
                Field("ties", "关系", "multiple"),
                Field("who", "人", "member"),
            ),
        ),
    )
}


def test_plain_and_repeated_names():
    args = {"name": ["陈桂兰"], "kinds": ["a", "b"], "photos": ["f1", ""], "agree": ["", "on"]}
    assert from_pairs(FIELDS, args) == {
        "name": "陈桂兰", "kinds": ["a", "b"], "photos": ["f1"], "agree": "on",
    }  # fmt: skip


def test_rows_are_gathered_in_order_and_blank_ones_dropped():
    args = {
        "family.10.name": ["李明"],
        "family.2.name": ["陈小军"],
        "family.2.ties": ["1", "2"],
        "family.2.who.name": ["陈小军"],
        "family.3.name": [" "],
        "family.x.name": ["孙外人"],
    }
    assert from_pairs(FIELDS, args)["family"] == [
        {"name": "陈小军", "ties": ["1", "2"], "who": {"name": "陈小军"}},
        {"name": "李明"},
    ]


def test_a_table_sent_empty_is_emptied_and_one_not_sent_is_absent():
    assert from_pairs(FIELDS, {"family.0.name": [""]}) == {"family": []}
    assert from_pairs(FIELDS, {}) == {}


def test_signatures_and_members_by_part():
    assert from_pairs(FIELDS, {"sign.name": ["陈桂兰"], "sign.file": [""]}) == {"sign": {"name": "陈桂兰"}}
    assert from_pairs(FIELDS, {"sign.file": ["f1"]}) == {"sign": {"file": "f1"}}
    assert from_pairs(FIELDS, {"child": ["m1"], "child.name": [""]}) == {"child": "m1"}
    assert from_pairs(FIELDS, {"child": [""], "child.name": ["李明"]}) == {"child": {"name": "李明"}}


def test_names_of_no_field_are_left_out():
    assert from_pairs(FIELDS, {"_xsrf": ["t"], "name.0.x": ["?"], "family": ["?"], "family.0": ["?"]}) == {}


def test_a_cleared_answer_is_sent_as_blank():
    assert from_pairs(FIELDS, {"name": [""], "kinds": [""]}) == {"name": "", "kinds": []}
