/** A claim that ended is told with its reason, unless I ended it myself. */
import { describe, expect, it } from "vitest";
import { claimEnd, endsClaim } from "../src/lead/claim-end";
import type { HistoryEntry, LeadPage } from "../src/lead/types";

const ME = 12;

function page(mine: boolean, history: Partial<HistoryEntry>[] = [], change: Partial<LeadPage> = {}): LeadPage {
  return { seq: 10, claim: { mine, token: null, lease_until: null }, my_assessment: null, history, ...change } as LeadPage;
}
function entry(kind: string, by: number | null, text = "", seq = 11): Partial<HistoryEntry> {
  return {
    seq,
    kind,
    text,
    actor: by === null ? null : { id: by, name: "PE · country lead", country: "PE", played_by: "person" },
  };
}

describe("the end of my claim", () => {
  it("names who ended it, in the record's own words", () => {
    const after = page(false, [entry("lead:taken_over", 7, "ended the claim of me: shift ends")]);

    expect(claimEnd(page(true), after, ME, false)).toEqual({
      why: "other",
      name: "PE · country lead",
      text: "ended the claim of me: shift ends",
    });
  });

  it.each([[[entry("lead:lease_ended", 99)]], [[]]])("is the lease's where nobody ended it (%#)", (history) => {
    expect(claimEnd(page(true), page(false, history), ME, false)).toEqual({ why: "lease" });
  });

  it.each(["lead:released", "lead:handed_over", "lead:parked"])("is not told after my own %s on this page", (kind) => {
    expect(claimEnd(page(true), page(false, [entry(kind, ME)]), ME, true)).toBeNull();
  });

  it.each(["lead:released", "lead:handed_over", "lead:parked"])("is told after my own %s in another window", (kind) => {
    const end = claimEnd(page(true), page(false, [entry(kind, ME, "let go")]), ME, false);

    expect(end).toEqual({ why: "mine", name: "PE · country lead", text: "let go" });
  });

  it.each([
    ["release", true],
    ["hand-over", true],
    ["park", true],
    ["claim/renew", false],
    ["comments", false],
  ])("follows from %s: %s", (path, ends) => {
    expect(endsClaim(`/api/v1/leads/7/${path}`)).toBe(ends);
  });

  it("is not told after my signature, while it stands, and where there was none", () => {
    const signed = page(false, [], { my_assessment: {} as LeadPage["my_assessment"] });

    expect(claimEnd(page(true), signed, ME, false)).toBeNull();
    expect(claimEnd(page(true), page(true), ME, false)).toBeNull();
    expect(claimEnd(page(false), page(false), ME, false)).toBeNull();
    expect(claimEnd(null, page(false), ME, false)).toBeNull();
  });

  it("looks at what happened since, not at an earlier claim", () => {
    const after = page(false, [entry("lead:lease_ended", 99, "", 12), entry("lead:released", ME, "", 4)]);

    expect(claimEnd(page(true), after, ME, false)).toEqual({ why: "lease" });
  });
});
