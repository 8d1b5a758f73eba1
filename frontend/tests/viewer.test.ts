/** Which picture of a side is seen: its own face, another of the same person, or the whole medium. */
import { afterEach, describe, expect, it } from "vitest";
import { speak } from "../src/core/i18n";
import { opinionWord } from "../src/lead/scale";
import type { Side } from "../src/lead/types";
import { facesOf, hasWhole, pictureOf } from "../src/lead/viewer";

function side(change: object): Side {
  const nothing = { face: null, person: null, register_entry: null, media: null };
  return { side: 1, country: "EC", hidden: false, ...nothing, ...change } as Side;
}
const WITH_FACES = side({ face: { id: "f1" }, person: { other_faces: ["f2", "f3"], face_count: 3 }, media: { id: "m1" } });

describe("the picture of a side", () => {
  it("is its own face until something else is chosen", () => {
    expect(pictureOf(WITH_FACES)).toEqual({ what: "faces", id: "f1" });
    expect(pictureOf(WITH_FACES, { face: "f3" })).toEqual({ what: "faces", id: "f3" });
    expect(pictureOf(WITH_FACES, "whole")).toEqual({ what: "items", id: "m1" });
    expect(facesOf(WITH_FACES)).toEqual(["f1", "f2", "f3"]);
  });

  it("is its own face again when the chosen one is no longer this person's", () => {
    expect(pictureOf(WITH_FACES, { face: "gone" })).toEqual({ what: "faces", id: "f1" });
  });

  it("is the whole medium where there is no face, and nothing where there is neither", () => {
    expect(pictureOf(side({ media: { id: "m1" } }))).toEqual({ what: "items", id: "m1" });
    expect(hasWhole(side({ media: { id: "m1" } }))).toBe(false);
    expect(pictureOf(side({ hidden: true }), "whole")).toBeNull();
    expect(pictureOf(side({ face: { id: "f1" } }), "whole")).toEqual({ what: "faces", id: "f1" });
    expect(pictureOf(side({ is_pair_only: true, preview: "m1" }))).toEqual({ what: "items", id: "m1" });
  });
});

describe("an opinion", () => {
  afterEach(() => speak("en", {}));

  it("speaks of persons only where faces are compared", () => {
    speak("en", { words: { opinion: { "1": "same person" }, opinion_without_face: { "1": "belong together" } } });

    expect(opinionWord(1, { no_face_score: false, clue: null })).toBe("same person");
    expect(opinionWord(1, null)).toBe("same person");
    expect(opinionWord(1, { no_face_score: true, clue: null })).toBe("belong together");
  });
});
