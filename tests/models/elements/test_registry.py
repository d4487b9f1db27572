"""The registry of data elements and code lists, as shipped and with mistakes in it."""

from __future__ import annotations

import shutil

import pytest

from models.elements.registry import DATA, load_elements

OFFICES = {"person.doctor_phone", "person.honor_plate", "person.village_post", "person.deputy_kind"}
"""What is public of a person: posts that people hold in public, a plate on the door, the number of a surgery."""


@pytest.fixture(scope="module")
def elements():
    return load_elements()


@pytest.fixture
def folder(tmp_path):
    """A copy of the data that a test may spoil."""
    return shutil.copytree(DATA, tmp_path / "data")


def test_an_element_knows_its_label_type_and_sensitivity(elements):
    phone = elements.get("person.phone")
    assert (phone.label, phone.type, phone.sensitivity) == ("联系电话", "phone", 1)
    assert phone.module == "person_basic"


def test_an_unknown_element_is_none(elements):
    assert elements.get("person.shoe_size") is None


def test_codes_give_their_words(elements):
    assert elements.codes("GB/T 2261.1")["2"] == "女"
    assert elements.codes("GB/T 3304")["37"] == "仡佬族"
    assert elements.codes("C24")["1"] == "城乡居民"


def test_there_are_58_codes_of_nationality(elements):
    assert len(elements.codes("GB/T 3304")) == 58


def test_an_unknown_code_list_is_an_error(elements):
    with pytest.raises(KeyError):
        elements.codes("GB/T 0000")


def test_every_choice_names_a_list_that_exists(elements):
    chosen = [element for element in elements.by_key.values() if element.codes]
    assert chosen
    assert all(element.codes in elements.code_lists for element in chosen)


def test_health_pregnancy_and_disability_are_the_most_sensitive(elements):
    for key in ("person.health", "person.due_on", "person.disability_kind", "person.disability_grade"):
        assert elements.get(key).sensitivity == 3


def test_nothing_that_identifies_a_person_is_public(elements):
    public = {key for key, element in elements.by_key.items() if element.sensitivity == 0}
    assert {key for key in public if key.startswith("person.")} == OFFICES
    assert "house.head_name" not in public


def test_a_slip_in_a_file_is_named(folder):
    (folder / "person.toml").write_text("[person_basic\n", encoding="utf-8")
    with pytest.raises(ValueError, match="person.toml"):
        load_elements(folder)


def test_a_type_that_does_not_exist_is_named(folder):
    line = '[house_basic]\nstd_address = { label = "标准地址", type = "poem" }\n'
    (folder / "house.toml").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=r"house\.toml: house\.std_address"):
        load_elements(folder)


def test_a_choice_without_its_code_list_is_refused(folder):
    line = '[person_basic]\nsex = { label = "性别", type = "single", codes = "GB/T 0000" }\n'
    (folder / "person.toml").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match="no code list GB/T 0000"):
        load_elements(folder)


def test_a_text_with_a_code_list_is_refused(folder):
    line = '[person_basic]\nname = { label = "姓名", type = "text", codes = "C24" }\n'
    (folder / "person.toml").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match="only choices do"):
        load_elements(folder)


def test_one_key_in_two_modules_is_refused(folder):
    twice = "".join(f'[{module}]\nname = {{ label = "姓名", type = "text" }}\n' for module in ("a", "b"))
    (folder / "person.toml").write_text(twice, encoding="utf-8")
    with pytest.raises(ValueError, match=r"person\.name is there twice"):
        load_elements(folder)


def test_a_missing_file_is_named(folder):
    (folder / "codes.toml").unlink()
    with pytest.raises(ValueError, match="codes.toml"):
        load_elements(folder)


def test_a_level_3_element_that_is_collected_anyway_is_refused(folder):
    line = '[person_basic]\nfaith = { label = "宗教信仰", type = "text", sensitivity = 3 }\n'
    (folder / "person.toml").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match="waits for its ground"):
        load_elements(folder)


def test_a_table_without_columns_is_refused(folder):
    (folder / "house.toml").write_text(
        '[house_basic]\ncars = { label = "车", type = "table" }\n', encoding="utf-8"
    )
    with pytest.raises(ValueError, match="a table has columns"):
        load_elements(folder)


def test_a_column_of_a_table_names_a_list_that_exists(folder):
    column = '{ key = "kind", label = "种类", type = "single", codes = "C99" }'
    line = f'[house_basic]\ncars = {{ label = "车", type = "table", columns = [{column}] }}\n'
    (folder / "house.toml").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match="no code list C99"):
        load_elements(folder)


@pytest.mark.parametrize(
    "lines",
    [
        '["GB/T 0000"]\ntitle = "没有这张码表"\n',
        '["低保".retired]\n7 = { on = 2020-01-01, why = "没有这个代码" }\n',
        '["GB/T 4658-2006"]\nreplaces = "GB/T 4658"\nfrom = { 10 = "77" }\n',
    ],
)
def test_what_is_said_of_a_list_or_code_that_there_is_not_is_refused(folder, lines):
    (folder / "lists.toml").write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=r"lists\.toml"):
        load_elements(folder)
