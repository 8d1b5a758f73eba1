/**
 * The controller of the lead screen: the data of the page, what is being written, and everything that is sent.
 *
 * The data is asked from the server again whenever a change of this lead is heard of; what is being written stays (draft.ts).
 * Everything else is disabled while the line is lost.
 */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { call, type Method, Refusal, sendsDrafts, serverNow } from "../core/api";
import { thisPage } from "../shared/kept";
import type { BoardMessage, KeptDraft, PresenceMessage } from "../shared/answers";
import { announce } from "../core/dom";
import { t } from "../core/i18n";
import { type Line, openLine, showSeq } from "../core/live";
import type { PageFacts } from "../shared/page-facts";
import { leadNumber } from "../shared/numbers";
import { Asker } from "../shared/asker";
import { whenDraftsCome } from "../shared/keeping";
import { LostLine } from "../shared/lost-line";
import { AtWork } from "./at-work";
import { type ClaimEnd, claimEnd, endsClaim } from "./claim-end";
import { OPINION, OwnDraft } from "./draft";
import { allSuitable, answered, type Missing, missing, namesFeature, nextMissing, restUnseen, rowsOf } from "./signing";
import { isOfState, Told } from "./told";
import type { Draft, LeadPage, Opinion, Side } from "./types";
import { type Picture, pictureOf } from "./viewer";

const TICK_MS = 1000;
/** Share of the lease that must be gone before it is renewed: each renewal is a line in the record. */
const RENEW_BELOW = 2 / 3;
/** Share of the lease below which the examiner is warned. */
const WARN_BELOW = 0.25;

export class LeadController {
  readonly page: Signal<LeadPage | null> = signal(null);
  readonly failure: Signal<Refusal | null> = signal(null);
  readonly now = signal(serverNow());
  readonly draft: ReadonlySignal<Draft>;
  readonly savedAt: ReadonlySignal<string | null>;
  readonly unsent: ReadonlySignal<boolean>;
  /** What I wrote about this lead in another tab or on another device. */
  readonly otherDrafts: ReadonlySignal<readonly KeptDraft[]>;
  /** How my claim ended without my doing; null while there is nothing to tell. */
  readonly ended: Signal<ClaimEnd | null> = signal(null);
  readonly told = new Told();
  readonly busy: Signal<string> = signal("");
  readonly undo: Signal<{ id: string; until: number } | null> = signal(null);
  readonly missed: Signal<{ count: number; since: number; mine: [] } | null> = signal(null);
  readonly line: Line;
  readonly offline: ReadonlySignal<boolean>;
  /** Seconds left in which the signed opinion can be taken back; 0 if it cannot. */
  readonly undoLeft: ReadonlySignal<number>;
  readonly leaseLeftMs: ReadonlySignal<number>;
  readonly leaseWarning: ReadonlySignal<boolean>;

  /** The row of the opinion that 7, 8 and 9 answer. */
  readonly row = signal(0);
  readonly triedToSign = signal(false);
  /** The reason that names no feature and was not signed at the first try for this alone; empty where there is none. */
  readonly nudge = signal("");
  private gone: Missing | null = null;
  /** Ids of the pictures whose veil was lifted here. */
  private readonly seen = new Set<string>();

  /** Whether I let go of the lead on this page, and not in another window. */
  private letGo = false;
  private readonly atWork: AtWork;
  private readonly own: OwnDraft;
  private readonly lostLine: LostLine<number>;
  private readonly asker = new Asker(
    async () => this.take(await call<LeadPage>("GET", this.path)),
    (refusal) => this.refused(refusal),
  );
  /** The digest of what I may open and do: it changes without this lead where a side is closed, or the operation. */
  private keys = "";

