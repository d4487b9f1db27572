"""One validator per field type: ``check(field, raw, context) -> canonical value``, raising Bad.

Canonical values are plain JSON. None and empty values mean "nothing answered"; computed fields are not
here because nothing is taken from the client for them.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.forms.sweep import Checker
from models.forms.types import choice, dates, numbered, numbers, people, uploads, words
from models.forms.types.table import table_checker

PLAIN: Mapping[str, Checker] = {
    "text": words.check_text,
    "textarea": words.check_textarea,
    "address": words.check_text,
    "integer": numbers.check_integer,
    "decimal": numbers.check_decimal,
    "money": numbers.check_decimal,
    "date": dates.check_date,
    "month": dates.check_month,
    "yes_no": choice.check_yes_no,
    "notice": choice.check_notice,
    "single": choice.check_single,
    "multiple": choice.check_multiple,
    "area": choice.check_area,
    "id_number": numbered.check_id_number,
    "credit_code": numbered.check_credit_code,
    "phone": numbered.check_phone,
    "bank_account": numbered.check_bank_account,
    "member": people.check_member,
    "signature": people.check_signature,
    "file": uploads.check_file,
}
"""What a column of a table may be."""

CHECKERS: Mapping[str, Checker] = {**PLAIN, "table": table_checker(PLAIN)}
