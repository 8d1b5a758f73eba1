/** What was refused is told for as long as it is so, on the lead's page and on the board's cards. */
import { describe, expect, it } from "vitest";
import { Refusal } from "../src/core/api";
import { stillSo, tellRefusal } from "../src/board/told";
import { isOfState, Told } from "../src/lead/told";
import type { LeadPage } from "../src/lead/types";
import { makeCard } from "./cards";

const EC = { id: 7, name: "EC · specialist 1", country: "EC", played_by: "person" } as const;
const PE = { ...EC, id: 9, name: "PE · specialist 1" };
const HELD = new Refusal(409, "held", "EC · specialist 1 holds this lead.", { holder: EC.name, country: "EC" });
const OVER = new Refusal(409, "conflict", "The lead was set aside.");

const FREE = {
  stage: "open",
  holder: null,
  custody: null,
  permissions: { claim_lead: true },
  annotations: [],
  sides: [],
} as unknown as LeadPage;
const HELD_BY_EC = { ...FREE, holder: EC, permissions: { claim_lead: false } } as unknown as LeadPage;

function refusedOn(page: LeadPage, part = "claim", refusal = HELD): Told {
  const told = new Told();
  const { faults } = refusal;
  told.tell(part, faults);
  told.speaksOf(part, refusal, faults, page);
  return told;
}

describe("a refusal on a lead's page", () => {
  it("that says who holds the lead goes when the lead is free, and not before", () => {
    const told = refusedOn(HELD_BY_EC);

    told.take({ ...HELD_BY_EC, seq: 12, comments: [{}] } as unknown as LeadPage);
    expect(told.faults.value.claim).toEqual(HELD.faults);
    told.take(FREE);
    expect(told.faults.value.claim).toEqual([]);
  });

  it("goes when somebody else holds the lead", () => {
    const told = refusedOn(HELD_BY_EC);

    told.take({ ...HELD_BY_EC, holder: PE } as unknown as LeadPage);
    expect(told.faults.value.claim).toEqual([]);
  });

  it("is not told any more where the lead is free, or another's, by the time the page comes", () => {
    expect(refusedOn(FREE).faults.value.claim).toEqual([]);
    expect(refusedOn({ ...HELD_BY_EC, holder: PE } as unknown as LeadPage).faults.value.claim).toEqual([]);
  });

  it.each([
    ["mark", { annotations: [{ id: "m", version: 2 }] }],
    ["access", { access_requests: [{ id: "a", granted: true }] }],
    ["referral", { referrals: [{ id: "r", state: "sent" }] }],
    ["jurisdiction", { jurisdiction: [{ id: "g" }] }],
    ["corroboration", { corroboration: [{ id: "c" }] }],
    ["opinion", { opinions: 2 }],
    ["more", { priority: 1 }],
    ["comment", { permissions: { comment_on_lead: false } }],
    ["more", { stage: "parked" }],
  ])("of the part %s goes when what it speaks of changes", (part, change) => {
    const told = refusedOn(FREE, part, OVER);

    told.take({ ...FREE, seq: 12, presence: [] } as unknown as LeadPage);
    expect(told.faults.value[part]).toEqual(OVER.faults);
    told.take({ ...FREE, ...change } as unknown as LeadPage);
    expect(told.faults.value[part]).toEqual([]);
  });

  it("that speaks of what was typed, or of the line, stands until the next press", () => {
    for (const [status, code] of [
      [422, "invalid"],
      [0, "unknown"],
      [503, "unavailable"],
    ] as const)
      expect(isOfState(new Refusal(status, code, "so"))).toBe(false);
    const told = new Told();
    told.tell("comment", ["A reason is missing."]);
    told.take(HELD_BY_EC);
    expect(told.faults.value.comment).toEqual(["A reason is missing."]);
    told.tell("comment", []);
    expect(told.faults.value.comment).toEqual([]);
  });

  it("of an earlier press does not bind what the next one told", () => {
    const told = refusedOn(HELD_BY_EC);
    const { faults } = HELD;

    told.tell("claim", OVER.faults);
    told.speaksOf("claim", HELD, faults, HELD_BY_EC);
    told.take(FREE);
    expect(told.faults.value.claim).toEqual(OVER.faults);
  });
});

describe("a refusal on a card", () => {
  const held = makeCard(1, { holder: EC, lease_until: "2026-11-11T10:30:00+00:00", changed_seq: 5 });
  const cards = (card: typeof held) => new Map([[card.id, card]]);

  it("names who was first while that person holds the card, also after renewing", () => {
    const told = tellRefusal(HELD, held);
    expect(told).toEqual({ why: "first", holder: EC.id, name: EC.name });
    if (!told) return;

    const still = (card: typeof held) => Object.keys(stillSo({ "1": told }, cards(card))).length;
    expect(still({ ...held, lease_until: "2026-11-11T10:50:00+00:00", changed_seq: 6 })).toBe(1);
    expect(still({ ...held, holder: PE, changed_seq: 6 })).toBe(0);
    expect(still({ ...held, holder: null, changed_seq: 6 })).toBe(0);
    expect(stillSo({ "1": told }, new Map())).toEqual({});
  });

  it("is none where the card is free, another's or gone by then", () => {
    expect(tellRefusal(HELD, { ...held, holder: null })).toBeNull();
    expect(tellRefusal(HELD, { ...held, holder: PE })).toBeNull();
    expect(tellRefusal(HELD, undefined)).toBeNull();
  });

  it("of any other reason holds until the card changes", () => {
    const told = tellRefusal(OVER, held);
    if (!told) throw new Error("nothing is told");

    expect(stillSo({ "1": told }, cards(held))).toEqual({ "1": told });
    expect(stillSo({ "1": told }, cards({ ...held, changed_seq: 6 }))).toEqual({});
  });
});
