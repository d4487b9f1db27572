"""Who may call what: nothing undeclared is answered, and every route × verb × person is as the table says.

The table is the small version of docs/roles.md (an administrator manages accounts and codes, and sees no case): ``.``
open, ``L`` asks to log in first (or higher), ``x`` refused, ``0`` says that there is nothing here, ``!`` lets in and finds
the (empty) body wrong. Addresses are those of real things of 陈桂兰's in 大关镇; 孙外人 is the clerk of the other town.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from handlers.access import anyone
from handlers.base import VERBS, Base
from handlers.openapi import declared, path_of
from models.base.actor import ANONYMOUS
from models.codes.code import Code, Target
from models.keptpapers.paper import Source
from models.platereports.report import Telling
from models.ratings.visits import Visited
from models.reminders.service import Wish
from qr import grammar
from server.app import ROUTES
from tests.handlers.filing import allowance, at_desk, hung
from tests.handlers.life import happened, made_one, next_door
from tests.handlers.test_contract import upload
from tests.models.sync.phone import Phone

#                                        nobody L1 L2 李明 grid clerk review approve superv admin 孙外人
EXPECTED = """
    GET    /                               .    .  .  .   .    .     .      .      .      .     .
    GET    /elder                          .    .  .  .   .    .     .      .      .      .     .
    GET    /healthz                        .    .  .  .   .    .     .      .      .      .     .
    GET    /.well-known/security.txt       .    .  .  .   .    .     .      .      .      .     .
    GET    /openapi.json                   .    .  .  .   .    .     .      .      .      .     .
    GET    /code?code=DOOR                 .    .  .  .   .    .     .      .      .      .     .
    GET    /staff                          .    .  .  .   .    .     .      .      .      .     .
    GET    /q/DOOR                         .    .  .  .   .    .     .      .      .      .     .
    GET    /mismatch/DOOR                  .    .  .  .   .    .     .      .      .      .     .
    POST   /mismatch/DOOR                  !    !  !  !   !    !     !      !      !      !     !
    GET    /reports/REPORTED               .    .  .  .   .    .     .      .      .      .     .
    GET    /desk/plates                    L    L  L  L   x    .     x      x      x      .     .
    GET    /desk/plates/PLATE              L    L  L  L   x    .     x      x      x      .     0
    POST   /desk/plates/PLATE/closed       L    L  L  L   x    !     x      x      x      !     0
    POST   /desk/plates/PLATE/suspend      L    L  L  L   x    !     x      x      x      !     0
    GET    /desk/plates/PLATE/photos/FILE  L    L  L  L   x    0     x      x      x      0     0
    GET    /matrix                         .    .  .  .   .    .     .      .      .      .     .
    GET    /q/RECEIPT                      .    .  .  .   .    .     .      .      .      .     .
    GET    /q/RECEIPT/code.png             .    .  .  .   .    .     .      .      .      .     .
    GET    /q/RECEIPT/supplement           L    L  .  L   L    L     L      L      L      L     L
    POST   /q/RECEIPT/supplement           L    L  !  L   L    L     L      L      L      L     L
    GET    /q/RECEIPT/form                 L    L  .  L   L    L     L      L      L      L     L
    GET    /q/RECEIPT/remind               L    L  .  L   L    L     L      L      L      L     L
    POST   /q/RECEIPT/remind               L    L  !  L   x    x     x      x      x      x     x
    GET    /remind/REMINDER                .    .  .  .   .    .     .      .      .      .     .
    POST   /remind/GONE                    0    0  0  0   0    0     0      0      0      0     0
    POST   /q/RECEIPT/go-on                L    L  !  L   L    L     L      L      L      L     L
    POST   /q/RECEIPT/promise              L    L  !  L   L    L     L      L      L      L     L
    GET    /q/RECEIPT/papers               L    L  .  L   L    L     L      L      L      L     L
    POST   /q/RECEIPT/papers               L    L  !  L   L    L     L      L      L      L     L
    POST   /q/RECEIPT/rating               L    L  !  L   L    L     L      L      L      L     L
    GET    /progress?number=NUMBER         L    L  .  0   L    L     L      L      L      L     L
    GET    /apply/DOOR/elder-allowance     L    L  .  .   L    L     L      L      L      L     L
    POST   /apply/DOOR/elder-allowance     L    L  !  !   L    L     L      L      L      L     L
    PUT    /apply/DOOR/elder-allowance/draft L  L  .  .   L    L     L      L      L      L     L
    GET    /apply/DOOR/elder-allowance/1   L    L  .  .   L    L     L      L      L      L     L
    GET    /apply/DOOR/elder-allowance/check L  L  .  .   L    L     L      L      L      L     L
    GET    /apply/DOOR/elder-allowance/papers .  .  .  .   .    .     .      .      .      .     .
    POST   /apply/DOOR/elder-allowance/papers .  .  .  .   .    .     .      .      .      .     .
    GET    /apply/DOOR/water-repair        .    .  .  .   L    L     L      L      L      L     L
    GET    /files/FILE                     0    0  .  0   0    .     .      .      .      0     0
    GET    /my                             L    .  .  .   L    L     L      L      L      L     L
    GET    /my/looks                       L    L  .  .   L    L     L      L      L      L     L
    GET    /my/looks/LOOK/ask              L    L  .  0   L    L     L      L      L      L     L
    POST   /my/looks/LOOK/ask              L    L  .  0   L    L     L      L      L      L     L
    GET    /my/rights                      L    L  .  .   L    L     L      L      L      L     L
    GET    /my/rights/delete               L    L  .  .   L    L     L      L      L      L     L
    POST   /my/rights/delete               L    L  !  !   L    L     L      L      L      L     L
    POST   /my/rights/delete/now           L    L  !  !   L    L     L      L      L      L     L
    GET    /my/rights/explain              L    L  .  .   L    L     L      L      L      L     L
    POST   /my/rights/explain              L    L  !  !   L    L     L      L      L      L     L
    GET    /complaint                      .    .  .  .   .    .     .      .      .      .     .
    POST   /complaint                      !    !  !  !   !    !     !      !      !      !     !
    GET    /complaint/COMPLAINT            .    .  .  .   .    .     .      .      .      .     .
    GET    /notices                        .    .  .  .   .    .     .      .      .      .     .
    GET    /notices/POSTED                 .    .  .  .   .    .     .      .      .      .     .
    POST   /notices/POSTED                 !    !  !  !   !    !     !      !      !      !     !
    GET    /my/home-data                   L    L  .  .   L    L     L      L      L      L     L
    GET    /my/record                      L    L  .  .   L    L     L      L      L      L     L
    GET    /my/record?show=me:person.phone L    L  .  .   L    L     L      L      L      L     L
    GET    /my/record/correct/me/person.phone L L  .  .   L    L     L      L      L      L     L
    POST   /my/record/correct/me/person.phone L L  !  !   L    L     L      L      L      L     L
    GET    /my/record/correct/CHILD/person.name L L 0 .   L    L     L      L      L      L     L
    GET    /my/record/correct/GROWN/person.name L L 0 0   L    L     L      L      L      L     L
    POST   /my/record/withdraw             L    L  0  0   L    L     L      L      L      L     L
    GET    /my/record/download             L    L  .  .   L    L     L      L      L      L     L
    GET    /my/record/print                L    L  .  .   L    L     L      L      L      L     L
    GET    /my/papers                      L    L  .  .   L    L     L      L      L      L     L
    POST   /my/papers/PAPER/until          L    L  !  !   L    L     L      L      L      L     L
    GET    /desk/cases/CASE/papers/PAPER   L    L  L  L   0    .     .      .      .      x     0
    POST   /desk/cases/CASE/papers/PAPER   L    L  L  L   0    !     !      !      x      x     0
    POST   /my/papers/PAPER/delete         L    L  .  0   L    L     L      L      L      L     L
    GET    /my/consents                    L    L  .  .   L    L     L      L      L      L     L
    POST   /my/consents/CASE/nothing/withdraw L L  0  0   L    L     L      L      L      L     L
    GET    /login/confirm                  L    .  .  .   L    L     L      L      L      L     L
    POST   /login/confirm                  L    !  !  !   L    L     L      L      L      L     L
    POST   /wechat/binding                 L    L  !  !   L    L     L      L      L      L     L
    DELETE /wechat/binding                 L    L  !  !   L    L     L      L      L      L     L
    GET    /my/acting                      L    L  .  .   L    L     L      L      L      L     L
    POST   /my/acting                      L    L  !  !   L    L     L      L      L      L     L
    POST   /my/acting/child                L    L  x  x   L    L     L      L      L      L     L
    GET    /grid/                          L    L  L  L   .    x     x      x      x      x     x
    GET    /grid/app                       .    .  .  .   .    .     .      .      .      .     .
    GET    /grid/sw.js                     .    .  .  .   .    .     .      .      .      .     .
    GET    /grid/app.webmanifest           .    .  .  .   .    .     .      .      .      .     .
    POST   /grid/plate                     L    L  L  L   !    x     x      x      x      x     x
    GET    /grid/present                   L    L  L  L   .    .     x      x      x      x     .
    GET    /grid/present?code=DOOR         L    L  L  L   0    .     x      x      x      x     0
    POST   /grid/present                   L    L  L  L   0    0     x      x      x      x     0
    POST   /grid/present/pair              L    L  L  L   0    0     x      x      x      x     0
    GET    /desk/counter                   L    L  L  L   x    .     x      x      x      x     .
    POST   /desk/counter                   L    L  L  L   x    !     x      x      x      x     !
    POST   /desk/counter/card              L    L  L  L   x    !     x      x      x      x     !
    GET    /desk/counter/RECEIPT           L    L  L  L   x    0     x      x      x      x     0
    GET    /desk/windows                   L    L  L  L   x    .     x      x      x      x     .
    POST   /desk/windows                   L    L  L  L   x    !     x      x      x      x     !
    POST   /desk/windows/WINDOW/close      L    L  L  L   x    !     x      x      x      x     0
    GET    /desk/windows/WINDOW/sheet.pdf  L    L  L  L   x    .     x      x      x      x     0
    GET    /counter/done/RECEIPT           .    .  .  .   .    .     .      .      .      .     .
    GET    /desk                           L    L  L  L   .    .     .      .      .      x     .
    GET    /desk?number=NUMBER             L    L  L  L   0    .     .      .      .      x     0
    GET    /desk/cases/CASE                L    L  L  L   0    .     .      .      .      x     0
    POST   /desk/cases/CASE/accept         L    L  L  L   !    !     !      !      !      x     !
    POST   /desk/cases/CASE/unmask         L    L  L  L   !    x     !      !      x      x     x
    POST   /desk/batch                     L    L  L  L   !    !     !      !      !      x     !
    GET    /desk/batch/BATCH               L    L  L  L   0    0     0      0      0      x     0
    POST   /desk/batch/BATCH/undo          L    L  L  L   0    0     0      0      0      x     0
    GET    /desk/roster                    L    L  L  L   x    x     x      .      x      x     x
    POST   /desk/roster                    L    L  L  L   x    x     x      !      x      x     x
    GET    /desk/leave                     L    L  L  L   .    .     .      .      .      x     .
    POST   /desk/leave                     L    L  L  L   !    !     !      !      !      x     !
    GET    /desk/elements                  L    L  L  L   x    x     x      x      .      .     x
    GET    /desk/elements/person.health    L    L  L  L   x    x     x      x      .      .     x
    POST   /desk/elements/person.health    L    L  L  L   x    x     x      x      x      0     x
    GET    /desk/calendar                  L    L  L  L   .    .     .      .      .      .     .
    POST   /desk/calendar                  L    L  L  L   x    x     x      x      x      !     x
    GET    /desk/lights                    L    L  L  L   .    .     .      .      .      x     .
    GET    /desk/lights/none               L    L  L  L   0    0     0      0      0      0     0
    POST   /desk/lights/none/explain       L    L  L  L   0    0     0      0      0      0     0
    GET    /desk/board                     L    L  L  L   x    x     x      .      .      x     x
    GET    /visit/WINDOW                   .    .  .  .   .    .     .      .      .      .     .
    POST   /visit/WINDOW                   !    !  !  !   !    !     !      !      !      !     !
    GET    /ratings                        .    .  .  .   .    .     .      .      .      .     .
    GET    /my/integrity                   L    L  .  .   L    L     L      L      L      L     L
    GET    /my/integrity/BREACH            L    L  .  0   L    L     L      L      L      L     L
    POST   /my/integrity/BREACH/object     L    L  !  0   L    L     L      L      L      L     L
    GET    /desk/integrity                 L    L  L  L   x    x     .      .      x      x     x
    GET    /desk/integrity/BREACH          L    L  L  L   x    x     .      .      x      x     x
    POST   /desk/integrity/BREACH/drop     L    L  L  L   x    x     x      !      x      x     x
    POST   /desk/integrity/BREACH/serve    L    L  L  L   x    x     !      !      x      x     x
    GET    /desk/integrity/of/CASE         L    L  L  L   x    x     .      .      x      x     x
    POST   /desk/integrity/of/CASE         L    L  L  L   x    x     !      !      x      x     x
    GET    /desk/supervise/CASE            L    L  L  L   x    x     x      x      .      x     x
    POST   /desk/supervise/CASE            L    L  L  L   x    x     x      x      !      x     x
    GET    /grid/elements                  L    L  L  L   .    x     x      x      x      x     x
    GET    /grid/sync                      L    L  L  L   !    x     x      x      x      x     x
    GET    /grid/ops                       L    L  L  L   .    x     x      x      x      x     x
    POST   /grid/ops                       L    L  L  L   !    x     x      x      x      x     x
    POST   /grid/ops/seen                  L    L  L  L   0    x     x      x      x      x     x
    GET    /grid/device                    !    !  !  !   !    !     !      !      !      !     !
    POST   /grid/device                    L    L  L  L   !    x     x      x      x      x     x
    POST   /grid/device/wiped              !    !  !  !   !    !     !      !      !      !     !
    GET    /grid/keys                      .    .  .  .   .    .     .      .      .      .     .
    GET    /grid/photos/PHOTO              L    L  L  L   0    x     x      x      x      x     x
    PATCH  /grid/photos/PHOTO              L    L  L  L   !    x     x      x      x      x     x
    GET    /grid/devices                   L    L  L  L   .    x     x      x      x      x     x
    POST   /grid/devices                   L    L  L  L   0    x     x      x      x      x     x
    GET    /desk/devices                   L    L  L  L   x    x     x      x      x      .     x
    POST   /desk/devices                   L    L  L  L   x    x     x      x      x      0     x
    GET    /desk/sync                      L    L  L  L   .    .     .      x      x      x     .
    POST   /desk/sync                      L    L  L  L   !    !     !      x      x      x     !
    GET    /desk/visits                    L    L  L  L   .    x     .      .      x      x     x
    GET    /desk/visits/VISIT              L    L  L  L   0    x     .      .      x      x     x
    GET    /desk/visits/VISIT/photos/0     L    L  L  L   0    x     0      0      x      x     x
    GET    /desk/problems                  L    L  L  L   .    .     .      .      .      x     .
    GET    /desk/problems/new              L    L  L  L   x    x     .      .      .      x     x
    POST   /desk/problems/new              L    L  L  L   x    x     !      !      !      x     x
    GET    /desk/problems/ledger.csv       L    L  L  L   x    x     x      .      .      x     x
    GET    /desk/problems/PROBLEM          L    L  L  L   0    .     .      .      .      0     0
    POST   /desk/problems/PROBLEM/report   L    L  L  L   0    !     !      !      0      0     0
    POST   /desk/problems/PROBLEM/strike   L    L  L  L   0    x     x      !      !      0     0
    GET    /desk/ratings                   L    L  L  L   .    .     .      .      .      x     .
    GET    /desk/ratings/RATING            L    L  L  L   0    .     0      0      .      x     0
    POST   /desk/ratings/RATING/answer     L    L  L  L   0    !     0      0      x      x     0
    POST   /desk/ratings/RATING/call_back  L    L  L  L   0    x     0      0      !      x     0
    POST   /desk/ratings/RATING/uphold     L    L  L  L   0    x     0      0      !      x     0
    GET    /desk/rights                    L    L  L  L   x    x     .      x      x      x     x
    GET    /desk/rights/REQUEST            L    L  L  L   x    x     .      x      x      x     x
    POST   /desk/rights/REQUEST/answer     L    L  L  L   x    x     !      x      x      x     x
    GET    /desk/jobs                      L    L  L  L   .    .     .      .      .      .     .
    GET    /desk/jobs/JOB                  L    L  L  L   0    0     0      0      0      0     0
    POST   /desk/jobs/JOB/cancel           L    L  L  L   0    0     0      0      0      0     0
    GET    /desk/jobs/JOB/result           L    L  L  L   0    0     0      0      0      0     0
    GET    /desk/registry/import           L    L  L  L   x    x     .      x      x      x     x
    POST   /desk/registry/import           L    L  L  L   x    x     !      x      x      x     x
    GET    /desk/registry/import/JOB       L    L  L  L   x    x     0      x      x      x     x
    POST   /desk/registry/import/JOB       L    L  L  L   x    x     !      x      x      x     x
    POST   /desk/registry/import/JOB/confirm L  L  L  L   x    x     0      x      x      x     x
    POST   /desk/registry/import/JOB/again L    L  L  L   x    x     0      x      x      x     x
    GET    /desk/registry/export           L    L  L  L   x    .     .      .      .      x     .
    POST   /desk/registry/export           L    L  L  L   x    !     !      !      !      x     !
    POST   /desk/registry/export/JOB/approve L  L  L  L   x    x     x      0      x      x     x
    GET    /desk/retention                 L    L  L  L   x    x     x      x      .      .     x
    GET    /privacy                        .    .  .  .   .    .     .      .      .      .     .
    GET    /desk/sheets                    L    L  L  L   x    .     x      x      x      .     .
    GET    /desk/poster?size=A3            L    L  L  L   x    .     x      x      x      .     .
    GET    /desk/handing                   L    L  L  L   .    .     .      .      x      x     .
    GET    /desk/handing/R0000000000Z      L    L  L  L   0    0     0      0      x      x     0
    POST   /desk/handing/R0000000000Z      L    L  L  L   0    0     0      0      x      x     0
    POST   /desk/codes/DOOR/state          L    L  L  L   x    !     x      x      x      !     !
    POST   /desk/items/elder-card/state    L    L  L  L   x    x     x      x      x      !     x
    GET    /desk/items                     L    L  L  L   x    x     x      x      x      .     x
    POST   /desk/items                     L    L  L  L   x    x     x      x      x      !     x
    GET    /desk/items/elder-card          L    L  L  L   x    x     x      x      x      .     x
    GET    /desk/items/elder-card/diff?from=1&to=1 L L L L x   x     x      x      x      .     x
    GET    /desk/items/elder-card/edit/basics L L L  L   x    x     x      x      x      .     x
    POST   /desk/items/elder-card/edit/basics L L L  L   x    x     x      x      x      0     x
    GET    /desk/items/elder-card/preview  L    L  L  L   x    x     x      x      x      .     x
    GET    /desk/items/elder-card/form     L    L  L  L   x    x     x      x      x      .     x
    POST   /desk/items/elder-card/form     L    L  L  L   x    x     x      x      x      !     x
    GET    /desk/items/elder-card/form/pages/applicant L L L L x x   x      x      x      .     x
    POST   /desk/items/elder-card/form/pages/applicant L L L L x x   x      x      x      0     x
    GET    /desk/items/elder-card/form/fields/name L L L L x   x     x      x      x      .     x
    POST   /desk/items/elder-card/form/fields/name L L L L x   x     x      x      x      0     x
    POST   /desk/items/elder-card/draft/withdraw L L L L x    x     x      x      x      !     x
    GET    /desk/catalogue/export          L    L  L  L   x    x     x      x      x      .     x
    GET    /desk/catalogue/import          L    L  L  L   x    x     x      x      x      .     x
    POST   /desk/catalogue/import          L    L  L  L   x    x     x      x      x      !     x
    GET    /desk/catalogue/figures         L    L  L  L   x    x     x      x      x      .     x
    GET    /desk/registry                  L    L  L  L   .    .     .      .      x      x     .
    POST   /desk/registry                  L    L  L  L   !    !     !      !      x      x     !
    GET    /desk/registry/households/HOUSE L    L  L  L   0    .     .      .      x      x     0
    GET    /desk/registry/households/HOUSE/history L L L L 0   .     .      .      x      x     0
    GET    /desk/registry/households/HOUSE/modules/house_basic L L L L 0 . .  x   x      x     0
    POST   /desk/registry/households/HOUSE/modules/house_basic L L L L 0 ! !  x   x      x     0
    POST   /desk/registry/households/HOUSE/modules/house_business/unchanged L L L L 0 ! ! x x x 0
    GET    /desk/registry/quality          L    L  L  L   .    .     .      .      x      x     .
    GET    /desk/registry/quality?area=529901102 L L L L  x    x     x      x      x      x     .
    GET    /desk/registry/lacking?area=VILLAGE&module=house_basic L L L L x . . . x x x
    GET    /desk/registry/contradictions   L    L  L  L   .    .     .      .      x      x     .
    GET    /desk/registry/contradictions?area=529901102 L L L L x x  x      x      x      x     .
    POST   /desk/registry/contradictions/FINDING/explain L L L L 0 !  !     x      x      x     0
    GET    /desk/registry/people/PERSON    L    L  L  L   0    .     .      .      x      x     0
    GET    /desk/registry/people/PERSON/history L L L L   0    .     .      .      x      x     0
    GET    /desk/registry/people/PERSON/modules/person_basic L L L L 0 . .    x   x      x     0
    POST   /desk/registry/people/PERSON/modules/person_basic L L L L 0 ! !    x   x      x     0
    POST   /desk/registry/people/PERSON/modules/person_education/unchanged L L L L 0 ! ! x x x 0
    GET    /desk/proposals                 L    L  L  L   x    x     .      .      x      x     x
    GET    /desk/proposals?area=529901102  L    L  L  L   x    x     x      x      x      x     x
    POST   /desk/proposals                 L    L  L  L   x    x     !      !      x      x     x
    POST   /desk/proposals/undo            L    L  L  L   x    x     0      0      x      x     x
    GET    /desk/pins                      L    L  L  L   x    .     x      x      x      .     .
    GET    /desk/pins?area=VILLAGE         L    L  L  L   x    .     x      x      x      .     x
    POST   /desk/pins                      L    L  L  L   x    !     x      x      x      !     !
    GET    /desk/registry/events           L    L  L  L   .    .     .      .      x      x     .
    POST   /desk/registry/events           L    L  L  L   !    !     !      x      x      x     !
    GET    /desk/registry/events/new       L    L  L  L   .    .     .      x      x      x     .
    POST   /desk/registry/events/new       L    L  L  L   !    !     !      x      x      x     !
    GET    /desk/registry/merges           L    L  L  L   x    x     .      x      x      x     x
    POST   /desk/registry/merges           L    L  L  L   x    x     !      x      x      x     x
    GET    /desk/registry/merges/MERGED    L    L  L  L   x    x     .      x      x      x     x
    POST   /desk/registry/merges/MERGED/undo L  L  L  L   x    x     !      x      x      x     x
    GET    /desk/registry/merges/household/HOUSE/NEXT L L L L x x    .      x      x      x     x
    POST   /desk/registry/merges/household/HOUSE/NEXT L L L L x x    !      x      x      x     x
    GET    /desk/registry/events/EVENT    L L L L 0 . . . x x 0
    POST   /desk/registry/events/EVENT/undo L L L L 0 ! ! x x x 0
    POST   /desk/registry/events/EVENT/confirm L L L  L   x    x     !      !      x      x     x
    GET    /desk/registry/households/HOUSE/events L L L L 0 . . . x x 0
    GET    /desk/registry/households/HOUSE/events/person.add L L L L 0 . . x x x 0
    POST   /desk/registry/households/HOUSE/events/person.add L L L L 0 ! ! x x x 0
    GET    /desk/households/HOUSE/pin      L    L  L  L   x    .     x      x      x      .     0
    POST   /desk/households/HOUSE/pin      L    L  L  L   x    !     x      x      x      !     0
    GET    /desk/accounts                  L    L  L  L   x    x     x      x      .      .     x
    GET    /staff/enrol                    L    L  L  L   .    .     .      .      .      .     .
    GET    /staff/password                 L    L  L  L   .    .     .      .      .      .     .
    POST   /staff/password                 L    L  L  L   !    !     !      !      !      !     !
    POST   /staff/enrol/recovery           L    L  L  L   !    !     !      !      !      !     !
