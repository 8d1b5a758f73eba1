/** A view can be sent as an address and means the same there; what cannot be understood is left out. */
import { describe, expect, it } from "vitest";
import { type Filter, fromQuery, KINDS, NO_FILTER, passes, toQuery, VIEWS } from "../src/board/filters";
import { makeCard } from "./cards";

const ALL: Filter[] = VIEWS.flatMap((view) =>
  ["", "PE"].flatMap((country) =>
    (["", ...KINDS] as Filter["kind"][]).flatMap((kind) =>
      ([0, 1, 2, 3] as const).map((priority) => ({ view, country, kind, priority })),
    ),
  ),
);

describe("a filter", () => {
  it("comes back from its address, whichever it is", () => {
    for (const filter of ALL) expect(fromQuery(toQuery(filter))).toEqual(filter);
  });

  it("leaves out what an address may not say", () => {
    expect(fromQuery("?view=secret&country=<b>&kind=x&priority=9")).toEqual(NO_FILTER);
  });

  it("shows as mine what I hold and nothing else", () => {
    const held = makeCard(1, { holder: { id: 12, name: "PE · specialist", country: "PE", played_by: "person" } });

    expect(passes(held, { ...NO_FILTER, view: "mine" }, 12)).toBe(true);
    expect(passes(held, { ...NO_FILTER, view: "mine" }, 13)).toBe(false);
    expect(passes(makeCard(2), { ...NO_FILTER, view: "mine" }, 12)).toBe(false);
  });

  it("shows as returned what came back and was not routed on, whatever was sent since", () => {
    const referral = (state: "returned" | "re_routed" | "sent") => ({ number: 1, to: "CL", state, due_at: null });
    const returned = { ...NO_FILTER, view: "returned" as const };

    expect(passes(makeCard(1, { referrals: [referral("returned")] }), returned, 12)).toBe(true);
    expect(passes(makeCard(1, { referrals: [referral("returned"), referral("sent")] }), returned, 12)).toBe(true);
    expect(passes(makeCard(1, { referrals: [referral("re_routed"), referral("sent")] }), returned, 12)).toBe(false);
  });
});