  /** nextLead: the lead to go to when this one is done, by the board's own order; null where none is free. */
  constructor(
    readonly facts: PageFacts,
    private readonly nextLead: (facts: PageFacts) => Promise<string | null>,
  ) {
    this.line = openLine(facts.operation, () => void this.ask());
    this.offline = computed(() => this.line.lostSince.value !== null);
    this.own = new OwnDraft(thisPage(), this.offline, (faults) => this.told.tell("draft", faults));
    this.draft = this.own.draft;
    this.savedAt = this.own.savedAt;
    this.unsent = this.own.unsent;
    this.otherDrafts = this.own.others;
    whenDraftsCome((found) => this.own.take(found), OPINION);
    // The page's event at the break: what the history holds beyond it was missed.
    this.lostLine = new LostLine(this.line.lostSince, () => this.page.value?.seq ?? null);
    this.undoLeft = computed(() => Math.max(0, Math.ceil(((this.undo.value?.until ?? 0) - this.now.value) / 1000)));
    this.leaseLeftMs = computed(() => Date.parse(this.page.value?.claim.lease_until ?? "") - this.now.value);
    this.leaseWarning = computed(() => this.isMine && this.leaseLeftMs.value < this.leaseMs * WARN_BELOW);
    this.line.on<BoardMessage>("changes", (message) => {
      if (message.snapshot || message.keys !== this.keys || message.cards.some((card) => card.id === facts.lead)) void this.ask();
      this.keys = message.keys;
    });
    this.line.on<PresenceMessage>("presence", (message) => this.takePresence(message));
    window.setInterval(() => this.tick(), TICK_MS);
    this.atWork = new AtWork(
      () => this.path,
      () => !this.offline.peek() && !!this.page.peek(),
      () => this.isMine,
    );
    void this.ask();
    void this.atWork.tell();
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

  /** Ask for the page. */
  ask(): Promise<void> {
    return this.asker.ask();
  }

  /** A page that is already there stays readable while the line is lost; of a lead that is no longer mine to see nothing stays. */
  private refused(refusal: Refusal): void {
    if (refusal.status !== 0 || !this.page.peek()) this.failure.value = refusal;
    if (refusal.status === 404) this.page.value = null;
  }

  private take(answer: LeadPage): void {
    // An answer that was on its way while the veil was lifted does not know it yet.
    const page = this.withSeen(answer);
    const before = this.page.peek();
    batch(() => {
      this.page.value = page;
      this.failure.value = null;
      this.keys = page.keys;
      this.told.take(page);
      this.now.value = serverNow();
      this.tellEnd(claimEnd(before, page, this.facts.me, this.letGo), page);
      this.tellMissed(page);
      const waits = page.my_assessment && !page.my_assessment.settled_at && page.undo_until;
      this.undo.value = waits && page.my_assessment ? { id: page.my_assessment.id, until: Date.parse(waits) } : null;
    });
    showSeq(page.seq);
  }

  private tellMissed(page: LeadPage): void {
    const broken = this.lostLine.take();
    if (!broken) return;
    const { since, held: seq } = broken;
    const count = page.history.filter((entry) => entry.seq > seq).length;
    if (count) this.missed.value = { count, since, mine: [] };
  }

  /** What was being written leaves the screen with the claim: it is said why, and that it is kept. */
  private tellEnd(end: ClaimEnd | null, page: LeadPage): void {
    if (page.claim.mine) this.ended.value = null;
    else this.letGo = false;
    if (!end) return;
    this.ended.value = end;
    void this.own.saveNow();
  }

  private takePresence(message: PresenceMessage): void {
    const page = this.page.peek();
    if (!page) return;
    this.page.value = { ...page, presence: message.leads[this.facts.lead] ?? [] };
  }

  private tick(): void {
    this.now.value = serverNow();
    const left = this.leaseLeftMs.value;
    if (this.isMine && !this.offline.value && !this.atWork.isIdle && left > 0 && left < this.leaseMs * RENEW_BELOW)
      void this.renewInPassing();
  }

  private async renewInPassing(): Promise<void> {
    if (await this.atWork.renew(this.token)) await this.ask();
  }

  /** Send something that a person wants; `part` is where a refusal is told. Returns the answer, or null after a refusal. */
  async send<T = unknown>(part: string, method: Method, path: string, body?: unknown): Promise<T | null> {
    if (this.busy.peek() || this.offline.peek()) return null;
    batch(() => {
      this.busy.value = part;
      this.told.tell(part, []);
    });
    try {
      return await this.carry<T>(method, path, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { faults } = error;
      this.told.tell(part, faults);
      if (isOfState(error))
        void this.ask().then(() => this.page.value && this.told.speaksOf(part, error, faults, this.page.value));
      return null;
    }
  }

  /** Send it; the next thing can be sent as soon as the answer is there: an undo must not wait for the page. */
  private async carry<T>(method: Method, path: string, body: unknown): Promise<T> {
    let answer: T;
    this.letGo = this.isMine && endsClaim(path);
    try {
      answer = await call<T>(method, path, body);
    } catch (error) {
      this.letGo = false;
      throw error;
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
    await this.own.saveNow();
    if (await this.send("claim", "POST", `${this.path}/release`, { token: this.token }))
      announce(t("Released; your draft is kept."));
  }
  async handOver(to: number): Promise<unknown> {
    await this.own.saveNow();
    return this.send("claim", "POST", `${this.path}/hand-over`, { token: this.token, to });
  }

  // --- The opinion ---------------------------------------------------------------------------------------------

  write(change: Partial<Draft>): void {
    this.own.write(change);
  }

  /** Decide between the reason that stands here and one that was written elsewhere. */
  settleDraft(other: KeptDraft, reason: string): void {
    this.own.settle(other, reason);
  }

  get maySign(): boolean {
    return !!this.page.value?.permissions.assess_lead && !this.offline.value;
  }

  /** Answer a row (0 left, 1 middle, 2 right); the next row gets the cursor. */
  answerRow(index: number, column: 0 | 1 | 2): void {
    const page = this.page.peek();
    const row = page && rowsOf(page)[index];
    if (!row) return;
    this.write(answered(this.draft.peek(), row, column));
    this.moveRow(index + 1);
  }
  moveRow(to: number): void {
    const page = this.page.peek();
    if (page) this.row.value = Math.max(0, Math.min(rowsOf(page).length, to));
    document.getElementById(`row-${this.row.peek()}`)?.scrollIntoView({ block: "nearest" });
  }
  bothSuitable(): void {
    const page = this.page.peek();
    if (!page || page.no_face_score) return;
    this.write(allSuitable(page));
    this.moveRow(Math.max(this.row.peek(), page.sides.length));
  }
  restUnseen(): void {
    const page = this.page.peek();
    if (!page || page.no_face_score) return;
    this.write(restUnseen(this.draft.peek()));
    this.moveRow(Number.POSITIVE_INFINITY);
  }
  opine(opinion: Opinion): void {
    this.write({ opinion });
    this.focus("why");
  }
  /** Go to something that is missing, and say it. */
  goTo(thing: Missing): void {
    this.gone = thing;
    if (thing.row !== undefined) this.moveRow(thing.row);
    this.focus(thing.target);
    announce(thing.text);
  }
  private focus(id: string): void {
    // At once: the next key is a letter of Why already.
    document.getElementById(id)?.focus();
  }

  /** Sign, or go to the next thing that is missing. */
  async sign(): Promise<void> {
    const page = this.page.peek();
    if (!page || !this.maySign) return;
    const next = nextMissing(missing(page, this.draft.peek()), this.gone);
    if (next) {
      this.triedToSign.value = true;
      this.goTo(next);
      return;
    }
    const { opinion, features, reason } = this.draft.peek();
    if (!page.no_face_score && !namesFeature(reason) && this.nudge.peek() !== reason) {
      this.nudge.value = reason;
      this.focus("why");
      return;
    }
    // What stands as it is signed, not what is changed while it is kept.
    const suitability = page.no_face_score ? [] : this.draft.peek().suitability;
    await this.own.saveNow();
    const body = { token: this.token, opinion, suitability, features: page.no_face_score ? {} : features, reason };
    sendsDrafts(this.own.kept.versions);
    const answer = await this.send<{ assessment: string; undo_until: string }>(
      "opinion",
      "POST",
      `${this.path}/assessments`,
      body,
    );
    if (!answer) return;
    this.own.signed();
    this.triedToSign.value = false;
    this.undo.value = { id: answer.assessment, until: Date.parse(answer.undo_until) };
    announce(t("Signed. You can undo it for 10 seconds with the key U."));
  }

  /** These pictures were made clear: their sides count as looked at, and the server is asked for its own word. */
  looked(pictures: readonly Picture[]): void {
    const page = this.page.peek();
    for (const { id } of pictures) this.seen.add(id);
    if (!page || this.withSeen(page) === page) return;
    this.page.value = this.withSeen(page);
    void this.ask();
  }

  /** The page with what was made clear here; itself where that tells nothing new. */
  private withSeen(page: LeadPage): LeadPage {
    const isNew = (side: Side) => !side.looked_at && this.seen.has(pictureOf(side)?.id ?? "");
    if (!page.sides.some(isNew)) return page;
    const now = new Date(serverNow()).toISOString();
    return { ...page, sides: page.sides.map((side) => (isNew(side) ? { ...side, looked_at: now } : side)) };
  }

  /** Go to the next free lead under the board's filter, which stands in the address. */
  async next(): Promise<void> {
    try {
      const lead = await this.nextLead(this.facts);
      if (lead) window.location.assign(`${this.facts.base}/leads/${lead}${location.search}`);
      else announce(t("No other lead waits under the board's filter."));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      announce(error.message);
    }
  }
  /** Back to the board as it was: its filter, and the cursor on this lead. */
  back(): void {
    window.location.assign(`${this.facts.base}/board${location.search}#${this.facts.lead}`);
  }

  async takeBack(): Promise<void> {
    const undo = this.undo.peek();
    if (!undo || !this.undoLeft.peek()) return;
    if (await this.send("opinion", "DELETE", `/api/v1/assessments/${undo.id}`)) {
      this.undo.value = null;
      this.write({});
      announce(t("Taken back. What you wrote is still here."));
    }
  }
}
