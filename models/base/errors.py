"""The one tree of domain errors.

Each error carries a stable machine ``code``, a Chinese sentence that says what to do, and data.
``handlers/errors.py`` holds the one table that maps them to HTTP statuses.
"""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong with one field. ``field`` is a form key; in tables ``key.row.column``."""

    field: str
    code: str
    message: str


class SaobanError(Exception):
    """A refusal that the person asking should read. Never raised as itself."""

    code = "error"
    message = "办理时遇到问题，请稍后再试。"

    def __init__(self, message: str | None = None, *, code: str | None = None, **data: object) -> None:
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.data = data
        super().__init__(self.code)


class NotFound(SaobanError):
    code = "not_found"
    message = "没有找到您要的内容，请检查地址或重新扫码。"


class Forbidden(SaobanError):
    code = "forbidden"
    message = "您没有办理这项操作的权限。"


class LoginNeeded(SaobanError):
    """Below the level that a thing asks for. ``required`` is "L1", "L2" or "staff"."""

    code = "login.level"
    message = "办理这件事需要先用身份证登录。"

    def __init__(self, required: str, message: str | None = None) -> None:
        super().__init__(message, required=required)
        self.required = required


class LoginRefused(SaobanError):
    """One answer for every reason, so that nothing can be learnt from it."""

    code = "login.refused"
    message = "核对未通过。请检查填写的内容后再试，或联系网格员协助。"


class Invalid(SaobanError):
    """Input that breaks rules; all of its problems at once."""

    code = "invalid"
    message = "有内容需要修改，请按提示更正后再提交。"

    def __init__(self, problems: list[Problem], message: str | None = None) -> None:
        super().__init__(message)
        self.problems = problems


class Malformed(SaobanError):
    code = "malformed"
    message = "提交的内容格式不正确，请刷新页面后重试。"


class Conflict(SaobanError):
    code = "conflict"
    message = "这项内容刚被别人改动过，请刷新后再操作。"


class Gone(SaobanError):
    """Was valid once: a revoked code, a closed item, an expired draft."""

    code = "gone"
    message = "这项内容已停用。"


class TooLarge(SaobanError):
    code = "too_large"
    message = "提交的内容太大，请减小后再试。"


class TooMany(SaobanError):
    """Asked too often; ``retry_after`` in seconds."""

    code = "too_many"
    message = "尝试次数过多，请稍后再试。"

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class Unavailable(SaobanError):
    """Something behind us (the database, WeChat, SMS) does not answer; nothing was changed."""

    code = "unavailable"
    message = "系统暂时繁忙，您填写的内容没有丢失，请稍后再试。"
