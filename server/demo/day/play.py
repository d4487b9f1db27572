"""``python -m server demo --day``: fill the county, play some weeks of it, and say what came of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import TextIO

from models.base.clock import SHANGHAI
from models.database import Database
from server.container import Container
from server.demo.day.plan import Script
from server.demo.day.run import Day, Told
from server.demo.day.stage import stage
from server.demo.report import DemoReport
from server.settings import Settings

Filling = Callable[[Container], Awaitable[DemoReport]]


class DayTrouble(ValueError):
    """A day that cannot be played on this database."""


async def play(settings: Settings, database: Database, filling: Filling, script: Script, out: TextIO) -> Told:
    """Raises DayTrouble where there are cases already: they would be dated after what is going to happen."""
    if await database.collection("cases").find_one({}, {"_id": 1}) is not None:
        raise DayTrouble(
            "这个数据库里已经有办件，不能再演。请换一个空的 DATA_DIR 或 MONGO_DB。"
            "（A day needs a database without cases.）"
        )
    async with stage(settings, database, datetime.combine(script.begin, time(), SHANGHAI)) as on:
        report = await filling(on.built)
        await on.built.registry.areas.reload()
        return await Day(on, report, script, out).play()


def show(told: Told, out: TextIO) -> None:
    """What came of it, and where to look."""
    done = "，".join(f"{ACTS.get(name, name)} {number}" for name, number in told.acts.items())
    stars = "，".join(f"{level} 星 {number}" for level, number in told.ratings.items())
    out.write(
        f"从 {told.begin} 演到 {told.until}：单件 {told.filed}，一件事 {told.bundles}，不符合条件 {told.turned_away}；"
        f"补正 {told.supplied}，撤回 {told.withdrawn}，信用异议 {told.objected}。\n工作人员：{done}。\n"
        f"评价：{stars}；窗口评价 {told.visited}。\n"
        "启动服务后，以 supervisor 登录看 /desk/board，公开数据在 /ratings。\n"
    )


ACTS = {
    "accept": "受理", "ask": "一次性告知", "hand_on": "转下一环节", "grant": "准予", "refuse": "不予", "settle": "当场办结",
    "accept_lacking": "容缺受理", "receive": "收到补交材料", "give_aid": "先行救助", "no_aid": "不先行救助",
    "send_back": "退回", "pause": "特别程序", "resume": "恢复", "extend": "延长", "lights.explain": "说明黄红牌",
    "lights.uphold": "认定", "lights.cancel": "撤销",
    "ratings.answer": "整改差评", "ratings.appeal": "申诉差评", "ratings.call_back": "回访", "ratings.reject": "驳回申诉",
    "problems.open": "挂牌", "problems.report": "报结", "problems.strike": "销号", "problems.return": "退回整改",
    "integrity.record": "登记失信", "integrity.serve": "送达失信告知", "integrity.confirm": "认定失信",
    "integrity.uphold": "维持失信认定", "integrity.drop": "撤销失信",
}  # fmt: skip
