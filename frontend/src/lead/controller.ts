/**
 * The controller of the lead screen: the data of the page, what is being written, and everything that is sent.
 *
 * The data is asked from the server again whenever a change of this lead is heard of; what is being written stays. The draft of an
 * opinion is kept on the server within two seconds; what could not be sent is tried again until it was, and never put into the
 * browser's own storage. Everything else is disabled while the line is lost.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Carriage, call, type Method, Refusal, serverNow } from "../core/api";
import type { BoardMessage, PresenceMessage } from "../shared/answers";
import { announce } from "../core/dom";
import { t } from "../core/i18n";
import { type Line, openLine, showSeq } from "../core/live";
import type { PageFacts } from "../shared/page-facts";
import { leadNumber } from "../shared/numbers";
import { type ClaimEnd, claimEnd } from "./claim-end";
import type { Draft, LeadPage } from "./types";

const TICK_MS = 1000;
const RETRY_MS = 2000;
const DRAFT_AFTER_MS = 1200;
/** How long after a failed try the draft is sent again. */
const DRAFT_AGAIN_MS = 5000;
const TOO_MUCH = 429;
const PRESENCE_EVERY_MS = 10_000;
/** Somebody who has touched nothing for this long is not at work here: the lease is not renewed by itself. */
const IDLE_MS = 120_000;
/** Share of the lease that must be gone before it is renewed: each renewal is a line in the record. */
const RENEW_BELOW = 2 / 3;
const RENEW_AGAIN_MS = 30_000;
/** Share of the lease below which the examiner is warned. */
const WARN_BELOW = 0.25;
const NOTHING: Draft = { opinion: null, features: {}, reason: "" };

export class LeadController {
  readonly page: Signal<LeadPage | null> = signal(null);
  readonly failure: Signal<Refusal | null> = signal(null);
  readonly now = signal(serverNow());
  readonly draft: Signal<Draft> = signal(NOTHING);
  readonly savedAt: Signal<string | null> = signal(null);
  /** The draft could not be sent and lives in this page alone. */
  readonly unsent = signal(false);
  /** How my claim ended without my doing; null while there is nothing to tell. */
  readonly ended: Signal<ClaimEnd | null> = signal(null);
  /** Sentences about the last thing that was refused, by the part of the page it belongs to. */
  readonly faults: Signal<Record<string, string[]>> = signal({});
  readonly busy: Signal<string> = signal("");
  readonly undo: Signal<{ id: string; until: number } | null> = signal(null);
  readonly missed: Signal<{ count: number; since: number; mine: [] } | null> = signal(null);
  readonly line: Line;
  readonly offline: ReadonlySignal<boolean>;
  /** Seconds left in which the signed opinion can be taken back; 0 if it cannot. */
  readonly undoLeft: ReadonlySignal<number>;
  readonly leaseLeftMs: ReadonlySignal<number>;
  readonly leaseWarning: ReadonlySignal<boolean>;

  lastTouch = Date.now();
  private asking: Promise<void> | null = null;
  private again = false;
  private draftTimer: number | undefined;
  private draftDirty = false;
  private saving: Promise<void> | null = null;
  /** Since when the line is lost or was lost, with the page's event then; null once everything missed was told. */
  private broken: { since: number; seq: number } | null = null;
  private renewTriedAt = 0;

