"""``python -m server`` serves; ``demo --households N`` fills an invented county; ``account`` opens the first
administrator's account in an empty one."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import socket
import sys
from contextlib import AsyncExitStack, suppress
from functools import partial

import msgspec
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from models.base.clock import local_day, now
from models.base.keys import KeyFileError
from models.database import Database
from server import audit, bom, container, end_sessions, logs, receipts, rotate, supervise, sweep
from server.account import AccountTrouble, add_command, first_administrator, order_of
from server.app import LARGEST_BODY, App
from server.container import Container
from server.demo.day.plan import Script
from server.demo.day.play import DayTrouble, play
from server.demo.day.play import show as show_day
from server.demo.fill import fill
from server.demo.report import DemoReport
from server.demo.show import show
from server.installation import Installation
from server.jobs import Jobs
from server.mongod import DatabaseTrouble
from server.opening import house, storage
from server.settings import Settings, SettingsError, read
from server.version import version

FIRST_HOUSEHOLDS = 200
PLAYED = 2_000
WEEKS = 6  # long enough for a promise of a month to be missed
COLLECTED = (20_000, 20, 50)  # new objects, and younger collections, before a collection


def main() -> None:
    """Read the command and the settings, and do it. Trouble that an operator can mend is one sentence."""
    options = _arguments()
    if options.command == "bom":
        sys.stdout.buffer.write(bom.bill() + b"\n")
        return
    try:
        settings = read()
        logs.configure(settings.log_level)
        if options.command == "audit":
            sys.exit(asyncio.run(audit.run(settings, options)))
        if options.command == "receipts":
            sys.exit(receipts.run(settings, options))
        if options.command == "supervise":
            sys.exit(asyncio.run(_supervise(settings, options)))
        work = WORK.get(options.command, _serve)(settings, options)
        with suppress(KeyboardInterrupt):
            asyncio.run(work)
    except TROUBLE as trouble:
        sys.exit(f"{trouble}")
    except OSError as trouble:
        sys.exit(f"无法启动：{trouble}（cannot start）")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m server", description="Saoban 扫办")
    parser.add_argument("--version", action="version", version=f"saoban {version()}")
    commands = parser.add_subparsers(dest="command")
    serve = commands.add_parser("serve", help="serve (the default)")
    serve.add_argument(
        "--demo", action="store_true", help="fill an empty database with the demo county first"
    )
    demo = commands.add_parser("demo", help="fill the database with an invented county")
    demo.add_argument("--households", type=int, default=FIRST_HOUSEHOLDS)
    demo.add_argument("--json", action="store_true", help="print one JSON document")
    demo.add_argument(
        "--day",
        action="store_true",
        help="play some weeks of it too: cases filed, returned, decided and rated",
    )
    demo.add_argument("--cases", type=int, default=PLAYED, help="about how many cases a day makes")
    demo.add_argument("--weeks", type=int, default=WEEKS, help="how many weeks are played")
    demo.add_argument("--seed", type=int, default=1, help="another number plays another day")
    demo.add_argument(
        "--until", type=supervise.day_of, help="the day after the last one played; today if not said"
    )
    add_command(commands)
    audit.declare(commands)
    rotate.declare(commands)
    end_sessions.declare(commands)
    commands.add_parser("bom", help="print what is installed as a bill of materials (CycloneDX)")
    supervise.declare(commands)
    sweep.declare(commands)
    receipts.declare(commands)
    return parser.parse_args()


async def _serve(settings: Settings, options: argparse.Namespace) -> None:
    """Serve until asked to stop. What was opened is closed again, wherever it ends."""
    stop = _asked_to_stop()  # first of all: a signal during the start must not leave a mongod behind
    async with AsyncExitStack() as opened:
        sockets = [opened.enter_context(bound) for bound in _listen(settings)]
        store = await opened.enter_async_context(storage(settings))
        database = store.database
        if getattr(options, "demo", False) and not await Installation.is_real(database):
            report = await _fill(settings, database, FIRST_HOUSEHOLDS)
            show(report, settings.address, sys.stdout)
        built = await container.build(settings, database)
        opened.push_async_callback(built.close)
        await built.home.audit.start()
        opened.push_async_callback(built.home.audit.close)
        server = http_server(App(built), settings)
        opened.push_async_callback(server.close_all_connections)
        jobs = Jobs(built, store.mongod.revive)
        opened.push_async_callback(jobs.stop)
        jobs.start()
        _spare_the_collector()
        server.add_sockets(sockets)
        opened.callback(server.stop)
        print(f"扫办已启动：{settings.address}", file=sys.stderr, flush=True)
        await stop.wait()


def http_server(app: App, settings: Settings) -> HTTPServer:
    """The server before the application. Whose address a request comes from is what the connection says, unless a proxy
    of ours is trusted to say it (``TRUST_PROXY``): anybody else can write ``X-Real-Ip`` into a request."""
    return HTTPServer(
        app,
        xheaders=settings.trust_proxy,
        max_body_size=LARGEST_BODY,
        max_header_size=32 * 1024,
        idle_connection_timeout=120,
        body_timeout=120,
    )


def _spare_the_collector() -> None:
    """What has been built stays: it need not be looked through again and again, nor requests, which leave few
    circles, after every 700 objects. Worth a twentieth of a submission."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def _listen(settings: Settings) -> list[socket.socket]:
    """The sockets to serve on. Bound before the database is started, so that a port in use costs nothing."""
    try:
        return bind_sockets(settings.port, settings.host)
    except OSError as error:
        raise SettingsError(
            f"不能监听 {settings.host}:{settings.port}（{error.strerror}），请检查 PORT 和 HOST，"
            f"或停掉占用这个端口的程序。（Cannot listen on this address.）"
        ) from error


