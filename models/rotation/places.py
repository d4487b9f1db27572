"""Where the house keeps sealed values: every collection, path and context. A test fills a town and finds whether
one is missing here (``tests/models/rotation/test_places.py``)."""

from __future__ import annotations

from models.base.cipher import IndexedPath, SealedPath

PLACES: tuple[SealedPath, ...] = (
    # models/people/vault.py: values nested by element key, proposals with the key beside them
    SealedPath("people", "values.*.*.sealed", "{name}:{id}"),
    SealedPath("people", "proposals.[].sealed", "{key}:{id}"),
    SealedPath("households", "values.*.*.sealed", "{name}:{id}"),
    SealedPath("people", "proposals.[].reason", "reason:{key}:{id}"),
    SealedPath("households", "proposals.[].sealed", "{key}:{id}"),
    SealedPath("households", "proposals.[].reason", "reason:{key}:{id}"),
    # models/history/repository.py: values and wishes as above, under the change's own id
    SealedPath("registry_changes", "before.sealed", "{key}:{id}"),
    SealedPath("registry_changes", "after.sealed", "{key}:{id}"),
    SealedPath("registry_changes", "proposal.sealed", "{key}:{id}"),
    SealedPath("registry_changes", "proposal.reason", "reason:{key}:{id}"),
    SealedPath("registry_changes", "ground", "ground:{id}"),
    # models/lifeevents/repository.py
    SealedPath("life_events", "ground", "lifeevent.ground:{id}"),
    SealedPath("life_events", "detail", "lifeevent.detail:{id}"),
    SealedPath("life_events", "order", "lifeevent.order:{id}"),
    SealedPath("life_events", "reason", "lifeevent.reason:{id}"),
    # models/registry/repository.py
    SealedPath("registry_findings", "said", "finding.said:{id}"),
    SealedPath("registry_changes", "afters.*.*.sealed", "{name}:{id}"),
    # models/jobs/box.py: the key of a job's own files
    SealedPath("jobs", "key", "job.key:{id}"),
    # models/merging/repository.py
    SealedPath("merges", "ground", "merge.ground:{id}"),
    SealedPath("merges", "reason", "merge.reason:{id}"),
    # models/cases/repository.py
    SealedPath("cases", "applicant.phone", "case.phone:{id}"),
    SealedPath("cases", "answers.[].value.sealed", "case.answer:{id}:{key}"),
    SealedPath("cases", "answers.[].was.sealed", "case.answer:{id}:{key}"),
    # models/drafts/repository.py
    SealedPath("drafts", "answers", "draft:{id}"),
    # models/keptpapers/repository.py
    SealedPath("kept_materials", "number", "kept.number:{id}"),
    # models/reminders/repository.py
    SealedPath("reminders", "phone", "reminder.phone:{id}"),
    # models/accounts/repository.py
    SealedPath("accounts", "phone", "account.phone:{id}"),
    SealedPath("accounts", "id_number", "account.id_number:{id}"),
    # models/sessions/tokens.py and bindings.py
    SealedPath("sessions", "who", "session.who:{id}"),
    SealedPath("sessions", "agent", "session.agent:{id}"),
    SealedPath("wechat_bindings", "who", "session.who:{id}"),
    SealedPath("wechat_bindings", "openid", "wechat.openid:{id}"),
    # models/sessions/wechat_access.py
    SealedPath("wechat_tokens", "token", "wechat.token:{id}"),
    # models/sessions/second.py
    SealedPath("second_factors", "secret", "second.secret:{id}"),
    # models/platereports/repository.py
    SealedPath("plate_reports", "phone", "plate_report.phone:{id}"),
    # models/rights/repository.py
    SealedPath("rights", "text", "rights.text:{id}"),
    SealedPath("rights", "phone", "rights.phone:{id}"),
    SealedPath("rights", "about.named", "rights.named:{id}"),
    SealedPath("rights", "answer.text", "rights.answer:{id}"),
    # models/ratings/repository.py
    SealedPath("ratings", "words", "rating.words:{id}"),
    SealedPath("ratings", "phone", "rating.phone:{id}"),
    SealedPath("ratings", "said.[].text", "rating.said:{id}"),
    # models/integrity/repository.py
    SealedPath("breaches", "name", "breach.name:{id}"),
    SealedPath("breaches", "phone", "breach.phone:{id}"),
    SealedPath("breaches", "ground", "breach.ground:{id}"),
    SealedPath("breaches", "evidence", "breach.evidence:{id}"),
    SealedPath("breaches", "said.[].text", "breach.said:{id}"),
    # models/problems/repository.py
    SealedPath("problems", "what", "problem.what:{id}"),
    SealedPath("problems", "said.[].text", "problem.said:{id}"),
    # models/visits/repository.py
    SealedPath("visits", "text", "visit.text:{id}"),
    SealedPath("visits", "problems", "visit.problems:{id}"),
    SealedPath("visit_tasks", "text", "task.text:{id}"),
    # models/sync/repository.py
    SealedPath("sync_open", "text", "sync.text:{id}"),
    SealedPath("sync_open", "answer", "sync.answer:{id}"),
    # models/notices/sms.py
    SealedPath("sms_outbox", "phone", "sms.phone:{id}"),
    SealedPath("sms_outbox", "text", "sms.text:{id}"),
)

_PERSON = SealedPath("people", "values.person.id_no.sealed", "person.id_no:{id}")
_PHONE = SealedPath("people", "values.person.phone.sealed", "person.phone:{id}")
_ACCOUNT = SealedPath("accounts", "id_number", "account.id_number:{id}")

INDEXES: tuple[IndexedPath, ...] = (
    IndexedPath("people", "id_blind", "person.id_no", _PERSON, quoted=True),
    IndexedPath("people", "phone_blind", "person.phone", _PHONE, quoted=True),
    IndexedPath("accounts", "id_blind", "account.id_number", _ACCOUNT),
    IndexedPath("accounts", "holder", "account.id_number", _ACCOUNT),
)
"""Search indexes, which are made anew from the values beside them."""