  constructor(readonly facts: PageFacts) {
    this.line = openLine(facts.operation, () => {
      void this.ask();
      if (this.draftDirty) void this.saveDraft();
    });
    this.offline = computed(() => this.line.lostSince.value !== null);
    this.undoLeft = computed(() => Math.max(0, Math.ceil(((this.undo.value?.until ?? 0) - this.now.value) / 1000)));
    this.leaseLeftMs = computed(() => Date.parse(this.page.value?.claim.lease_until ?? "") - this.now.value);
    this.leaseWarning = computed(() => this.isMine && this.leaseLeftMs.value < this.leaseMs * WARN_BELOW);
    effect(() => {
      const since = this.line.lostSince.value;
      const page = this.page.peek();
      if (since !== null && page) this.broken ??= { since, seq: page.seq };
      if (since !== null && this.draftDirty) this.unsent.value = true;
    });
    this.line.on<BoardMessage>("changes", (message) => {
      if (message.snapshot || message.cards.some((card) => card.id === facts.lead)) void this.ask();
    });
    this.line.on<PresenceMessage>("presence", (message) => this.takePresence(message));
    window.setInterval(() => this.tick(), TICK_MS);
    window.setInterval(() => void this.tellPresence(), PRESENCE_EVERY_MS);
    for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => this.touch(), { passive: true });
    window.addEventListener("beforeunload", (event) => {
      if (this.unsent.peek()) event.preventDefault();
    });
    window.addEventListener("pagehide", () => {
      const kept = { keepalive: true };
      if (this.draftDirty) void this.quietly("PUT", `${this.path}/draft`, { body: this.draft.peek() }, kept);
      void this.quietly("DELETE", `${this.path}/presence`, undefined, kept);
    });
    void this.ask();
    void this.tellPresence();
  }

  get path(): string {
    return `/api/v1/leads/${this.facts.lead}`;
  }
  get isMine(): boolean {
    return this.page.value?.claim.mine ?? false;
  }
  private get leaseMs(): number {
    return (this.page.value?.lease_s ?? 1800) * 1000;
  }

  /** Ask for the page; a wake-up meanwhile asks once more. Done when what is held is no older than the call. */
  ask(): Promise<void> {
    this.again = true;
    this.asking ??= this.question().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async question(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        this.take(await call<LeadPage>("GET", this.path));
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) window.location.assign("/sign-in");
      // A page that is already there stays readable while the line is lost.
      if (error.status !== 0 || !this.page.peek()) this.failure.value = error;
      if (error.isPassing) window.setTimeout(() => void this.ask(), RETRY_MS);
    }
  }

  private take(page: LeadPage): void {
    const before = this.page.peek();
    batch(() => {
      this.page.value = page;
      this.failure.value = null;
      this.now.value = serverNow();
      if (!before) this.begin(page);
      this.tellEnd(claimEnd(before, page, this.facts.me), page);
      this.tellMissed(page);
      const waits = page.my_assessment && !page.my_assessment.settled_at && page.undo_until;
      this.undo.value = waits && page.my_assessment ? { id: page.my_assessment.id, until: Date.parse(waits) } : null;
    });
    showSeq(page.seq);
  }

  private begin(page: LeadPage): void {
    if (!page.draft) return;
    this.draft.value = { ...NOTHING, ...page.draft.body };
    this.savedAt.value = page.draft.saved_at;
  }

  private tellMissed(page: LeadPage): void {
    if (!this.broken || this.offline.peek()) return;
    const { since, seq } = this.broken;
    this.broken = null;
    const count = page.history.filter((entry) => entry.seq > seq).length;
    if (count) this.missed.value = { count, since, mine: [] };
  }

  /** What was being written leaves the screen with the claim: it is said why, and that it is kept. */
  private tellEnd(end: ClaimEnd | null, page: LeadPage): void {
    if (page.claim.mine) this.ended.value = null;
    if (!end) return;
    this.ended.value = end;
    if (this.draftDirty) void this.saveDraft();
  }

  private takePresence(message: PresenceMessage): void {
    const page = this.page.peek();
    if (!page) return;
    this.page.value = { ...page, presence: message.leads[this.facts.lead] ?? [] };
  }

  private touch(): void {
    this.lastTouch = Date.now();
  }

  private tick(): void {
    this.now.value = serverNow();
    const left = this.leaseLeftMs.value;
    const isIdle = Date.now() - this.lastTouch > IDLE_MS;
    if (this.isMine && !this.offline.value && !isIdle && left > 0 && left < this.leaseMs * RENEW_BELOW)
      void this.renewInPassing();
  }

  /** Renew because somebody is at work. Not tried again at once when it fails: the warning and its button are still to come. */
  private async renewInPassing(): Promise<void> {
    if (Date.now() - this.renewTriedAt < RENEW_AGAIN_MS) return;
    this.renewTriedAt = Date.now();
    await this.quietly("POST", `${this.path}/claim/renew`, { token: this.token });
    await this.ask();
  }

  /** Minutes for which nothing was touched. */
  get idleMinutes(): number {
    return Math.floor((Date.now() - this.lastTouch) / 60_000);
  }

  private async tellPresence(): Promise<void> {
    if (this.offline.peek() || document.hidden || !this.page.peek()) return;
    const mode = this.isMine && Date.now() - this.lastTouch < IDLE_MS ? "editing" : "viewing";
    await this.quietly("PUT", `${this.path}/presence`, { mode });
  }

  /** Send what nobody waits for: a refusal is of no consequence. */
  private async quietly(method: Method, path: string, body?: unknown, carriage?: Carriage): Promise<void> {
    try {
      await call(method, path, body, carriage);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** Send something that a person wants; `part` is where a refusal is told. Returns the answer, or null after a refusal. */
  async send<T = unknown>(part: string, method: Method, path: string, body?: unknown): Promise<T | null> {
    if (this.busy.peek() || this.offline.peek()) return null;
    batch(() => {
      this.busy.value = part;
      this.faults.value = { ...this.faults.peek(), [part]: [] };
    });
    try {
      return await this.carry<T>(method, path, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.faults.value = { ...this.faults.peek(), [part]: error.faults };
      if (error.status === 409) void this.ask();
      return null;
    }
  }

  /** Send it; the next thing can be sent as soon as the answer is there: an undo must not wait for the page. */
  private async carry<T>(method: Method, path: string, body: unknown): Promise<T> {
    let answer: T;
    try {
      answer = await call<T>(method, path, body);
    } finally {
      this.busy.value = "";
    }
    await this.ask();
    return answer ?? ({} as T);
  }

  // --- The claim -------------------------------------------------------------------------------------------------

  async claim(): Promise<void> {
    if (this.page.value?.permissions.claim_lead && (await this.send("claim", "POST", `${this.path}/claim`))) {
      announce(t("You hold {lead}.", { lead: leadNumber(this.page.value.number) }));
    }
  }
  private get token(): number | null {
    return this.page.peek()?.claim.token ?? null;
  }
  async renew(): Promise<void> {
    const page = this.page.peek();
    if (!page || this.token === null || this.busy.peek()) return;
    await this.send("claim", "POST", `${this.path}/claim/renew`, { token: this.token });
  }
  async release(): Promise<void> {
    await this.saveDraftNow();
    if (await this.send("claim", "POST", `${this.path}/release`, { token: this.token }))
      announce(t("Released; your draft is kept."));
  }
  async handOver(to: number): Promise<unknown> {
    await this.saveDraftNow();
    return this.send("claim", "POST", `${this.path}/hand-over`, { token: this.token, to });
  }

  // --- The opinion ---------------------------------------------------------------------------------------------

  write(change: Partial<Draft>): void {
    this.draft.value = { ...this.draft.peek(), ...change };
    this.draftDirty = true;
    if (this.offline.peek()) this.unsent.value = true;
    this.saveDraftAfter(DRAFT_AFTER_MS);
  }

  private saveDraftAfter(ms: number): void {
    window.clearTimeout(this.draftTimer);
    this.draftTimer = window.setTimeout(() => void this.saveDraft(), ms);
  }

  private async saveDraftNow(): Promise<void> {
    window.clearTimeout(this.draftTimer);
    if (this.saving) await this.saving;
    if (this.draftDirty) await this.saveDraft();
  }

  /** Send the draft as it stands; one at a time, so that an older one never arrives last. A line that comes back sends it too. */
  private saveDraft(): Promise<void> {
    this.saving ??= this.sendDraft().finally(() => {
      this.saving = null;
    });
    return this.saving;
  }

  private async sendDraft(): Promise<void> {
    if (this.offline.peek()) return;
    window.clearTimeout(this.draftTimer);
    const body = this.draft.peek();
    try {
      const answer = await call<{ saved_at?: string }>("PUT", `${this.path}/draft`, { body });
      this.savedAt.value = answer?.saved_at ?? new Date(serverNow()).toISOString();
      this.unsent.value = false;
      this.draftDirty = body !== this.draft.peek();
      if (this.draftDirty) this.saveDraftAfter(DRAFT_AFTER_MS);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.unsent.value = true;
      if (error.isPassing || error.status === TOO_MUCH) this.saveDraftAfter(DRAFT_AGAIN_MS);
      else this.faults.value = { ...this.faults.peek(), opinion: error.faults };
    }
  }

  get maySign(): boolean {
    const { opinion, reason } = this.draft.value;
    return !!this.page.value?.permissions.assess_lead && opinion !== null && reason.trim() !== "" && !this.offline.value;
  }

  async sign(): Promise<void> {
    if (!this.maySign) return;
    await this.saveDraftNow();
    const { opinion, features, reason } = this.draft.peek();
    const body = { token: this.token, opinion, features, reason };
    const answer = await this.send<{ assessment: string; undo_until: string }>(
      "opinion",
      "POST",
      `${this.path}/assessments`,
      body,
    );
    if (!answer) return;
    // What is signed is no draft any more.
    window.clearTimeout(this.draftTimer);
    this.draftDirty = false;
    this.unsent.value = false;
    this.undo.value = { id: answer.assessment, until: Date.parse(answer.undo_until) };
    announce(t("Signed. You can undo it for 10 seconds with the key U."));
  }

  async takeBack(): Promise<void> {
    const undo = this.undo.peek();
    if (!undo || !this.undoLeft.peek()) return;
    if (await this.send("opinion", "DELETE", `/api/v1/assessments/${undo.id}`)) {
      this.undo.value = null;
      announce(t("Taken back. What you wrote is still here."));
    }
  }
}
