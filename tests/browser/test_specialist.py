"""What a specialist does who has never seen the product: opens an exhibit, sorts its media by keyboard, watches a video
to the second where a face appears, takes wrong faces out of a person, groups a series, opens a clue from the corner of
a picture, sends it to the room as a masked card, and sees another country's tip come back.

One long walk by what stands on the screens; real workers make the copy of the video and the card.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.exercise_room import Exercise
from tests.support.seats import Seat, draw_box
from tests.support.waiting import until_on

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.usefixtures("working")]

Sit = Callable[..., Seat]
MEDIA = 200
"""In the exhibit that is sorted."""

FULL_EXHIBIT = """
  with own as (
    select x.id, x.operation_id, x.compartment_id from exhibit x join compartment c on c.id = x.compartment_id
    where x.operation_id = :id and x.country = 'EC' and exists (
      select 1 from received_file f join media_item m on m.id = f.media_item_id
      where f.exhibit_id = x.id and m.kind = 'photo' and m.state = 'read')
    order by not c.is_common, x.label limit 1
  ), model as (
    select m.* from media_item m join own on m.compartment_id = own.compartment_id
    where m.kind = 'photo' and m.state = 'read' and m.register_entry_id is null
    order by (select min(f.path) from received_file f where f.media_item_id = m.id) limit 1
  ), made as (
    insert into media_item (operation_id, compartment_id, sha256, md5, sha1, size_bytes, address, media_type, kind,
    state,
      width, height, preview_address, veil_address, pdq, pdq_turned, pdq_quality)
    select m.operation_id, m.compartment_id, sha256(convert_to(m.id::text || n, 'UTF8')), m.md5, m.sha1, m.size_bytes,
      m.address, m.media_type, m.kind, m.state, m.width, m.height, m.preview_address, m.veil_address,
      m.pdq, m.pdq_turned, m.pdq_quality
    from model m, generate_series(1, :count) n
    returning id, sha256
  )
  insert into received_file (operation_id, compartment_id, exhibit_id, media_item_id, path, size_bytes, sha256)
  select own.operation_id, own.compartment_id, own.id, made.id, 'DCIM/more/' || made.id || '.jpg', 1, made.sha256
  from own, made
"""
"""More photos without faces in an exhibit of Ecuador, each with the clean pictures of one that was read."""
SORTED = "select count(distinct media_item_id) from media_mark where operation_id = :id and undone_at is null"
VIDEO = """
  select m.id from media_item m join face f on f.media_item_id = m.id join compartment c on c.id = m.compartment_id
  where m.operation_id = :id and m.kind = 'video' and m.state = 'read' and c.is_common
  group by m.id having count(distinct f.track_id) > 1
  order by count(distinct f.track_id) desc, (select min(r.path) from received_file r where r.media_item_id = m.id) desc limit 1
"""
"""Two people, one after the other: the second is not there on the first picture."""
PERSON = """
  select p.number from person p join compartment c on c.id = p.compartment_id join agency a on a.id = c.agency_id
  where p.operation_id = :id and a.country = 'EC' and p.face_count >= 3 order by not c.is_common, p.face_count desc,
  p.number limit 1
"""
PICTURE = """
  select m.id from media_item m join compartment c on c.id = m.compartment_id join agency a on a.id = c.agency_id
  where m.operation_id = :id and m.kind = 'photo' and m.register_entry_id is null and c.is_common and a.country = 'EC'
  and exists (select 1 from face f where f.media_item_id = m.id)
  order by (select min(r.path) from received_file r where r.media_item_id = m.id) limit 1
"""


ANOTHER = PICTURE.replace("where ", f"where m.id <> ({PICTURE}) and ", 1)
REGION = """
  with file as (
    insert into region_file (source, licence, sha256) values ('Natural Earth', 'public domain', sha256('x')) returning id)
  insert into region (code, country, name, region_file_id) select 'EC-P', 'EC', 'Pichincha', id from file