"""
PEOPLE = (
    "nobody",
    "L1",
    "L2",
    "李明",
    "grid",
    "clerk",
    "reviewer",
    "approver",
    "supervisor",
    "admin",
    "孙外人",
)
STAFF = {
    "grid": "grid.shuanghe1", "clerk": "clerk.daguan", "reviewer": "reviewer.daguan", "approver": "approver.daguan",
    "supervisor": "supervisor", "admin": "admin", "孙外人": "clerk.qingxi",
}  # fmt: skip
ROWS = [line.split() for line in EXPECTED.strip().splitlines()]
OPEN = {200, 201, 202, 204, 302, 303}
BAD = {400, 409, 422}  # let in, and then told what is wrong with an empty body
BODIES = {
    "/apply/DOOR/elder-allowance": {"submission_key": "key-of-nobody", "answers": {"nonsense": 1}},
    "/apply/DOOR/elder-allowance/draft": {"answers": {}},
    "/desk/handing/R0000000000Z": {"rev": 2},
    "/desk/plates/PLATE/closed": {"rev": 1},
    "/desk/rights/REQUEST/answer": {"rev": 0},
    "/desk/pins": {"which": "chosen"},
    "/my/papers/PAPER/until": {"valid_until": "x"},
}
"""What is sent where an empty body would be refused before anybody is asked who she is."""

FREE = {
    "/metrics",
    "/sessions",
    "/login/card",
    "/login/pairing",
    "/acting/end",
    "/staff/second",
    "/staff/enrol/confirm",
    "/staff/apply",
    "/login",
    "/login/refresh",
    "/login/otp",
    "/logout",
    "/staff/login",
    "/wechat/login",
    "/files",
}
"""Routes that the table leaves out: log-in itself, whose answer is not about who asks, and what opens to all."""


class Undeclared(Base):
    """A handler whose author forgot to say who may call it."""

    async def get(self) -> None:
        self.respond({"leaked": True})

    @anyone(summary="")
    async def post(self) -> None:
        self.respond({})


@pytest.fixture(scope="module")
def things(io_loop, town):
    """Tokens of everybody, and the addresses of 陈桂兰's things."""
    return io_loop.run_sync(lambda: _things(town), timeout=30)


