/**
 * The line to the operation: one socket, only listening, and what the screen says about it.
 *
 * The socket is a hint; the truth is asked from the server whenever what arrives does not fit. WebSocket transport only, same
 * origin. A line that is lost is told within three seconds and never hidden: the status bar's «Live» goes out with it.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { io, type Socket } from "socket.io-client";
import { call, Refusal, serverNow } from "./api";
import { t } from "./i18n";
import { hasLeft } from "./leaving";

/** A reconnect that takes less than this is not worth a banner. */
const GRACE_MS = 1500;
/** How long after each refused handshake the next is tried, the last for ever; the library tries again only when nobody answers. */
const REFUSED_MS = [500, 1000, 2000, 4000];
/** How long a handshake may stay without an answer: the server's database may be away while its sockets are not. */
const UNANSWERED_MS = 5000;

export interface Line {
  /** Null while the line stands; else since when it is lost (server's clock). */
  lostSince: ReadonlySignal<number | null>;
  retry: () => void;
  on: <T>(name: string, take: (message: T) => void) => void;
}

export function openLine(operation: number, connected: () => void): Line {
  const lostSince = signal<number | null>(null);
  const socket: Socket = io({
    transports: ["websocket"],
    query: { operation },
    reconnectionDelay: 500,
    reconnectionDelayMax: 4000,
    timeout: UNANSWERED_MS,
  });
  let refusals = 0;
  let again: number | undefined;
  let unanswered: number | undefined;
  let brokenAt: number | null = serverNow();
  let grace: number | undefined = window.setTimeout(tell, GRACE_MS);

  function tell(): void {
    lostSince.value = brokenAt;
    showLine(false);
  }
  function broke(now = false): void {
    brokenAt ??= serverNow();
    window.clearTimeout(grace);
    if (now) tell();
    else grace = window.setTimeout(tell, GRACE_MS);
  }
  /** Ask once more after a while that grows; half of it by chance, so that not everybody comes back at once. */
  function askAgain(): void {
    const most = REFUSED_MS[Math.min(refusals++, REFUSED_MS.length - 1)] ?? UNANSWERED_MS;
    window.clearTimeout(again);
    again = window.setTimeout(() => socket.connect(), most * (0.5 + Math.random() / 2));
  }
  socket.io.on("open", () => {
    window.clearTimeout(unanswered);
    unanswered = window.setTimeout(() => {
      if (!socket.connected) socket.disconnect().connect();
    }, UNANSWERED_MS);
  });
  /** The session has ended: its person is asked to sign in here. Or the operation is no longer theirs. */
  async function comeBack(): Promise<void> {
    try {
      await call("GET", `/api/v1/operations/${operation}`);
      socket.connect();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.isPassing) askAgain();
      else hasLeft(error);
    }
  }
  socket.on("connect", () => {
    refusals = 0;
    window.clearTimeout(again);
    window.clearTimeout(unanswered);
    window.clearTimeout(grace);
    brokenAt = null;
    lostSince.value = null;
    showLine(true);
    connected();
  });
  socket.on("disconnect", (reason) => {
    broke();
    // After the server has ended a session there is no way back but to sign in.
    if (reason === "io server disconnect") askAgain();
  });
  socket.on("connect_error", () => {
    // Refused, not unheard: an exercise may be without its line for a minute, and comes back to it.
    if (!socket.active) askAgain();
  });
  socket.on("signed_out", () => void comeBack());
  window.addEventListener("offline", () => {
    broke(true);
    socket.disconnect();
  });
  window.addEventListener("online", () => socket.connect());
  return {
    lostSince,
    retry: () => {
      socket.disconnect().connect();
    },
    on: (name, take) => {
      socket.on(name, take);
    },
  };
}

function showLine(live: boolean): void {
  const mark = document.querySelector("[data-live]");
  if (!mark) return;
  mark.classList.toggle("low-t", !live);
  mark.querySelector("use")?.setAttribute("href", live ? "#i-check" : "#i-off");
  const words = mark.querySelector("span");
  if (words) words.textContent = live ? t("Live") : t("No connection");
  mark.removeAttribute("hidden");
}

/** Show the number of the last event that this screen holds. */
export function showSeq(seq: number): void {
  const number = document.querySelector("[data-seq]");
  if (number) {
    number.textContent = t("event {n}", { n: seq.toLocaleString("fr").replace(/[\u202f\u00a0]/g, "\u2009") });
    number.removeAttribute("hidden");
  }
}
