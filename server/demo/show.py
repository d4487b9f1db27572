"""What ``make run`` puts on the screen: where to go, three doors to scan, logins."""

from __future__ import annotations

from typing import TextIO

from qr import grammar
from qr.symbol import symbol
from qr.terminal import blocks
from server.demo.report import DemoReport

DOORS = 3
LOGINS = 12


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
    for login in report.staff[:LOGINS]:
        print(f"  {login.username:<20} {login.password}   {login.name} {login.role} {login.area}", file=out)
    print(f"  共 {len(report.staff)} 个账号，口令相同。全部数据都是虚构的。", file=out)
    print(line, file=out, flush=True)