async def _things(town):
    tokens = {
        "nobody": "",
        "L1": await town.l1(town.chen),
        "L2": await town.l2(town.chen),
        "李明": await town.l2(town.li),
    }
    tokens |= {name: await town.staff(username) for name, username in STAFF.items()}
    file = (await upload(town, tokens["L2"])).body["id"]
    filed = await allowance(town, tokens["L2"], recent_photo=[file])
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    paper = await kept_paper(town, case["id"], file)
    wish = Wish(("due",), "19900000079")
    her = town.home.sessions.actor_of(tokens["L2"])
    reminder = (await town.home.reminders.subscribe(her, filed["code"], wish)).id
    look = (await town.get("/my/looks", tokens["L2"])).body["looks"][0]["id"]
    asked = (await town.post(f"/my/looks/{look}/ask", {}, tokens["L2"])).body
    complaint = (await town.post("/complaint", {"text": "窗口等了一上午没有人"})).body
    window, rating = await _rated(town)
    door = await town.home.codes.get(town.chen.code)
    telling = Telling("丘林村三组21号", "村口", report_key="key-of-the-table")
    plate, _ = await town.home.plate_reports.tell(ANONYMOUS, town.chen.code, telling)
    words = {
        "DOOR": town.chen.code, "RECEIPT": filed["code"], "NUMBER": filed["case_no"], "CASE": case["id"],
        "FILE": file, "PAPER": paper, "REMINDER": reminder, "GONE": "0" * 36,
        "HOUSE": door.target.household, "PLATE": plate.id, "REPORTED": plate.number,
        "PROBLEM": await _problem(town), "EVENT": await happened(town), "VISIT": await _visit(town), "PHOTO": "0" * 64,
        "MERGED": await made_one(town), "NEXT": await next_door(town),
        "BREACH": await _breach(town, case["id"]),
        "WINDOW": window, "RATING": rating, "LOOK": look, "REQUEST": asked["id"], "COMPLAINT": complaint["number"],
        "POSTED": (await hung(town, tokens["L2"], file))["id"],
        "CHILD": await _member(town, town.li, "李子轩"),
        "GROWN": await _member(town, town.chen, "周建国"),
        "FINDING": await finding(town),
        "PERSON": await _member(town, town.chen, "陈桂兰"),
        "BATCH": "0" * 38, "JOB": "0" * 31, "VILLAGE": door.target.household[:12],
    }  # fmt: skip
    return tokens, words


