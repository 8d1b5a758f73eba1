/**
 * The one way to the REST API: JSON in, JSON out, the CSRF token with it, every refusal as one `Refusal`.
 *
 * Each press has a key of its own. Where its outcome is not known, the same press once more is sent under the same key, and the
 * server stores it once. Keeps the offset between this machine's clock and the server's, because every clock that counts is the
 * database's.
 */
import { attendance } from "./attended";
import { t } from "./i18n";

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly facts: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "Refusal";
  }

  /** Worth another try by itself: nobody answered, or a part that is needed was away. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 502;
  }

  /** It may have been stored: the same press is sent under the same key again. */
  get isUnknown(): boolean {
    return this.code === "unknown";
  }

  /** What is told: the message first, then everything that is wrong, one sentence each. */
  get faults(): string[] {
    const listed = this.facts.faults;
    const all = [this.message, ...(Array.isArray(listed) ? listed.map(String) : [])];
    return [...new Set(all.filter(Boolean))];
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Until the first answer: by the page, which says when it was made. */
let offsetMs = pageOffset();

function pageOffset(): number {
  if (typeof document === "undefined") return 0;
  const made = Number(document.querySelector<HTMLMetaElement>('meta[name="server-time"]')?.content);
  return made ? made - Date.now() : 0;
}

/** Now, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** What the requests of this page's session carry. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

function noteClock(response: Response): void {
  const date = Date.parse(response.headers.get("Date") ?? "");
  // The header counts whole seconds: half a second is its mean error, and a difference under one second is none.
  if (!Number.isNaN(date)) {
    const seen = date + 500 - Date.now();
    offsetMs = Math.abs(seen) < 1000 ? 0 : seen;
  }
}

export interface Carriage {
  /** The request outlives the page that sends it: for what is sent on leaving, at most 64 KiB. */
  keepalive?: boolean;
  /** It is part of signing in: refused, nobody is asked to sign in for it. */
  signsIn?: boolean;
  /** The versions of the drafts that it stores. */
  drafts?: readonly string[];
}

let stepUp: (() => Promise<unknown>) | null = null;

/** The page says how a fresh passkey is asked for; what needs one is then sent again by itself. */
export function offerStepUp(ask: () => Promise<unknown>): void {
  stepUp = ask;
}

/** The keys of what was sent and whose outcome is not known, by what it said. */
const inDoubt = new Map<string, string>();

/** What a press says, so that the same one is known again. */
function pressOf(method: Method, path: string, body: unknown): string {
  const said =
    body instanceof FormData
      ? [...body].map(([name, value]) => [name, typeof value === "string" ? value : [value.name, value.size, value.lastModified]])
      : body;
  return JSON.stringify([method, path, said]);
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let signIn: (() => Promise<void>) | null = null;

/** The page says how its person signs in again on the spot; what was refused for it is then sent again by itself. */
export function offerSignIn(ask: () => Promise<void>): void {
  signIn = ask;
}

/** The page's person has signed in again: what is sent from now on carries the new session's token. */
export function takeToken(token: string): void {
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
}

let drafts: readonly string[] = [];

/** Name the drafts that the next press stores, if it is made in this very moment: they go with it, or stay if it is refused. */
export function sendsDrafts(versions: readonly string[]): void {
  drafts = versions;
  window.setTimeout(() => {
    drafts = [];
  });
}

/** Send a request; where the server asks for the passkey once more, ask the person for it and send it again, once. */
export async function call<T = unknown>(method: Method, path: string, body?: unknown, carriage: Carriage = {}): Promise<T> {
  if (method === "GET") return pressed<T>(method, path, body, carriage, "");
  const press = pressOf(method, path, body);
  const key = inDoubt.get(press) ?? newKey();
  const named = { ...carriage, drafts };
  drafts = [];
  try {
    const answer = await pressed<T>(method, path, body, named, key);
    inDoubt.delete(press);
    return answer;
  } catch (error) {
    if (error instanceof Refusal && error.isUnknown) inDoubt.set(press, key);
    else inDoubt.delete(press);
    throw error;
  }
}

async function pressed<T>(method: Method, path: string, body: unknown, carriage: Carriage, key: string): Promise<T> {
  const once = () => signedIn(() => send<T>(method, path, body, carriage, key), carriage);
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "step_up_needed" || !stepUp) throw error;
  }
  await stepUp();
  return once();
}

let signingIn: Promise<void> | null = null;

/** Do it; where the session has ended, have the person sign in on the spot and do it again. Meanwhile nothing is sent. */
async function signedIn<T>(act: () => Promise<T>, carriage: Carriage): Promise<T> {
  const mayAsk = signIn !== null && !carriage.keepalive && !carriage.signsIn;
  if (mayAsk) await signingIn;
  const token = csrfToken();
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401 || !mayAsk) throw error;
  }
  // Somebody may have signed in while it was on its way.
  if (csrfToken() === token)
    signingIn ??=
      signIn?.().finally(() => {
        signingIn = null;
      }) ?? null;
  await signingIn;
  return act();
}

async function send<T>(method: Method, path: string, body: unknown, carriage: Carriage, key: string): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...attendance() };
  if (key) {
    headers["X-CSRF-Token"] = csrfToken();
    headers["Idempotency-Key"] = key;
    if (carriage.drafts?.length) headers["Drafts-Sent"] = carriage.drafts.join(" ");
  }
  let payload: BodyInit | null = null;
  if (body instanceof FormData || body instanceof Blob) payload = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    payload = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: payload,
      credentials: "same-origin",
      keepalive: carriage.keepalive ?? false,
    });
  } catch {
    throw key ? unknownOutcome() : new Refusal(0, "offline", t("The server cannot be reached."));
  }
  noteClock(response);
  let answer: unknown = null;
  try {
    if (response.headers.get("Content-Type")?.includes("json")) answer = await response.json();
  } catch {
    // The line broke inside the answer.
    throw key ? unknownOutcome() : new Refusal(0, "offline", t("The server cannot be reached."));
  }
  if (key && isLostBehind(response, answer)) throw unknownOutcome();
  if (!response.ok) throw refusal(response.status, answer);
  return answer as T;
}

/** It was sent, and what became of it is not known. */
function unknownOutcome(): Refusal {
  return new Refusal(0, "unknown", t("It is not known whether this was stored. Press again: it is stored once."));
}

/** Whether something between here and the database lost the answer: a proxy, or the database at the commit itself. */
function isLostBehind(response: Response, answer: unknown): boolean {
  const facts = (answer as { error?: { facts?: Record<string, unknown> } } | null)?.error?.facts;
  return facts?.reason === "in_doubt" || (response.status >= 502 && !facts);
}

/** What a refusing answer says. */
export function refusal(status: number, answer: unknown): Refusal {
  const error = (answer as { error?: { code?: string; message?: string; facts?: Record<string, unknown> } } | null)?.error;
  return new Refusal(
    status,
    error?.code ?? "error",
    error?.message || t("This was refused. Nothing was changed."),
    error?.facts ?? {},
  );
}
