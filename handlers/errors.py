"""The one table that maps domain errors to HTTP statuses, and the shape in which they are told."""

from __future__ import annotations

from typing import Any

from models.base import errors

STATUS: dict[type[errors.SaobanError], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.LoginNeeded: 401,
    errors.LoginRefused: 401,
    errors.Invalid: 422,
    errors.Malformed: 400,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.TooLarge: 413,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}

BY_STATUS: dict[int, tuple[str, str]] = {
    400: ("malformed", errors.Malformed.message),
    403: ("forbidden", "页面已过期或没有权限，请返回上一页刷新后再试。"),
    404: ("not_found", errors.NotFound.message),
    405: ("method", "这个地址不支持这种操作。"),
    413: ("too_large", errors.TooLarge.message),
}


def status_of(error: BaseException) -> int:
    """The status for an error; 500 for what is not ours."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def body_of(error: errors.SaobanError, login_href: str = "/login") -> dict[str, Any]:
    """``{"error": {code, message, field?, fields?, ...}}`` as clients rely on it."""
    told: dict[str, Any] = {"code": error.code, "message": error.message, **error.data}
    if isinstance(error, errors.Invalid):
        told["fields"] = error.problems
        if error.problems:
            told["field"] = error.problems[0].field
    if isinstance(error, errors.LoginNeeded):
        told["login"] = {"href": "/staff/login" if error.required == "staff" else login_href}
    return {"error": told}


def body_of_status(status: int) -> dict[str, Any]:
    """The same shape for errors that Tornado itself found."""
    code, message = BY_STATUS.get(status, ("internal", "系统出了点问题，您填写的内容没有提交，请稍后再试。"))
    return {"error": {"code": code, "message": message}}