async def kept_paper(town, case_id, file):
    """A paper of 陈桂兰 that is kept for the next time, as it came with a case."""
    subject = town.home.sessions.subject(town.chen.resident.id_number)
    source = Source(case_id, "1", "高龄津贴", town.home.clock())
    await town.home.kept_papers.keep(subject, "", source, 1, {("M04", "近期照片"): [file]})
    return (await town.home.kept_papers.of_files(subject, [file]))[0].id


async def finding(town):
    """Something that contradicts itself in 陈桂兰's household, as the job has found it."""
    her = await _member(town, town.chen, "何秀芳")
    people = town.built.database.collection("people")
    await people.update_one({"_id": her}, {"$set": {"relation": "31", "unjudged": True}})
    await town.built.judging.run_once()
    row = await town.built.database.collection("registry_findings").find_one(
        {"of": her, "code": "member.relation"}
    )
    return row["_id"]


async def _rated(town):
    """The code of a window of the town's hall, and a poor rating of a visit to it."""
    town_area = (await town.home.codes.get(town.chen.code)).areas[:2]
    code = Code(grammar.new("P"), "P", town_area, Target(point="1号窗口"), town.home.clock())
    await town.home.codes.issue([code])
    ticket = (await town.home.visits.open(code.id)).ticket
    await town.home.visits.rate(code.id, Visited(1, ticket=ticket))
    row = await town.built.database.collection("ratings").find_one({"areas": town_area[-1]})
    return code.id, row["_id"]


