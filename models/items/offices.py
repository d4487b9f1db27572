"""What residents call the place that handles a step: the department at the tier that the item declares."""

from __future__ import annotations

BRANCHES = {
    "公安": "派出所",
    "市场监管": "市场监管所",
    "自然资源": "自然资源所",
    "林业": "林业站",
    "供水": "供水站",
    "供电": "供电所",
    "燃气": "燃气服务站",
    "通信": "通信营业厅",
    "退役军人": "退役军人服务站",
    "人武部": "人民武装部",
}
"""Departments that have a house of their own in a town; the others sit in its service centre."""

COUNTY = {
    "残联": "县残联", "供水": "县供水公司", "供电": "县供电公司", "燃气": "县燃气公司", "通信": "县通信运营企业",
    "公积金": "县住房公积金管理部", "烟草": "县烟草专卖局", "城管": "县城市管理局", "消防": "县消防救援大队",
    "退役军人": "县退役军人事务局", "人武部": "县人民武装部", "卫健": "县卫生健康局",
}  # fmt: skip


def office(department: str, tier: str) -> str:
    """``民政`` at ``county`` is 县民政局, at ``town`` 乡镇便民服务中心民政窗口; a name in full stays as it is."""
    if not department:
        return ""
    if tier == "county":
        return COUNTY.get(department, f"县{department}局")
    if tier == "village":
        return "村（居）便民服务站"
    return BRANCHES.get(department, f"乡镇便民服务中心{department}窗口")
