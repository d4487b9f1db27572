"""What docs/asvs.md says of the source as a whole, held against the source."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for room in ("server", "handlers", "models", "qr") for path in (ROOT / room).rglob("*.py")
)
TEMPLATES = sorted((ROOT / "handlers" / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
OUTWARDS = {
    "models/notices/sms.py", "models/sessions/wechat_line.py", "server/parts/ground.py", "server/parts/identity.py",
    "server/demo/day/line.py",
}  # fmt: skip
"""Who speaks to the outside, and who hands them the client to do it with; whither is a setting. The played county speaks to
the server that it has started itself."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{each.name}" for each in node.names}
    return found


def calls(path: Path) -> set[str]:
    """The names of the functions that a file calls."""
    nodes = (node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in nodes
        if isinstance(node, (ast.Name, ast.Attribute))
    }


def users(*modules: str) -> set[str]:
    """The files that import one of ``modules`` or what lies in it."""
    return {
        name(path)
        for path in SOURCES
        if any(found == each or found.startswith(f"{each}.") for found in imports(path) for each in modules)
    }


def test_no_text_is_ever_run_as_code():
    built_in = {
        node for path in SOURCES for node in _bare_calls(path) & {"eval", "exec", "compile", "__import__"}
    }
    assert built_in == set()


def _bare_calls(path: Path) -> set[str]:
    nodes = (node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def test_nothing_is_unpickled_and_no_xml_ldap_or_mail_is_spoken():
    for module in (
        "pickle",
        "marshal",
        "shelve",
        "yaml",
        "xml.etree",
        "xml.dom",
        "lxml",
        "ldap3",
        "smtplib",
        "ctypes",
    ):
        assert users(module) == set(), module


def test_only_the_embedded_database_is_started_as_a_program_and_by_no_shell():
    assert {path for path in users("subprocess") if not path.startswith("server/mongod")} == set()
    for path in SOURCES:
        assert not {"system", "popen", "create_subprocess_shell"} & calls(path), name(path)
        assert "shell=True" not in path.read_text("utf-8"), name(path)


def test_only_sms_and_wechat_are_spoken_to():
    assert (
        users("tornado.httpclient", "urllib.request", "http.client", "requests", "httpx", "aiohttp")
        == OUTWARDS
    )
    for module in ("models/notices/sms.py", "models/sessions/wechat_line.py"):
        text = (ROOT / module).read_text("utf-8")
        assert "follow_redirects=False" in text, module
        assert "validate_cert" not in text, module


def test_no_query_is_made_of_text_or_run_as_script_in_the_database():
    for path in SOURCES:
        text = path.read_text("utf-8")
        for operator in ("$where", "$function", "$accumulator", "map_reduce"):
            assert f'"{operator}"' not in text, (name(path), operator)


def test_templates_are_files_and_escape_everything_but_what_we_made():
    raw = {found for path in TEMPLATES for found in re.findall(r"{% raw ([^%]+) %}", path.read_text("utf-8"))}
    assert raw <= {"xsrf_form_html()", "inline('door.css')"}
    assert not [name(path) for path in TEMPLATES if "{% autoescape None" in path.read_text("utf-8")]
    assert users("tornado.template") == set()


@pytest.mark.parametrize(
    "forbidden",
    [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "postMessage",
        "__proto__",
        "localStorage",
        "indexedDB",
    ],
)
def test_scripts_write_text_as_text_and_keep_nothing_for_later(forbidden):
    used = {name(path) for path in SCRIPTS if forbidden in path.read_text("utf-8")}
    assert used == KEEPERS.get(forbidden, set())


KEEPERS = {
    "indexedDB": {"static/js/grid/db.js"},
    "postMessage": {"static/js/grid/store.js", "static/js/grid/update.js"},
}
"""The grid worker's app keeps what it needs where there is no signal, sealed (test_grid_offline.py reads the raw database).
Its messages are to its own tabs ("look again") and to its own service worker ("take over"), and carry nothing else."""


def test_what_cannot_be_guessed_comes_from_the_kernel():
    chosen = {path for path in users("random") if not path.startswith("server/demo/")}
    assert chosen <= {
        "server/mongod_process.py",
        "qr/tint.py",
    }  # a free port; a pattern that is the same each time


def test_no_digest_that_is_broken_is_used():
    for path in SOURCES:
        assert not {"md5", "sha1"} & calls(path), name(path)
        assert "MODE_ECB" not in path.read_text("utf-8"), name(path)


def test_arguments_of_the_address_and_of_the_body_are_told_apart():
    assert [
        name(path)
        for path in SOURCES
        if "handlers" in path.parts and {"get_argument", "get_arguments"} & calls(path)
    ] == []


def test_password_fields_hide_what_is_typed_and_let_managers_fill_it_in():
    pages = " ".join(path.read_text("utf-8") for path in TEMPLATES)
    boxes = re.findall(r'{"name": "(?:password|again|current)".*?}', pages)
    assert len(boxes) >= 6
    assert [box for box in boxes if '"type": "password"' not in box or "-password" not in box] == []
    assert "onpaste" not in pages
