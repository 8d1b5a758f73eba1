/**
 * The one way to the REST API: JSON in, JSON out, the CSRF token with it, every refusal as one `Refusal`.
 *
 * Keeps the offset between this machine's clock and the server's, because every clock that counts is the database's.
 */
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

  /** What is told: the message first, then everything that is wrong, one sentence each. */
  get faults(): string[] {
    const listed = this.facts.faults;
    const all = [this.message, ...(Array.isArray(listed) ? listed.map(String) : [])];
    return [...new Set(all.filter(Boolean))];
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

let offsetMs = 0;

/** Now, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

function csrfToken(): string {
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
}

let stepUp: (() => Promise<unknown>) | null = null;

/** The passkey module says how a fresh passkey is asked for; what needs one is then sent again by itself. */
export function offerStepUp(ask: () => Promise<unknown>): void {
  stepUp = ask;
}

/** Send a request; where the server asks for the passkey once more, ask the person for it and send it again, once. */
export async function call<T = unknown>(method: Method, path: string, body?: unknown, carriage: Carriage = {}): Promise<T> {
  try {
    return await send<T>(method, path, body, carriage);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "step_up_needed" || !stepUp) throw error;
  }
  await stepUp();
  return send<T>(method, path, body, carriage);
}

async function send<T>(method: Method, path: string, body: unknown, carriage: Carriage): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken();
  let payload: BodyInit | null = null;
  if (body instanceof FormData || body instanceof Blob) payload = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    payload = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: payload, credentials: "same-origin", ...carriage });
  } catch {
    throw new Refusal(0, "offline", t("The server cannot be reached. Nothing was sent."));
  }
  noteClock(response);
  const answer: unknown = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
  if (!response.ok) throw refusal(response.status, answer);
  return answer as T;
}

function refusal(status: number, answer: unknown): Refusal {
  const error = (answer as { error?: { code?: string; message?: string; facts?: Record<string, unknown> } } | null)?.error;
  return new Refusal(
    status,
    error?.code ?? "error",
    error?.message || t("This was refused. Nothing was changed."),
    error?.facts ?? {},
  );
}
