/** A refusal is told by its sentence first; the fields that are wrong come after it. */
import { describe, expect, it } from "vitest";
import { Refusal } from "../src/core/api";

describe("a refusal", () => {
  it("says its sentence before what is wrong with each field", () => {
    const refusal = new Refusal(422, "invalid", "The request cannot be understood.", { faults: ["reason: may not be empty"] });

    expect(refusal.faults).toEqual(["The request cannot be understood.", "reason: may not be empty"]);
  });

  it("says a sentence once", () => {
    expect(new Refusal(409, "held", "Held.", { faults: ["Held."] }).faults).toEqual(["Held."]);
    expect(new Refusal(409, "held", "Held.").faults).toEqual(["Held."]);
  });
});
