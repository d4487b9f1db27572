"""The command line: the demonstration's JSON, and start-up trouble as one sentence."""

from __future__ import annotations

import json
import socket

import pytest

from tests.server.processes import alive, mongod_of, run

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("main") / "data"


@pytest.fixture(scope="module")
def first(data_dir):
    """What the demonstration printed the first time."""
    return run(data_dir, "demo", "--households", "5", "--json")


def test_the_demonstration_prints_one_json_document_as_the_contract_has_it(first):
    assert (first.code, first.out.count(b"\n")) == (0, 1)
    told = json.loads(first.out)
    assert {"doors", "items", "bundles", "staff"} <= set(told)
    assert {"code", "address", "pin", "resident"} <= set(told["doors"][0])
    assert {"name", "id_number", "phone", "birth_date"} <= set(told["doors"][0]["resident"])
    assert {"code", "id", "name", "level"} <= set(told["items"][0])
    assert {"code", "id", "name"} <= set(told["bundles"][0])
    assert {"role", "username", "password", "area"} <= set(told["staff"][0])


def test_it_holds_as_many_doors_items_and_bundles_as_were_promised(first):
    told = json.loads(first.out)
    assert len(told["doors"]) == 5
    assert len(told["items"]) >= 15
    assert len(told["bundles"]) >= 3


def test_it_is_safe_to_repeat_and_says_the_same_to_the_byte(data_dir, first):
    again = run(data_dir, "demo", "--households", "5", "--json")
    assert (again.code, again.out) == (0, first.out)


def test_it_leaves_no_database_behind(data_dir, first):
    assert not alive(mongod_of(data_dir))


def told(ended):
    """The one sentence that an operator reads; a start-up trouble says nothing else."""
    assert ended.code == 1, ended.err
    assert "Traceback" not in ended.err
    lines = [line for line in ended.err.splitlines() if line]
    assert len(lines) == 1, ended.err
    return lines[0]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "http"}, "PORT"), ({"PORT": "99999"}, "PORT"), ({"PUBLIC_URL": "yunling"}, "PUBLIC_URL"),
        ({"MONGO_URI": "localhost"}, "MONGO_URI"), ({"MONGO_URI": "mongodb://a b:c:d/"}, "MONGO_URI"),
    ],
)  # fmt: skip
def test_a_bad_setting_is_one_sentence_that_names_it(tmp_path, settings, named):
    assert named in told(run(tmp_path / "data", **settings))


def test_a_database_that_does_not_answer_is_one_sentence_without_its_password(tmp_path):
    said = told(run(tmp_path / "data", MONGO_URI="mongodb://saoban:hunter2@127.0.0.1:9/?replicaSet=rs0"))
    assert "127.0.0.1:9" in said
    assert "hunter2" not in said


def test_a_data_directory_that_cannot_be_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert "DATA_DIR" in told(run(tmp_path / "file" / "data"))


def test_a_key_file_inside_the_data_directory_is_refused(data_dir):
    assert "KEY_FILE" in told(run(data_dir, KEY_FILE=str(data_dir / "keys.json")))


def test_a_port_in_use_is_one_sentence_and_leaves_no_database_behind(data_dir, first):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = told(run(data_dir, PORT=str(taken.getsockname()[1])))
    assert "PORT" in said
    assert not alive(mongod_of(data_dir))


def test_a_demonstration_of_no_households_is_refused(data_dir):
    assert "households" in told(run(data_dir, "demo", "--households", "0"))
