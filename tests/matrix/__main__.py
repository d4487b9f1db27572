"""``make matrix``: who may call what, of which thing, as ``test_matrix.py`` asserts it of the running server."""

from __future__ import annotations

import argparse

from tests.matrix import table
from tests.matrix.objects import ENTRIES

FORMATS = {"text": table.text, "markdown": table.markdown, "csv": table.csv_of}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make matrix", description=__doc__)
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--route", default="", help="only routes that contain this, as in /desk/cases")
    told = parser.parse_args()
    shown = [entry for entry in ENTRIES if told.route in entry.route]
    print(FORMATS[told.format](shown), end="")


if __name__ == "__main__":
    main()
