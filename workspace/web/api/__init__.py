"""The REST API: thin routes that parse, run a command or a query, and answer. Every screen action is one of these."""

from __future__ import annotations

from flask_openapi3 import APIBlueprint

from workspace.web.api.access import api as access
from workspace.web.api.board import api as board
from workspace.web.api.boxes import api as boxes
from workspace.web.api.cards import api as cards
from workspace.web.api.cases import api as cases
from workspace.web.api.clues import api as clues
from workspace.web.api.debrief import api as debrief
from workspace.web.api.drafts import api as drafts
from workspace.web.api.entries import api as entries
from workspace.web.api.exercise import api as exercise
from workspace.web.api.exhibits import api as exhibits
from workspace.web.api.films import api as films
from workspace.web.api.gallery import api as gallery
from workspace.web.api.grades import api as grades
from workspace.web.api.identity import api as identity
from workspace.web.api.intake import api as intake
from workspace.web.api.known import api as known
from workspace.web.api.leads import api as leads
from workspace.web.api.maps import api as maps
from workspace.web.api.operations import api as operations
from workspace.web.api.outcomes import api as outcomes
from workspace.web.api.packages import api as packages
from workspace.web.api.people import api as people
from workspace.web.api.permissions import api as permissions
from workspace.web.api.persons import api as persons
from workspace.web.api.probes import api as probes
from workspace.web.api.proposals import api as proposals
from workspace.web.api.qualifications import api as qualifications
from workspace.web.api.record import api as record
from workspace.web.api.referrals import api as referrals
from workspace.web.api.registers import api as registers
from workspace.web.api.searches import api as searches
from workspace.web.api.series import api as series
from workspace.web.api.series_work import api as series_work
from workspace.web.api.statistics import api as statistics
from workspace.web.api.terms import api as terms
from workspace.web.api.threads import api as threads
from workspace.web.api.thresholds import api as thresholds
from workspace.web.api.uploads import api as uploads
from workspace.web.api.vouching import api as vouching

BLUEPRINTS: list[APIBlueprint] = [
    identity,
    operations,
    people,
    board,
    leads,
    threads,
    boxes,
    access,
    record,
    referrals,
    outcomes,
    packages,
    searches,
    statistics,
    debrief,
    exercise,
    intake,
    exhibits,
    series,
    series_work,
    terms,
    thresholds,
    entries,
    permissions,
    persons,
    vouching,
    qualifications,
    registers,
    known,
    drafts,
    gallery,
    grades,
    films,
    probes,
    proposals,
    maps,
    clues,
    cards,
    cases,
    uploads,
]
"""Every area of the API; append yours."""
