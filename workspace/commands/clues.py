"""Clues: a person opens a lead by what he notices, and two people say what came of it.

A clue has one side, the picture or person that it is seen in, or none: it is about a series, or about no medium at all.
It lies in the compartment of what it is about; without that, in the one that the opener's agency shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text

from workspace import events
from workspace.commands.guard import at, require_independent, require_lead, require_operation, require_own_country
from workspace.commands.series_guard import require_live
from workspace.commands.steps import faults_of_place, own_compartment, require_countries, require_region
from workspace.commands.taking_back import require_own_words, take_back
from workspace.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from workspace.model import Clue, ClueAct, Lead, MediaItem, Person, Series
from workspace.model.database import Tx
from workspace.rules.codes import CLUE_RESULTS, CLUE_WHATS, require_one_of
from workspace.rules.leads import ENDED
from workspace.rules.reasons import require_words, words_of

_OPEN = text("select open_clue_lead(:lead, :operation, :lock, :media, :person)")


@dataclass(frozen=True)
class Seen:
    """Where a clue is seen: in a picture, of a person, in a series; in none of them, it is nowhere in the material.

    box: a FragmentSelector in per cent of the picture's sides. at_s, until_s: seconds into a video.
    """

    media_id: UUID | None = None
    person_id: UUID | None = None
    series_id: UUID | None = None
    box: Mapping[str, Any] | None = None
    at_s: float | None = None
    until_s: float | None = None


NOWHERE = Seen()


@dataclass(frozen=True)
class _Result:
    """What came of a clue."""

    result: str
    country: str | None
    region: str | None


def open_clue(tx: Tx, operation_id: int, *, what: str, claim: str, seen: Seen = NOWHERE) -> UUID:
    """Open a lead by what the actor notices, and return its id. Asks `open_clue`; records `lead:opened`.

    what: a code of `CLUE_WHATS`. claim: what it shows or may show, in the actor's words.

    Raises:
        Forbidden: the actor's country has not accepted the terms.
        NotFound: the picture, person or series is not there for the actor, or only its picture was opened to him.
        Invalid: names each thing that is missing or wrong.
    """
    operation = require_operation(tx, "open_clue", operation_id)
    require_own_country(tx, operation, tx.actor.country)
    require_words(claim=claim)
    require_one_of(CLUE_WHATS, what=what)
    lock = _lock_of(tx, operation_id, seen)
    lead_id = uuid4()
    number = tx.session.execute(
        _OPEN,
        {
            "lead": lead_id,
            "operation": operation_id,
            "lock": lock,
            "media": seen.media_id,
            "person": seen.person_id,
        },
    ).scalar_one()
    tx.session.execute(
        insert(Clue).values(
            lead_id=lead_id,
            operation_id=operation_id,
            locks=[lock],
            what=what,
            claim=words_of(claim),
            box=dict(seen.box) if seen.box else None,
            at_s=seen.at_s,
            until_s=seen.until_s,
            series_id=seen.series_id,
            opened_by=tx.actor.id,
        )
    )
    tx.record(events.LeadOpened(events.Place(operation_id, (lock,), lead_id=lead_id), number=number, lead_kind="clue"))
    return lead_id


def _lock_of(tx: Tx, operation_id: int, seen: Seen) -> int:
    """The compartment of what the clue is about; every fault of the place is named."""
    about = [each for each in (seen.media_id, seen.person_id, seen.series_id) if each is not None]
    faults: list[str] = (
        [Fault("media_id", "one of a picture, a person and a series, or none")] if len(about) > 1 else []
    )
    medium = _found(tx, MediaItem, seen.media_id, operation_id)
    faults += faults_of_place(medium, seen.box, seen.at_s, seen.until_s)
    if faults:
        raise Invalid("The clue cannot be opened.", faults=faults)
    person = _found(tx, Person, seen.person_id, operation_id)
    series = _found(tx, Series, seen.series_id, operation_id)
    if series is not None:
        require_live(tx, series)
    if person is not None and person.merged_into is not None:
        raise NotFound("There is no such person, picture or series.")
    there = medium or person or series
    return own_compartment(tx, operation_id, "operation") if there is None else int(there.compartment_id)


def _found(tx: Tx, table: type[Any], row_id: UUID | None, operation_id: int) -> Any:
    """The row that the actor sees; None where none is asked for."""
    if row_id is None:
        return None
    row = tx.session.get(table, row_id)
    if row is None or row.operation_id != operation_id:
        raise NotFound("There is no such person, picture or series.")
    return row


def state_clue_result(
    tx: Tx, lead_id: UUID, *, result: str, country: str | None = None, region: str | None = None, grounds: str
) -> UUID:
    """State what came of a clue, and why; another person confirms it. Answers the act's id. Asks `state_clue_result`;
    records `clue:result_stated`.

    result: «country», with the country to which it is identified, or «eliminated»: the trail leads nowhere, which is a
    result too. The same again adds grounds; another one stands instead, until it is taken back. region: in which of the
    country's imported regions; it waits for a second person by itself.

    Raises:
        NotFound: there is no such clue for the actor. Conflict: its lead has ended.
        Invalid: names what is missing or unknown.
    """
    lead = require_clue(tx, "state_clue_result", lead_id)
    require_words(grounds=grounds)
    require_one_of(CLUE_RESULTS, result=result)
    if (result == "country") != (country is not None):
        raise Invalid("A country is named where one is identified.", faults=[Fault("country", "needed")])
    if country is not None:
        require_countries([country])
    require_region(tx, country, region)
    act = _write_act(tx, lead, "stated", _Result(result, country, region), words_of(grounds))
    tx.record(events.ClueResultStated(at(lead), act=act, result=result, country=country, region=region))
    return act


def confirm_clue_result(
    tx: Tx, lead_id: UUID, *, result: str, country: str | None = None, region: str | None = None
) -> UUID:
    """Confirm, as a second person, what another has stated; answers the act's id. Asks `state_clue_result`; records
    `clue:result_confirmed`.

    result, country, region: what the actor has before him, so that nobody confirms what has changed since. Without a
    region the country alone is confirmed; with one both are.

    Raises:
        NotFound: there is no such clue for the actor.
        Forbidden: the actor has stated it, or is not independent of the person who did.
        Conflict: this is not, or no longer, what waits for a second person.
    """
    lead = require_clue(tx, "state_clue_result", lead_id)
    clue = tx.session.get_one(Clue, lead_id)
    first, second = (clue.stated_by, clue.confirmed_by)
    if region is not None:
        first, second = (clue.region_by, clue.region_confirmed_by)
    is_it = (clue.result, clue.country) == (result, country) and region in (None, clue.region_code)
    if first is None or not is_it or second is not None:
        raise Conflict("This result is no longer waiting for confirmation. Load the page again.")
    if first == tx.actor.id:
        raise Forbidden("The person who stated the result cannot confirm it; another person must.")
    require_independent(tx, lead.operation_id, first)
    act = _write_act(tx, lead, "confirmed", _Result(result, country, region), None)
    tx.record(events.ClueResultConfirmed(at(lead), act=act, result=result, country=country, region=region))
    return act


def take_back_clue_result(tx: Tx, act_id: UUID) -> None:
    """Take back what was stated or confirmed of a clue: what stood before stands again. Asks `take_back_clue_result` of
    the agency that said it; records `clue:result_taken_back`.

    Raises:
        NotFound: there is no such act for the actor. Forbidden: another agency said it.
        Conflict: it was taken back already.
    """
    act = tx.find(ClueAct, act_id, otherwise=NotFound("There is no such act."))
    lead, _ = require_lead(tx, "take_back_clue_result", act.lead_id, held=True)
    require_own_words(tx, act.said_by)
    take_back(tx, ClueAct, act_id)
    country, region = act.country, act.region_code
    tx.record(events.ClueResultTakenBack(at(lead), act=act_id, result=act.result, country=country, region=region))


def require_clue(tx: Tx, action: str, lead_id: UUID) -> Lead:
    """The clue's lead, held until the commit."""
    lead, _ = require_lead(tx, action, lead_id, held=True)
    if tx.session.get(Clue, lead_id) is None:
        raise NotFound("There is no such clue.")
    if lead.stage in ENDED:
        raise Conflict("This lead has ended: nothing more is stated on it.")
    return lead


def _write_act(tx: Tx, lead: Lead, what: str, came: _Result, grounds: str | None) -> UUID:
    act = ClueAct(
        operation_id=lead.operation_id,
        lead_id=lead.id,
        locks=list(lead.locks),
        what=what,
        result=came.result,
        country=came.country,
        region_code=came.region,
        grounds=grounds,
        said_by=tx.actor.id,
    )
    tx.add(act)
    return act.id
