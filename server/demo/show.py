"""What ``make run`` puts on the screen: where to go, three doors to scan, logins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from qr import grammar
from qr.symbol import symbol
from qr.terminal import blocks
from server.demo.report import DemoReport, Login

DOORS = 3
SAMPLE_DEPARTMENT = "民政"  # whose staff decide on 高龄津贴, which the README walks through


def show(report: DemoReport, address: str, out: TextIO) -> None:
    """Three sample doors as symbols, some posters, and how to log in."""
    line = "─" * 60
    print(line, file=out)
    print(f"演示县已就绪：{len(report.doors)} 户。打开 {address}", file=out)
    for door in report.doors[:DOORS]:
        print(f"\n{door.address}   {grammar.url(address, door.code)}", file=out)
        print(f"  户主 {door.resident.name}  身份证号 {door.resident.id_number}  密码单 {door.pin}", file=out)
        print(blocks(symbol(grammar.url(address, door.code)), colour=out.isatty()), file=out)
    print("\n一件事：", file=out)
    for bundle in report.bundles:
        print(f"  {bundle.name}   {grammar.url(address, bundle.code)}", file=out)
    print(f"\n工作人员（{address}/staff/login）：", file=out)
    for login in _one_of_each(report.staff):
        print(f"  {login.username:<20} {login.password}   {login.name} {login.role} {login.area}", file=out)
    print(f"  共 {len(report.staff)} 个账号，口令相同。全部数据都是虚构的。", file=out)
    print(line, file=out, flush=True)


def _one_of_each(staff: Sequence[Login]) -> list[Login]:
    """One login for each role at each tier of area; at the county, where departments work, those of one of them."""
    found: dict[tuple[str, int], Login] = {}
    for login in sorted(staff, key=lambda each: SAMPLE_DEPARTMENT not in each.departments):
        found.setdefault((login.role, len(login.area)), login)
    return sorted(found.values(), key=lambda each: (len(each.area), each.username))
