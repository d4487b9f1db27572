"""Files that browsers fetch as they stand, those that pages carry within them, and those that the grid worker's app
takes along to where there is no signal."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from tornado.web import StaticFileHandler

from handlers.home import Shell

STATIC = Path(__file__).parent.parent / "static"
TEMPLATES = Path(__file__).parent.parent / "handlers" / "templates"

SHELL_PAGE = "/grid/app"
SHELL_TEMPLATES = ("grid_app.html",)
SHELL_FILES = (
    "app.css",
    "grid.css",
    "icons/grid.svg",
    "icons/grid-app.svg",
    "js/grid/*.js",
    "js/checks.js",
    "js/when.js",
    "js/answers.js",
)
SHELL_WORKER = "js/grid/sw.js"
"""The service worker is not one of the files: browsers keep it themselves."""


def address(path: str) -> str:
    """The address of a file in ``static``, with as much of its content's hash as tells versions apart: slow networks
    carry it many times."""
    settings = {"static_path": str(STATIC), "static_url_prefix": "/static/"}
    address, mark, version = StaticFileHandler.make_static_url(settings, path).partition("?v=")
    return f"{address}{mark}{version[:12]}"


def shell(release: str, office: str) -> Shell:
    """The app as it stands in the tree: its version changes when any of its files does, or what its page is drawn from.
    Before the worker's script stands the list of files, each with its hash, so that no phone ever mixes two versions."""
    paths = sorted(path for pattern in SHELL_FILES for path in STATIC.glob(pattern))
    files = {
        f"/static/{path.relative_to(STATIC).as_posix()}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path != STATIC / SHELL_WORKER
    }
    script = (STATIC / SHELL_WORKER).read_text(encoding="utf-8")
    drawn = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SHELL_TEMPLATES)
    whole = json.dumps([release, office, script, drawn, files])
    version = hashlib.sha256(whole.encode()).hexdigest()[:12]
    told = json.dumps({"version": version, "page": SHELL_PAGE, "files": files}, indent=1)
    return Shell(version, f"self.SHELL = {told};\n\n{script}")


class Inline:
    """Style sheets that pages carry within them, and the hashes by which the policy lets them."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def text(self, name: str) -> str:
        """The sheet itself."""
        if name not in self._texts:
            self._texts[name] = (STATIC / name).read_text(encoding="utf-8")
        return self._texts[name]

    def digest(self, name: str) -> str:
        """Its hash as a content security policy names it."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.text(name).encode()).digest()).decode()