async def _demo(settings: Settings, options: argparse.Namespace) -> None:
    if options.households < 1 or options.cases < 1 or options.weeks < 1:
        raise SettingsError("--households, --cases and --weeks must be at least 1")
    async with storage(settings) as opened:
        if await Installation.is_real(opened.database):
            raise SettingsError(
                "这个数据库里有真实的户，不能装入演示数据。（This database is no demonstration.）"
            )
        if options.day:
            await _play(settings, opened.database, options)
            return
        report = await _fill(settings, opened.database, options.households)
    if options.json:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    else:
        show(report, settings.address, sys.stdout)


async def _account(settings: Settings, options: argparse.Namespace) -> None:
    async with house(settings) as built:
        account = await first_administrator(built, order_of(options))
    print(
        f"管理员账号已开通：用户名 {account.username}，工号 {account.staff_no}。请到 {settings.address}/staff 登录。"
    )


async def _end_sessions(settings: Settings, options: argparse.Namespace) -> None:
    async with house(settings) as built:
        print(f"已结束 {await end_sessions.end_sessions(built, options)} 个登录。（Ended.）")


async def _sweep(settings: Settings, options: argparse.Namespace) -> None:
    async with house(settings) as built:
        await sweep.sweep(built.home.retention, options)


async def _rotate(settings: Settings, options: argparse.Namespace) -> None:
    async with storage(settings) as opened:
        await rotate.rotate_keys(opened.database, rotate.order_of(settings.origin, options))


async def _supervise(settings: Settings, options: argparse.Namespace) -> int:
    async with house(settings) as built:
        return await supervise.supervise(built.home.supervision, built.home.problems, options)


async def _play(settings: Settings, database: Database, options: argparse.Namespace) -> None:
    logs.configure("warning")  # one line a day, and not one a request
    await Installation.mark_demo(database, options.households)
    script = Script(options.cases, options.seed, options.until or local_day(now()), options.weeks)
    told = await play(settings, database, partial(_filled, options.households), script, sys.stderr)
    if options.json:
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    else:
        show_day(told, sys.stdout)


async def _fill(settings: Settings, database: Database, households: int) -> DemoReport:
    await Installation.mark_demo(database, households)
    return await _filled(households, await container.build(settings, database))


async def _filled(households: int, built: Container) -> DemoReport:
    offers = built.home.catalogue.offers()
    items = tuple(offer.item for offer in offers if offer.item)
    bundles = tuple(offer.bundle for offer in offers if offer.bundle)
    return await fill(built.stores, households, items, bundles)


def _asked_to_stop() -> asyncio.Event:
    """Set by SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


WORK = {
    "demo": _demo,
    "account": _account,
    "rotate-keys": _rotate,
    "end-sessions": _end_sessions,
    "sweep": _sweep,
}
TROUBLE = (
    SettingsError, DatabaseTrouble, KeyFileError, AccountTrouble, rotate.RotationTrouble,
    end_sessions.SessionsTrouble, DayTrouble,
)  # fmt: skip


if __name__ == "__main__":
    main()
