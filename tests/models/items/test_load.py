"""Reading items: blocks are drawn in, and every slip names the file it is in."""

from __future__ import annotations

import shutil

import pytest

from models.items.load import DATA, load_bundles, load_items


@pytest.fixture
def folder(tmp_path):
    """A copy of the data that a test may spoil."""
    return shutil.copytree(DATA, tmp_path / "data")


def spoil(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_block_is_drawn_in_with_its_own_fields_behind():
    section = load_items()["elder-allowance"].form.sections[0]
    keys = [field.key for field in section.fields]
    assert keys[:2] == ["name", "id_number"]
    assert keys[-1] == "emergency_phone"
    assert section.title == "您的信息"


def test_only_the_named_fields_of_a_block_are_kept():
    section = load_items()["water-install"].form.sections[0]
    assert [field.key for field in section.fields] == ["name", "id_number", "phone"]


def test_a_block_can_be_asked_about_somebody_else(folder):
    old = 'use = "applicant"\nonly = ["name", "id_number", "phone"]'
    spoil(folder, "items/water-install.toml", old, f'{old}\nas = "spouse"\ncalled = "配偶"')
    name = load_items(folder)["water-install"].form.sections[0].fields[0]
    assert (name.key, name.label, name.subject) == ("spouse_name", "配偶姓名", "spouse")


def test_conditions_follow_the_renamed_fields(folder):
    spoil(
        folder,
        "items/elder-allowance.toml",
        '["account", "agent"]',
        '"agent"\nas = "heir"\ncalled = "继承人的"',
    )
    spoil(folder, "items/elder-allowance.toml", '    { use = "M06" },\n', "")
    form = load_items(folder)["elder-allowance"].form
    assert form.fields()["heir_agent_name"].show_if.field == "heir_by_agent"


def test_what_stands_beside_use_overrides_the_block():
    photo = next(m for m in load_items()["elder-card"].materials if m.code == "M04")
    assert photo.need == 0
    assert photo.name == "近期照片"


def test_a_slip_in_toml_names_the_file(folder):
    spoil(folder, "items/dibao.toml", 'id = "dibao"', "id = dibao")
    with pytest.raises(ValueError, match="dibao.toml"):
        load_items(folder)


def test_a_field_that_an_item_does_not_have_is_named(folder):
    spoil(folder, "items/dibao.toml", "minutes = 12", "minutes = 12\ncolour = 3")
    with pytest.raises(ValueError, match=r"dibao\.toml.*colour"):
        load_items(folder)


def test_a_missing_part_is_named(folder):
    spoil(folder, "bundles/newborn.toml", 'item = "newborn-hukou"\n', "")
    with pytest.raises(ValueError, match=r"newborn\.toml.*item"):
        load_bundles(folder)


def test_a_block_that_does_not_exist_is_named(folder):
    spoil(folder, "items/dibao.toml", 'use = "family"', 'use = "clan"')
    with pytest.raises(ValueError, match=r"dibao\.toml: no block sections\.clan"):
        load_items(folder)


def test_a_key_that_the_block_does_not_have_is_named(folder):
    spoil(folder, "items/water-install.toml", '"id_number", "phone"]', '"id_number", "fax"]')
    with pytest.raises(ValueError, match=r"water-install\.toml.*fax"):
        load_items(folder)


def test_a_section_without_its_title_is_refused(folder):
    spoil(folder, "items/water-repair.toml", 'title = "哪里坏了"\n', "")
    with pytest.raises(ValueError, match=r"water-repair\.toml.*title"):
        load_items(folder)


def test_a_form_that_is_no_table_is_refused(folder):
    (folder / "items" / "odd.toml").write_text('id = "odd"\nform = 3\n', encoding="utf-8")
    with pytest.raises(ValueError, match="odd.toml"):
        load_items(folder)


def test_an_id_that_is_not_the_files_name_is_refused(folder):
    shutil.copy(folder / "items" / "dibao.toml", folder / "items" / "copy.toml")
    with pytest.raises(ValueError, match=r"copy\.toml: the id is dibao"):
        load_items(folder)


def test_missing_blocks_are_named(folder):
    (folder / "blocks.toml").unlink()
    with pytest.raises(ValueError, match="blocks.toml"):
        load_items(folder)
