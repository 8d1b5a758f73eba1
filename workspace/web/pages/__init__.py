"""The pages: GET only. What a page changes, it changes through the REST API."""

from __future__ import annotations

from flask import Blueprint

from workspace.web.pages.account import pages as account
from workspace.web.pages.board import pages as board
from workspace.web.pages.cards import pages as cards
from workspace.web.pages.clues import pages as clues
from workspace.web.pages.debrief import pages as debrief
from workspace.web.pages.exercise import pages as exercise
from workspace.web.pages.gallery import pages as gallery
from workspace.web.pages.grades import pages as grades
from workspace.web.pages.intake import pages as intake
from workspace.web.pages.maps import pages as maps
from workspace.web.pages.operations import pages as operations
from workspace.web.pages.overview import pages as overview
from workspace.web.pages.persons import pages as persons
from workspace.web.pages.pictures import pages as media
from workspace.web.pages.proposals import pages as proposals
from workspace.web.pages.record import pages as record
from workspace.web.pages.referrals import pages as referrals
from workspace.web.pages.search import pages as search
from workspace.web.pages.series import pages as series
from workspace.web.pages.sign_in import pages as sign_in
from workspace.web.pages.statistics import pages as statistics

BLUEPRINTS: list[Blueprint] = [
    sign_in,
    account,
    operations,
    overview,
    board,
    media,
    record,
    referrals,
    search,
    statistics,
    debrief,
    exercise,
    intake,
    gallery,
    grades,
    proposals,
    maps,
    clues,
    persons,
    cards,
    series,
]
"""Every area of pages; append yours."""
