/** Fields become the JSON that the API expects; an address can only take a value as one of its parts. */
import { describe, expect, it } from "vitest";
import { address, fieldValue, put } from "../src/page/forms";

describe("a field", () => {
  it.each([
    ["3", "int", undefined, 3],
    ["0.5", "number", undefined, 0.5],
    ["true", "bool", undefined, true],
    [" a, b\n c ,", "list", undefined, ["a", "b", "c"]],
    ['{"a": [1]}', "json", undefined, { a: [1] }],
    [" as it is ", undefined, undefined, " as it is "],
    ["  ", undefined, undefined, undefined],
    ["", "int", "null", null],
    ["", undefined, "keep", ""],
  ])("«%s» of type %s (empty: %s) sends %o", (raw, type, empty, sent) => {
    expect(fieldValue(raw, type, empty)).toEqual(sent);
  });

  it.each([
    ["3.5", "int"],
    ["three", "number"],
    ["{", "json"],
  ])("«%s» of type %s is refused", (raw, type) => {
    expect(() => fieldValue(raw, type, undefined)).toThrow(SyntaxError);
  });

  it("with dots in its name makes objects", () => {
    const body = {};
    put(body, "place.country", "PE");
    put(body, "place.town", "T");
    put(body, "n", 1);

    expect(body).toEqual({ place: { country: "PE", town: "T" }, n: 1 });
  });
});

describe("an address", () => {
  it("takes values as single parts, whatever they hold", () => {
    expect(address("/api/v1/leads/{lead}/x?y={y}", { lead: "../../me", y: "a&b" })).toBe("/api/v1/leads/..%2F..%2Fme/x?y=a%26b");
  });
});