async def _problem(town):
    """What the county's supervisor has put on the ledger of the town."""
    due = (town.home.today() + timedelta(days=10)).isoformat()
    opening = {"title": "窗口没人", "what": "安排轮班", "office": "529901101", "due_on": due}
    told = await town.post("/desk/problems/new", opening, await town.staff("supervisor"))
    return told.body["problem"]["id"]


async def _visit(town):
    """王网格 has been at 陈桂兰's; a photo of it has not come yet."""
    wang = next(each.username for each in town.report.staff if each.name == "王网格")
    phone = Phone(town, await town.staff(wang))
    home = (await town.home.codes.get(town.chen.code)).target.household
    visit = phone.visit(home, visit={"photos": ["1" * 64]})
    assert (await phone.one(visit))["is"] == "created"
    return visit["id"]


async def _breach(town, case):
    """What the reviewer of the town holds against 陈桂兰."""
    charge = {"field": "promise", "kind": "false.statement", "ground": "住址不实", "evidence": "走访记录"}
    told = await town.post(f"/desk/integrity/of/{case}", charge, await town.staff("reviewer.daguan"))
    return told.body["id"]


async def _member(town, door, name):
    """The registry's id of somebody in a household."""
    code = await town.home.codes.get(door.code)
    people = await town.home.households.people(code.target.household)
    return next(person.id for person in people if person.name == name)