"""


def draw(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """Draw a box over the picture, in shares of its sides."""
    draw_box(page.locator(".boxes-stage svg"), (left, top), (right, bottom))


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page for somebody to look at, where a folder is named."""
    if folder := os.environ.get("CONCORD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@dataclass
class Walk:
    """Who walks, and what the steps hand on."""

    exercise: Exercise
    sit: Sit
    here: Seat

    @property
    def page(self) -> Page:
        return self.here.page

    def found(self, sql: str) -> Any:
        return self.exercise.one(sql, id=self.exercise.operation_id)

    def to(self, path: str) -> None:
        self.here.go(self.exercise.path(path))


def test_a_specialist_goes_from_an_exhibit_to_another_countrys_tip(exercise: Exercise, seat: Sit) -> None:
    exercise.change(FULL_EXHIBIT, id=exercise.operation_id, count=MEDIA)
    walk = Walk(exercise, seat, seat("EC · specialist 1", exercise.path("/intake")))

    sort_an_exhibit(walk)
    watch_a_video(walk)
    take_wrong_faces_out(walk)
    group_a_series(walk)
    open_a_clue(walk)
    see_it_elsewhere(walk)
    say_where_it_is(walk)
    card = send_a_card(walk)
    a_tip_comes_back(walk, card)


def sort_an_exhibit(walk: Walk) -> None:
    """From the list of exhibits to its gallery; a key a tile, and all of them are told apart."""
    page = walk.page
    label = walk.found(
        "select x.label from received_file f join exhibit x on x.id = f.exhibit_id "
        "where f.operation_id = :id and f.path like 'DCIM/more/%' limit 1"
    )
    page.get_by_role("link", name=label).first.click()
    page.get_by_role("link", name="Its media in the gallery").click()
    page.locator(".tile[data-cursor]").wait_for()
    before = walk.found(SORTED)
    for n in range(MEDIA):
        page.keyboard.press("3" if n % 10 else "1")
    look_at(page, "sorted")
    expect(page.locator(".undo")).to_contain_text("marked as")
    until_on(page, lambda: walk.found(SORTED) - before >= MEDIA)
    page.reload()
    expect(page.locator(".gal-fold")).to_contain_text("Folded away, so that nobody looks twice")
    expect(page.locator(".tile .said")).to_have_count(0)


def watch_a_video(walk: Walk) -> None:
    """Its copy is made when it is asked for; a key goes to where a face is best, and the picture is clear while
    held."""
    page = walk.page
    walk.here.go(f"/media/{walk.found(VIDEO)}")
    page.get_by_role("button", name="Make a playable copy").click()
    place = page.locator(".tcode .q")
    expect(place).to_have_text(re.compile("picture 1 of"))
    page.keyboard.press("n")
    expect(place).not_to_have_text(re.compile("picture 1 of"))
    page.keyboard.down(" ")
    expect(page.locator("video.clear")).to_be_visible()
    look_at(page, "watched")
    page.keyboard.up(" ")
    expect(page.locator("video.clear")).to_be_hidden()
    at = float(str(page.locator(".tcode b").inner_text()).rpartition(":")[2])
    best = page.locator(".faces li").first
    expect(best).to_be_visible()
    assert at > 0


def take_wrong_faces_out(walk: Walk) -> None:
    """Two chosen faces become a person of their own, by keys."""
    page = walk.page
    number = walk.found(PERSON)
    walk.to(f"/persons/{number}")
    faces = page.get_by_label(re.compile("not this person"))
    of = faces.count()
    for key in "jxjx":
        page.keyboard.press(key)
    look_at(page, "wrong-faces")
    page.keyboard.press("0")
    expect(page.get_by_label(re.compile("not this person"))).to_have_count(of - 2)
    # The cursor is where it was, at the button that is held to see the face.
    expect(page.locator(".sights li").first.locator("[data-hold]")).to_be_focused()
    look_at(page, "taken-out")


def group_a_series(walk: Walk) -> None:
    """A series is named on its board, and persons of chosen media are placed in it by one press in the gallery."""
    page = walk.page
    walk.to("/series")
    page.get_by_label("Label").fill("Room with a blue lamp")
    walk.here.press("Add the series")
    page.wait_for_url("**/series/*")
    number = page.get_by_role("heading", level=1).inner_text().split()[0]
    walk.to("/gallery?country=EC&faces_from=1&folded=no")
    page.locator(".tile[data-cursor]").wait_for()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.locator(".bulk").get_by_label("Add to a series").select_option(str(int(number.removeprefix("S-"))))
    look_at(page, "series-chosen")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator(".undo")).to_contain_text(f"placed in {number}")


