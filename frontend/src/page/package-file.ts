/**
 * Opens a referral's package on this machine: age with the agency's key, then every hash and the signature.
 *
 * The same steps as `app.py package open`; the format stands in workspace/exchange/referral_package.py. Loaded only when somebody opens
 * a package. Nothing here asks the network: the key and what is inside stay in this page.
 */
import { Decrypter } from "age-encryption";
import { t } from "../core/i18n";

/** What was opened, once every hash held. signature: whether the sender's signature was checked, or the browser cannot. */
export interface OpenedPackage {
  manifest: Manifest;
  files: Map<string, Uint8Array<ArrayBuffer>>;
  signer: string;
  signature: "holds" | "unchecked";
}

export interface Side {
  label: string;
  country: string;
  image: string | null;
  facts: [string, string][];
}

export interface Manifest {
  format: string;
  statement: string;
  operation: string;
  referral: string;
  lead: string;
  corroboration: { type: string; reference: string; dated_on: string; speaks: string }[];
  message: string;
  provenance: { probe: Side; candidate: Side };
  caveats: string[];
  files: { name: string; size_bytes: number; sha256: string }[];
}

/** It cannot be opened, said so that whoever holds the key knows what to do. */
export class NotOpened extends Error {}

const MOST_BYTES = 512 * 1024 * 1024;
const MOST_FILES = 2000;
const OURS = /^(report\.pdf|manifest\.json|signature\.json|images\/[A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;
const SIGNED_PREFIX = new TextEncoder().encode("concord referral package v1\n");

/** The secret key in an agency's key file. */
export function keyOf(text: string): string {
  const key = /AGE-SECRET-KEY-[0-9A-Z-]+/.exec(text)?.[0];
  if (!key) throw new NotOpened(t("This file holds no key. An agency's key file has a line that begins with AGE-SECRET-KEY-."));
  return key;
}

/** Decrypt and verify. stated: the SHA-256 that the referral states of the encrypted package and of its manifest. */
export async function openPackage(
  encrypted: Uint8Array<ArrayBuffer>,
  key: string,
  stated: { sha256: string; manifest: string },
): Promise<OpenedPackage> {
  if ((await sha256(encrypted)) !== stated.sha256)
    throw new NotOpened(t("The file was damaged on its way: it is not the package that was sent. Load the page again."));
  const files = unpacked(await decrypted(encrypted, key));
  const [written, signed] = [files.get("manifest.json"), files.get("signature.json")];
  if (!written || !signed || !files.has("report.pdf")) throw damaged();
  if ((await sha256(written)) !== stated.manifest) throw damaged();
  const manifest = JSON.parse(new TextDecoder().decode(written)) as Manifest;
  const listed = new Map(manifest.files.map((file) => [file.name, file.sha256]));
  for (const [name, content] of files)
    if (!["manifest.json", "signature.json"].includes(name) && listed.get(name) !== (await sha256(content))) throw damaged();
  for (const name of listed.keys()) if (!files.has(name)) throw damaged();
  return { manifest, files, ...(await signature(JSON.parse(new TextDecoder().decode(signed)), stated.manifest)) };
}

function damaged(): NotOpened {
  return new NotOpened(t("The package is damaged or was changed: its content is not what its sender signed. Ask for it again."));
}

async function decrypted(encrypted: Uint8Array<ArrayBuffer>, key: string): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Decrypter();
  try {
    reader.addIdentity(key);
  } catch {
    throw new NotOpened(t("The key in this file is damaged or incomplete. Use the file as it was made."));
  }
  try {
    return (await reader.decrypt(encrypted)) as Uint8Array<ArrayBuffer>;
  } catch (error) {
    if (error instanceof Error && error.message.includes("no identity matched"))
      throw new NotOpened(
        t(
          "This key does not open the package: it was encrypted to another key. Use the key file that your agency had when it was built.",
        ),
      );
    throw damaged();
  }
}

/** The files of the archive, all stored and none with a name that is not ours. */
export function unpacked(packed: Uint8Array<ArrayBuffer>): Map<string, Uint8Array<ArrayBuffer>> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  try {
    const end = packed.byteLength - 22; // without a comment, as packages are written
    if (view.getUint32(end, true) !== 0x06054b50) throw damaged();
    const count = view.getUint16(end + 10, true);
    let at = view.getUint32(end + 16, true);
    if (count > MOST_FILES || packed.byteLength > MOST_BYTES) throw damaged();
    for (let n = 0; n < count; n++) {
      const [size, nameLength, from] = [
        view.getUint32(at + 24, true),
        view.getUint16(at + 28, true),
        view.getUint32(at + 42, true),
      ];
      const isStored = view.getUint16(at + 10, true) === 0 && view.getUint32(at + 20, true) === size;
      const name = new TextDecoder().decode(packed.subarray(at + 46, at + 46 + nameLength));
      if (view.getUint32(at, true) !== 0x02014b50 || !isStored || !OURS.test(name) || files.has(name)) throw damaged();
      const start = from + 30 + view.getUint16(from + 26, true) + view.getUint16(from + 28, true);
      if (start + size > packed.byteLength) throw damaged();
      files.set(name, packed.subarray(start, start + size));
      at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    if (error instanceof RangeError) throw damaged();
    throw error;
  }
  return files;
}

/** Verify the installation's Ed25519 signature over the manifest's digest, where the browser knows the algorithm. */
async function signature(
  stated: { manifest_sha256: string; public_key: string; signature: string },
  manifest: string,
): Promise<Pick<OpenedPackage, "signer" | "signature">> {
  const signed = new Uint8Array([...SIGNED_PREFIX, ...bytes(manifest)]);
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", bytes(stated.public_key), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return { signer: stated.public_key, signature: "unchecked" };
  }
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, bytes(stated.signature), signed))) throw damaged();
  return { signer: stated.public_key, signature: "holds" };
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}

async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