@pytest.mark.gen_test(timeout=10)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
async def test_each_person_gets_what_the_table_says(town, things, row):
    tokens, words = things
    method, path, *expected = row
    body = None if method == "GET" else BODIES.get(path, {})
    for word, value in words.items():
        path = path.replace(word, value)
    got = {}
    for person in PEOPLE:
        reply = await town.call(method, path, body, tokens[person])
        got[person] = _sign(reply.status)
    assert got == dict(zip(PEOPLE, expected, strict=True))


def _sign(status: int) -> str:
    if status in OPEN:
        return "."
    if status in BAD:
        return "!"
    return {401: "L", 403: "x", 404: "0"}.get(status, str(status))


def test_the_table_knows_every_route():
    named = {_shape(path.partition("?")[0]) for _, path, *_ in ROWS} | FREE
    missing = {path_of(pattern) for pattern, _ in ROUTES} - named
    assert missing <= SHARED


SHARED = {
    "/apply/{code}/{slug}/{page}", "/apply/{code}/{slug}/check", "/apply/{code}/{slug}/draft",
    "/q/{code}/receipt.pdf", "/q/{code}/withdraw", "/desk/stream", "/desk/outbox",
    "/my/acting/{mandate}/start", "/my/acting/{mandate}/withdraw", "/grid/present/code",
    "/desk/accounts/{account}", "/desk/accounts/{account}/{action}",
}  # fmt: skip
"""Routes whose row in the table has another address, or whose own tests say who may: below, of the desk, of accounts."""