def open_a_clue(walk: Walk) -> None:
    """From the corner of a picture."""
    page = walk.page
    walk.to(f"/clues/new?media={walk.found(PICTURE)}")
    draw(page, 0.02, 0.02, 0.2, 0.2)
    page.get_by_label("Clothing").check()
    page.get_by_label("What it shows, or may show").fill("A school crest on the wall")
    look_at(page, "clue-new")
    walk.here.press("Open the clue")
    page.wait_for_url("**/leads/*-*")
    expect(page.get_by_role("heading", name="Clue · Clothing")).to_be_visible()
    expect(page.get_by_text("A school crest on the wall")).to_be_visible()
    look_at(page, "clue-lead")


def see_it_elsewhere(walk: Walk) -> None:
    """The same clue in another picture, from that picture's page, at a place of its own."""
    page, lead = walk.page, walk.page.url
    walk.here.go(f"/media/{walk.found(ANOTHER)}")
    page.get_by_role("link", name="Add to a clue").click()
    page.locator(".boxes-stage svg").wait_for()
    walk.here.until_ready()
    draw(page, 0.5, 0.5, 0.9, 0.9)
    look_at(page, "clue-add")
    walk.here.press("Add it to the clue")
    page.wait_for_url(lead)
    expect(page.get_by_role("heading", name="Seen in 1 further medium")).to_be_visible()
    expect(page.get_by_role("img", name="The marked part")).to_be_visible()


def say_where_it_is(walk: Walk) -> None:
    """In a region of those that the operator has imported, chosen and not typed."""
    page = walk.page
    walk.exercise.change(REGION)
    page.get_by_text("State what came of it").click()
    page.get_by_label("Country", exact=True).fill("ec")
    page.get_by_label("Region").select_option(label="Pichincha (EC-P)")
    page.get_by_label("Grounds").fill("It is the crest of a school there")
    look_at(page, "clue-region")
    walk.here.press("State it")
    expect(page.get_by_text("EC, Pichincha").first).to_be_visible()
    look_at(page, "clue-stated")
    walk.exercise.change("delete from region")


def send_a_card(walk: Walk) -> str:
    """Masked, checked by a second person, and then the whole room's; answers with its address in the operation."""
    page = walk.page
    page.get_by_role("link", name="Make a clue card").last.click()
    page.get_by_label("Question: one that can be answered").wait_for()
    walk.here.until_ready()
    page.get_by_label("Question: one that can be answered").fill("Which school has this crest?")
    page.get_by_role("button", name="Part", exact=True).click()
    draw(page, 0.001, 0.001, 0.999, 0.999)
    walk.here.provoke("status of 422")
    walk.here.press("Make the card")
    expect(page.get_by_text("under no mask")).to_be_visible()
    draw(page, 0.0, 0.0, 0.999, 0.999)
    look_at(page, "card-new")
    walk.here.press("Make the card")
    page.wait_for_url("**/cards/*-*")
    address = page.url.partition("/operations")[2]
    until_drawn(page)
    look_at(page, "card-made")

    second = walk.sit("EC · country lead", f"/operations{address}", which=1)
    second.affirm("All of this is so: show it to the room")
    expect(second.page.get_by_text("Seen by the whole operation")).to_be_visible()
    return address


def a_tip_comes_back(walk: Walk, card: str) -> None:
    """Another country answers, and the card's maker reads it."""
    other = walk.sit("PE · specialist 1", walk.exercise.path("/cards"))
    expect(other.page.get_by_text("Which school has this crest?")).to_be_visible()
    look_at(other.page, "cards")
    other.page.get_by_role("link", name="Answer").click()
    other.page.get_by_label("What you know, in one sentence").fill("A school in Tacna")
    other.page.get_by_label("How you know it").fill("I went there")
    other.press("Give the tip")
    expect(other.page.get_by_text("A school in Tacna")).to_be_visible()
    look_at(other.page, "card-answered")

    walk.page.goto(f"/operations{card}")
    expect(walk.page.get_by_text("A school in Tacna")).to_be_visible()
    other.page.goto(walk.exercise.path("/cards"))
    expect(other.page.get_by_role("region", name="Tips to weigh")).to_contain_text("Which school has this crest?")


def until_drawn(page: Page) -> None:
    """Until the worker has burnt the masks in."""

    def is_drawn() -> bool:
        if page.locator(".ccard img").count():
            return True
        page.reload()
        return False

    until_on(page, is_drawn)
