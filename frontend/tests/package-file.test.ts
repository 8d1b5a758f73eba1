/** A package opens with its own key alone, and whoever holds another or a damaged file is told which of the two it is. */
import { Encrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { keyOf, openPackage, unpacked } from "../src/page/package-file";

let key = "";
let encrypted = new Uint8Array();
let stated = { sha256: "", manifest: "0".repeat(64) };

async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

beforeAll(async () => {
  key = await generateIdentity();
  const writer = new Encrypter();
  writer.addRecipient(await identityToRecipient(key));
  encrypted = new Uint8Array(await writer.encrypt(new Uint8Array(100)));
  stated = { ...stated, sha256: await sha256(encrypted) };
});

describe("a package", () => {
  it("is not opened with another agency's key", async () => {
    await expect(openPackage(encrypted, await generateIdentity(), stated)).rejects.toThrow("another key");
  });

  it("that was damaged on its way is told by its digest", async () => {
    const damaged = encrypted.map((byte, place) => (place === encrypted.length - 1 ? byte ^ 1 : byte));
    await expect(openPackage(damaged, key, stated)).rejects.toThrow("on its way");
    await expect(openPackage(damaged, key, { ...stated, sha256: await sha256(damaged) })).rejects.toThrow(
      "damaged or was changed",
    );
  });

  it("that holds no archive is damaged", async () => {
    await expect(openPackage(encrypted, key, stated)).rejects.toThrow("damaged or was changed");
    for (const length of [0, 3, 21, 22, 40]) expect(() => unpacked(new Uint8Array(length))).toThrow("damaged or was changed");
  });

  it("is not opened with half a key", async () => {
    await expect(openPackage(encrypted, key.slice(0, 40), stated)).rejects.toThrow("incomplete");
  });
});

describe("a key file", () => {
  it("may have remarks around its key", () => {
    expect(keyOf(`# made today\n${key}\n`)).toBe(key);
  });

  it.each(["", "age1qqqq", "a photo"])("without a key («%s») says what a key looks like", (content) => {
    expect(() => keyOf(content)).toThrow("AGE-SECRET-KEY-");
  });
});