def _shape(path: str) -> str:
    for word, name in (
        ("/household/HOUSE/NEXT", "/{noun}/{owner}/{other}"), ("MERGED", "{event}"),
        ("DOOR", "{code}"), ("RECEIPT", "{code}"), ("BATCH", "{batch}"), ("CASE", "{case}"), ("POSTED", "{case}"),
        ("FILE", "{file}"), ("HOUSE", "{household}"),
        ("FINDING/explain", "{finding}/{action}"),
        ("CHILD", "{owner}"), ("PERSON", "{owner}"), ("modules/house_basic", "modules/{module}"),
        ("modules/house_business", "modules/{module}"), ("modules/person_basic", "modules/{module}"),
        ("modules/person_education", "modules/{module}"),
        ("VISIT", "{visit}"), ("PHOTO", "{photo}"), ("/photos/0", "/photos/{place}"),
        ("GROWN", "{owner}"), ("/me/", "/{owner}/"), ("person.phone", "{element}"),
        ("person.name", "{element}"), ("person.health", "{element}"),
        ("/closed", "/{action}"), ("PAPER", "{paper}"), ("REMINDER", "{reminder}"), ("GONE", "{reminder}"),
        ("PLATE", "{report}"), ("REPORTED", "{number}"),
        ("/edit/basics", "/edit/{section}"), ("/pages/applicant", "/pages/{part}"), ("/fields/name", "/fields/{field}"),
        ("/draft/withdraw", "/draft/{action}"),
        ("elder-allowance", "{slug}"), ("elder-card", "{slug}"), ("/accept", "/{action}"),
        ("/lights/none/explain", "/lights/{light}/{action}"), ("/lights/none", "/lights/{light}"),
        ("EVENT/confirm", "{event}/{action}"), ("EVENT", "{event}"), ("/person.add", "/{kind}"),
        ("PROBLEM/report", "{problem}/{action}"), ("PROBLEM/strike", "{problem}/{action}"), ("PROBLEM", "{problem}"),
        ("BREACH/object", "{breach}/{action}"), ("BREACH/drop", "{breach}/{action}"),
        ("BREACH/serve", "{breach}/{action}"), ("BREACH", "{breach}"),
        ("WINDOW", "{code}"), ("RATING/answer", "RATING/{action}"), ("RATING", "{rating}"),
        ("LOOK", "{look}"), ("COMPLAINT", "{number}"), ("REQUEST/answer", "{request}/{action}"),
        ("REQUEST", "{request}"),
        ("JOB/approve", "{job}/{action}"), ("JOB", "{job}"), ("/nothing/", "/{purpose}/"), ("R0000000000Z", "{filing}"),
    ):  # fmt: skip
        path = path.replace(word, name)
    return path


def test_every_verb_of_every_handler_says_who_may_call_it():
    for pattern, target in ROUTES:
        said = {verb for verb, _ in declared(target)}
        assert said == {verb for verb in VERBS if verb in vars(target)}, pattern
        assert said, pattern


