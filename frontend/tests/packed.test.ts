/** A register and its photos as one file: the server reads the index and cuts the rest by it. */
import { describe, expect, it } from "vitest";
import { pack } from "../src/page/packed";

describe("a packed register", () => {
  it("is an index with its length before it, and the files one behind the other", async () => {
    const photo = new File(["photo"], "ñ.jpg", { lastModified: 7 });
    const whole = pack(new File(["number\nN-1\n"], "register.csv", { lastModified: 5 }), [photo]);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const length = Number(new DataView(bytes.buffer).getBigUint64(0));
    const rest = new TextDecoder().decode(bytes.subarray(8 + length));
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual([
      ["", 11],
      ["ñ.jpg", 5],
    ]);
    expect([rest, whole.name, whole.lastModified]).toEqual(["number\nN-1\nphoto", "register.csv", 7]);
  });
});
