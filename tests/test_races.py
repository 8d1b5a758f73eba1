"""Pairs of commands that meet, a few times each: `make races` runs all of them, 20 times each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, select, text

from tests.support.databases import own_database
from tests.support.race_acts import MEETINGS, Act, Meeting, Scene
from tests.support.races import Pair, Races, all_pairs, racing_in
from tests.support.servers import Servers
from workspace.commands.discussion import prioritise_lead
from workspace.commands.locks import ORDER
from workspace.model import Lead
from workspace.model.database import Tx

ROOT = Path(__file__).parent.parent
GOVERNED = (
    "Lead",
    "Assessment",
    "Referral",
    "Permission",
    "Outcome",
    "Ledger",
    "Series",
    "Entry",
    "Access",
    "Exhibit",
    "Member",
    "Removal",
    "Suspension",
    "CountryLead",
    "CountryOpened",
    "Standing",
    "Vouch",
    "Qualification",
    "Operation",
    "Terms",
    "Window",
    "Consent",
    "Register",
    "Card",
    "Clue",
    "Comment",
    "Grade",
    "MediaGraded",
    "MediaPlac",
    "MediaUngraded",
    "Medium",
    "Person",
    "Proposal",
    "Thread",
    "Threshold",
)
"""How the events begin of what is written about a lead, referral, series, entry, member or operation, and of what
people share beside these: clues and their cards, persons, grades, proposals, comments, thresholds."""
NEVER_DONE = {
    "invite (EC operation_lead 1)": "an agency that has people brings in the others itself",
    "accept the terms (PE country_lead 1)": "its country has accepted",
}
"""Acts that are refused whoever acts before, with why."""
ALONE = {
    "access.end_access": "housekeeping passes over what somebody holds; `access.take_back_access` is the same change",
    "agreement.end_proposal": "a step of `terms.withdraw_proposal` and `terms.lapse_proposals`",
    "agreement.propose": "a step of `operations.change_operation_settings`",
    "agreement.put_in_force": "a step of `terms.answer_proposal`",
    "agreement.say": "a step of `terms.answer_proposal`",
    "assessments.decide_again": "a step of `entries.reopen_entry` and of consents",
    "basis.end_basis": "a step of `entries.close_entry`",
    "basis.restore_basis": "a step of `entries.reopen_entry`",
    "boxes.draw_face": "adds a row; of the cards it takes away what hangs still, as `cards.withdraw_card`, which is raced",
    "card_steps.withdraw_bare": "a step of `boxes.draw_face`, of `sweeps.record_sweep` and of `cards.withdraw_outdated`",
    "card_steps.withdraw_outgrown": "a step of `exhibits.change_handling_code` and of `cards.withdraw_outdated`",
    "cards.withdraw_outdated": "housekeeping of what a change of the handling code takes at once, which is raced",
    "closing.begin_closing": "waits until it is the only write (`locks.be_alone`)",
    "closing.fail_closing": "a worker's, once its job has ended",
    "closing.follow_closing": "waits until it is the only write (`locks.be_alone`)",
    "closing.move_part": "waits until it is the only write (`locks.be_alone`)",
    "comments.add_comment": "a step of what comments on a lead or a medium",
    "consents.follow_consent": "a worker's, which no other worker has at the same time",
    "exhibit_cases.keep_case": "adds a row; the last of several counts",
    "exhibit_cases.note_case_export": "notes what was handed out",
    "exhibits.correct_exhibit": "reads nothing but the row that it changes",
    "intake.receive_exhibit": "nobody else knows the exhibit yet",
    "ledger.entries_of": "a step of `outcomes.state_outcome`",
    "copies.open_copies": "one at a time; a lead that was decided meanwhile is not joined",
    "leads_open.open_lead": "nobody else knows the lead yet; one lead a pair is a constraint",
    "leads_open.open_leads": "nobody else knows the leads yet; one lead a pair is a constraint",
    "operations.add_first_member": "a step of the making of an operation",
    "operations.create_operation": "nobody else knows the operation yet",
    "operations.add_agency": "a step of `terms.answer_proposal` does the same; an agency joins once by a constraint",
    "operations.add_new_agency": "nobody else knows the agency yet",
    "originals.ask_check": "a job; nothing is decided by what stands there",
    "originals.note_custody_print": "notes what was printed",
    "originals.note_vics_export": "notes what was handed out",
    "originals.record_check": "a worker's, which no other worker has at the same time",
    "retention.follow_register": "a worker's, which no other worker has at the same time",
    "proposals.accept_placements": "a step of `proposals_at_once.answer_changes`",
    "series_placing.put_in_series": "a step of `series.place_person`",
    "series_placing.put_media_in_series": "a step of `series.place_together`",
    "series_placing.take_medium_out": "a step of `series.withdraw_medium`",
    "series_placing.undo_media": "a step of `series.take_back_placements`",
    "series_placing.undo_placements": "a step of `series.take_back_placements`",
    "sweeps.record_sweep": "a worker's, which no other worker has at the same time; of cards as `boxes.draw_face`",
    "vouching.decline_vouch": "changes no row",
    "window.close_shared_material": "housekeeping passes over what somebody holds; `window.accept_window` is raced",
}
"""Commands of these that meet nothing, or are met as a part of another; each with the reason."""
TIMES = 3
MANY = 100
"""At the latest: on a busy machine one may be done before the other has begun, again and again."""
SHORT = (
    "an open lead: claim (EC specialist 1) ∥ set aside (EC country_lead 1)",
    "a held lead: sign (EC specialist 1) ∥ set aside (EC specialist 1)",
    "a lead about to settle: undo (EC specialist 1) ∥ settle (service)",
    "a parked lead: reopen (EC specialist 1) ∥ close (EC operation_lead 1)",
    "a referral that needs a permission: approve (CL liaison 1) ∥ forbid (PE country_lead 1)",
    "a built referral: send (EC liaison 1) ∥ withdraw (PE liaison 1)",
    "a built referral: send (EC liaison 1) ∥ close (EC operation_lead 1)",
    "a received referral: decline (CL country_lead 1) ∥ state (CL liaison 1)",
    "the ledger: merge (CL liaison 1) ∥ merge the other way (CL country_lead 1)",
    "a series: determine PE again (EC specialist 1) ∥ confirm (PE specialist 1)",
    "an entry: close: withdrawn (PE country_lead 1) ∥ claim (EC specialist 1)",
    "a medium: bring a table without 2 (EC country_lead 1) ∥ grade 2 (EC analyst 1)",
    "a medium: propose grade 2 (PE specialist 1) ∥ propose grade 2 (PE specialist 2)",
    "a medium: accept all (EC specialist 1) ∥ accept all from the end (EC analyst 1)",
    "a thread: edit (PE specialist 1) ∥ edit in another tab (PE specialist 1)",
    "a threshold: propose it again (EC country_lead 1) ∥ confirm (CL country_lead 1)",
    "members: remove the other leader (EC operation_lead 1) ∥ remove the first leader (EC operation_lead 2)",
    "the operation: reveal (EC director 1) ∥ begin again (EC director 2)",
    "accounts: disable the other (EC administrator 1) ∥ disable the first (EC administrator 2)",
)
"""A pair of each kind, those first that were passed by a race before."""


@pytest.fixture(scope="module")
def races(servers: Servers) -> Iterator[Races]:
    """In a database of their own: a service does its duty wherever it is due, and a run is compared row by row."""
    with racing_in(servers.admin_url, own_database(servers, "races")) as found:
        yield found


def all_rows(rows: Connection) -> dict[str, str]:
    """Every row of the database, by table, as one digest."""
    names = rows.scalars(
        text("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'")
    )
    digest = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from public.\"{}\" t"
    return {name: str(rows.scalar(text(digest.format(name)))) for name in names.all()}


def test_a_run_is_taken_back_to_the_last_row_and_the_layout_too(servers: Servers, races: Races) -> None:
    """Rows are told by the superuser, whom no policy keeps from one; acts insert, change and delete."""
    taken_back, laid = "the ledger", "members"
    url = make_url(servers.admin_url).set(database=make_url(races.app.url).database)
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as rows:
        races.forget()
        empty = all_rows(rows)
        for name in (taken_back, laid):
            meeting = next(each for each in MEETINGS if each.name == name)
            with races.scenes(meeting, *meeting.acts) as scenes:
                next(scenes)
                before = all_rows(rows)
                for act in meeting.acts:
                    scene = next(scenes)
                    assert all_rows(rows) == before, act
                    races.do(act, scene)
                assert all_rows(rows) != before
        races.forget()
        assert all_rows(rows) == empty
    engine.dispose()


def test_two_who_do_not_hold_what_they_read_are_found(races: Races) -> None:
    def turn(tx: Tx, scene: Scene) -> None:
        found = tx.session.scalar(select(Lead.priority).where(Lead.id == scene.lead))
        tx.session.execute(text("select pg_sleep(0.02)"))  # the other one reads meanwhile
        prioritise_lead(tx, scene.lead, priority=3 if found == 2 else 2)

    meeting = next(each for each in MEETINGS if each.name == "an open lead")
    first, second = Act("turn", ("EC", "liaison", 1), turn), Act("turn", ("PE", "liaison", 1), turn)

    with closing(races.faults(Pair(meeting, first, second), MANY)) as faults:
        assert next(faults, None)


@pytest.mark.parametrize("name", SHORT)
def test_two_at_the_same_moment_leave_what_one_of_the_two_orders_leaves(races: Races, name: str) -> None:
    (pair,) = (pair for pair in all_pairs() if str(pair) == name)
    print(name)

    # Whoever were told of a deadlock would be told to try again, which neither order tells.
    assert [fault.what for fault in races.faults(pair, TIMES)] == []


@pytest.mark.timeout(300)
def test_every_act_of_the_catalogue_follows_the_order_of_locks(races: Races) -> None:
    """One that does not is stopped by `hold` with an error that is no refusal."""
    answers = {(meeting.name, str(act)): races.alone(meeting, act) for meeting, act in _acts()}

    assert set(answers.values()) == {"done", "refused"}
    refused = {name for (_, name), answer in answers.items() if answer == "refused"}
    assert {name for name in refused if not _is_ever_done(races, name)} == set(NEVER_DONE)


def _is_ever_done(races: Races, name: str) -> bool:
    """Whether an act is done alone or after another of its meeting; one that is always refused races with nobody."""
    places = [(meeting, act) for meeting in MEETINGS for act in meeting.acts if str(act) == name]
    return any(races.alone(meeting, act) == "done" for meeting, act in places) or any(
        races.after(meeting, other, act) == "done" for meeting, act in places for other in meeting.acts
    )


def _acts() -> Iterator[tuple[Meeting, Act]]:
    """Each act once, in the first meeting that has it."""
    seen: set[str] = set()
    for meeting in MEETINGS:
        for act in meeting.acts:
            if str(act) not in seen:
                seen.add(str(act))
                yield meeting, act


def test_every_test_that_is_said_to_hold_a_kind_is_there() -> None:
    told = re.findall(r"`([\w/.]+\.(?:py|ts))(?:::(\w+))?`", (ROOT / "docs" / "live.md").read_text(encoding="utf-8"))

    assert len(told) > 30
    for path, name in told:
        assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), (path, name)
        assert (ROOT / path).is_file(), path


def test_every_pair_has_a_name_of_its_own_and_every_lock_a_place() -> None:
    names = [str(pair) for pair in all_pairs()]

    assert len(names) == len(set(names))
    assert sorted(ORDER.values()) == list(range(len(ORDER)))


def test_every_command_that_writes_what_people_share_is_raced_or_says_why_not() -> None:
    raced = _raced()
    writing = {name for name, events in _commands() if any(event.startswith(GOVERNED) for event in events)}

    assert len(writing) > 80
    assert sorted(writing - raced - set(ALONE)) == []
    assert sorted(set(ALONE) - writing) == []
    assert sorted(set(ALONE) & raced) == []


def _raced() -> set[str]:
    """The commands that the catalogue calls, as `module.command`."""
    tree = ast.parse((ROOT / "tests" / "support" / "race_acts.py").read_text(encoding="utf-8"))
    called = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
    return {f"{node.value.id}.{node.attr}" for node in called if isinstance(node.value, ast.Name)}


Functions = dict[str, ast.FunctionDef]


def _commands() -> Iterator[tuple[str, set[str]]]:
    """Each public command with the events that it names, itself or in functions that it calls, of other commands
    too."""
    bodies = {
        path.stem: ast.parse(path.read_text(encoding="utf-8")).body
        for path in sorted((ROOT / "workspace" / "commands").glob("*.py"))
    }
    every = {
        f"{stem}.{each.name}": each
        for stem, body in bodies.items()
        for each in body
        if isinstance(each, ast.FunctionDef)
    }
    known = {stem: _known(stem, body, every) for stem, body in bodies.items()}
    for name, function in every.items():
        takes_tx = function.args.args and function.args.args[0].arg == "tx"
        if takes_tx and not function.name.startswith("_"):
            yield name, _named(every, known, name, set())


def _known(stem: str, body: list[ast.stmt], every: Functions) -> dict[str, str]:
    """What a module calls its own functions and those that it takes from other commands."""
    own = {name.partition(".")[2]: name for name in every if name.partition(".")[0] == stem}
    imports = [each for each in body if isinstance(each, ast.ImportFrom) and each.module]
    return own | {
        name.asname or name.name: f"{each.module.rpartition('.')[2]}.{name.name}"
        for each in imports
        for name in each.names
        if each.module and each.module.startswith("workspace.commands.")
    }


def _named(every: Functions, known: dict[str, dict[str, str]], name: str, seen: set[str]) -> set[str]:
    if name in seen or name not in every:
        return set()
    seen.add(name)
    found: set[str] = set()
    for node in ast.walk(every[name]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "events":
            found.add(node.attr)
        if isinstance(node, ast.Name) and node.id in known[name.partition(".")[0]]:
            found |= _named(every, known, known[name.partition(".")[0]][node.id], seen)
    return found