@pytest.mark.gen_test
async def test_a_verb_that_says_nothing_is_refused(town):
    town.app.add_handlers(".*", [(r"/test/undeclared", Undeclared)])
    for token in ("", await town.staff("admin")):
        reply = await town.get("/test/undeclared", token)
        assert (reply.status, reply.body["error"]["code"]) == (403, "forbidden")


@pytest.mark.gen_test
async def test_a_verb_that_is_not_there_is_405_with_the_verbs_that_are(town):
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        reply = await town.call(method, "/staff/login", {} if method != "OPTIONS" else None)
        assert (reply.status, reply.headers["Allow"]) == (405, "GET, POST, HEAD")


@pytest.mark.gen_test(timeout=20)
async def test_nobody_and_no_resident_reaches_a_desk(town, things):
    tokens, words = things
    known = {
        "code": words["DOOR"], "slug": "elder-card", "household": words["HOUSE"], "account": "0" * 24,
        "report": "0" * 25, "rating": "0" * 26, "file": "0" * 32, "request": "a" * 22, "batch": "0" * 38,
        "section": "basics",
        "part": "a", "paper": "0" * 30, "field": "a", "breach": "0" * 28,
        "finding": "0" * 40, "problem": "0" * 34, "event": "0" * 32, "module": "house_basic", "job": "0" * 31,
        "filing": "R" + "0" * 11, "visit": "0" * 26, "place": "0",
        "noun": "person", "other": "ab",
    }  # fmt: skip
    for pattern, target in ROUTES:
        if not pattern.startswith("/desk"):
            continue
        path = re.sub(r"{(\w+)}", lambda found: known.get(found[1], "a"), path_of(pattern))
        for verb, _ in declared(target):
            for person in ("nobody", "L1", "L2", "李明"):
                reply = await town.call(verb.upper(), path, None if verb == "get" else {}, tokens[person])
                assert (reply.status, reply.body["error"]["required"]) == (401, "staff"), path


@pytest.mark.gen_test
async def test_the_other_town_sees_no_case_of_daguan(town, things):
    tokens, words = things
    for view in ("mine", "area", "lately"):
        rows = (await town.get(f"/desk?view={view}", tokens["孙外人"])).body["rows"]
        assert words["NUMBER"] not in [row["case_no"] for row in rows]
    ours = (await town.get("/desk?view=area", tokens["clerk"])).body["rows"]
    assert words["NUMBER"] in [row["case_no"] for row in ours]


@pytest.mark.gen_test
async def test_another_resident_holding_the_receipt_sees_it_masked(town, things):
    tokens, words = things
    hers = (await town.get(f"/q/{words['RECEIPT']}", tokens["L2"])).body
    his = (await town.get(f"/q/{words['RECEIPT']}", tokens["李明"])).body
    assert (hers["holder"], hers["name"]) == (True, "陈桂兰")
    assert his["holder"] is False
    assert "陈桂兰" not in str(his)


@pytest.mark.gen_test
async def test_another_resident_finds_no_draft_of_hers(town, things):
    tokens, _ = things
    path = f"/apply/{town.chen.code}/elder-card"
    await town.call("PUT", f"{path}/draft", {"answers": {"phone": "13912345678"}}, tokens["L2"])
    hers, his = [str((await town.get(path, tokens[who])).body) for who in ("L2", "李明")]
    assert "13912345678" in hers
    assert "13912345678" not in his


@pytest.mark.gen_test
async def test_l1_by_the_same_card_does_not_show_what_was_typed_at_l2(town, things):
    tokens, _ = things
    path = f"/apply/{town.chen.code}/elder-card"
    await town.call("PUT", f"{path}/draft", {"answers": {"phone": "13912345678"}}, tokens["L2"])
    assert "13912345678" not in str((await town.get(path, tokens["L1"])).body)


@pytest.mark.gen_test
async def test_another_resident_cannot_put_her_file_into_his_answers(town, things):
    tokens, words = things
    path = f"/apply/{town.chen.code}/water-repair"
    sent = {"submission_key": "k-of-li-ming", "answers": {"fault": "leak", "contact_phone": "13900001111",
                                                         "photos": [words["FILE"]]}}  # fmt: skip
    reply = await town.post(path, sent, tokens["李明"])
    assert (reply.status, reply.body["error"]["field"]) == (422, "photos")


@pytest.mark.gen_test(timeout=10)
async def test_only_the_applicant_takes_her_case_back(town, things):
    tokens, _ = things
    filed = await allowance(town, tokens["L2"])
    path = f"/q/{filed['code']}/withdraw"
    for person in set(PEOPLE) - {"L2"}:
        assert (await town.post(path, {}, tokens[person])).status == 401, person
    taken = await town.post(path, {"note": "不办了"}, tokens["L2"])
    assert (taken.status, taken.body["state"]) == (200, "withdrawn")


@pytest.mark.gen_test
async def test_a_photo_of_l2_is_not_shown_to_whoever_types_the_card(town, things):
    tokens, words = things
    assert (await town.get(f"/files/{words['FILE']}", tokens["L1"])).status == 404
    assert (await town.get(f"/files/{words['FILE']}", tokens["L2"])).status == 200
