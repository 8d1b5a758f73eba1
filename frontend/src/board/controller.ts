/**
 * The board's controller: holds the state, keeps it up with the server and carries out what a person does on it.
 *
 * First load, push, gap and reconnect are one question to the server. A snapshot holds the first cards of each column, which
 * the screen shows; the rest follows in the background, part by part. Nothing is written while the line is lost.
 */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { call, Refusal, serverNow } from "../core/api";
import { announce } from "../core/dom";
import { t, tn } from "../core/i18n";
import { type Line, openLine, showSeq } from "../core/live";
import type { Board, BoardMessage, BoardPart, PresenceMessage, Present } from "../shared/answers";
import type { Card, Column } from "../shared/card";
import { Asker } from "../shared/asker";
import { LostLine } from "../shared/lost-line";
import type { PageFacts } from "../shared/page-facts";
import { leadNumber } from "../shared/numbers";
import { type Filter, fromQuery, inView, passes, toQuery, type View, VIEWS } from "./filters";
import { type Stack, type Stacked, stacked } from "./stacks";
import { holderIn, stillSo, tellRefusal, type Told } from "./told";
import { apply, applyPart, type BoardState, changedSince, COLUMNS, EMPTY, inColumns, nextBest } from "./store";

/** How many cards of each column come at first: more than a high screen shows. */
const FIRST = 60;
/** How often times on the cards are drawn anew. */
const TICK_MS = 10_000;
/** How often the reader of a screen is told what changed: a summary, never each change. */
const SUMMARY_MS = 15_000;

function byColumn<T>(make: (column: Column) => T): Record<Column, T> {
  return Object.fromEntries(COLUMNS.map((column) => [column, make(column)])) as Record<Column, T>;
}

export class BoardController {
  readonly state: Signal<BoardState> = signal(EMPTY);
  readonly loaded = signal(false);
  readonly failure = signal("");
  readonly filter: Signal<Filter> = signal(fromQuery(location.search));
  readonly now = signal(serverNow());
  readonly presence: Signal<Record<string, Present[]>> = signal({});
  /** What was told on cards when they could not be claimed. */
  readonly told: Signal<Record<string, Told>> = signal({});
  readonly claiming: Signal<string> = signal("");
  /** Cards that changed while the line was lost; null when there is nothing to tell. */
  readonly missed: Signal<{ count: number; since: number; mine: Card[] } | null> = signal(null);
  readonly cursor = signal(location.hash.slice(1));
  readonly column: Signal<Column> = signal("open");

  /** Ids of the cards whose stacks are open. */
  readonly opened: Signal<ReadonlySet<string>> = signal(new Set());

  /** All cards of the view by column, and those of them that are shown: the others are in a closed stack. */
  readonly columns: ReadonlySignal<Record<Column, Card[]>>;
  readonly shown: ReadonlySignal<Record<Column, Card[]>>;
  private readonly stacks: ReadonlySignal<Record<Column, Stacked>>;
  /** How many cards each view has; null while some cards are still to come. */
  readonly views: ReadonlySignal<Record<View, number> | null>;
  readonly countries: ReadonlySignal<string[]>;
  readonly line: Line;

  private unsaid = 0;
  private readonly asker = new Asker(
    () => this.question(),
    (refusal) => {
      this.failure.value = refusal.message;
    },
  );
  private readonly rest = new Asker(
    () => this.loadRest(),
    () => undefined,
  );
  private readonly lostLine: LostLine<BoardState>;

  constructor(readonly facts: PageFacts) {
    this.columns = computed(() => {
      const filter = this.filter.value;
      const cards = [...this.state.value.cards.values()].filter((card) => passes(card, filter, facts.me));
      return inColumns(cards, facts.me);
    });
    this.stacks = computed(() => byColumn((column) => stacked(this.columns.value[column], facts.me, this.opened.value)));
    this.shown = computed(() => byColumn((column) => this.stacks.value[column].cards));
    this.views = computed(() => this.countViews());
    this.countries = computed(() => [...new Set([...this.state.value.cards.values()].flatMap((card) => card.countries))].sort());
    this.line = openLine(facts.operation, () => void this.ask());
    this.line.on<BoardMessage>("changes", (message) => this.take(message));
    this.line.on<PresenceMessage>("presence", (message) => this.takePresence(message));
    this.lostLine = new LostLine(this.line.lostSince, () =>
      this.loaded.value && !this.state.value.rest ? this.state.peek() : null,
    );
    effect(() => {
      const query = toQuery(this.filter.value);
      if (query !== location.search) history.replaceState(null, "", location.pathname + query);
    });
    effect(() => {
      // The first card of the work carries the cursor until a person moves it.
      if (!this.cursor.peek() && this.loaded.value) this.cursor.value = nextBest(this.shown.value, facts.country)?.id ?? "";
    });
    effect(() => {
      // A card that went into a closed stack leaves the cursor to the first of it.
      const first = this.stackOf(this.cursor.value);
      if (first && !first.stack.isOpen) this.cursor.value = first.id;
    });
    window.setInterval(() => {
      this.now.value = serverNow();
    }, TICK_MS);
    window.setInterval(() => this.summarise(), SUMMARY_MS);
    void this.ask();
  }

  private countViews(): Record<View, number> | null {
    if (this.state.value.rest) return null;
    const counts: Record<View, number> = { all: 0, mine: 0, second: 0, returned: 0 };
    for (const card of this.state.value.cards.values())
      for (const view of VIEWS) if (inView(card, view, this.facts.me)) counts[view]++;
    return counts;
  }

  /** The stack of a card, with the id of its first one; null if it stands alone. */
  stackOf(id: string): { id: string; stack: Stack } | null {
    for (const column of COLUMNS) {
      const { stacks, firstOf } = this.stacks.value[column];
      const first = firstOf.get(id) ?? id;
      const stack = stacks.get(first);
      if (stack) return { id: first, stack };
    }
    return null;
  }

  /** The card with the cursor; null where it is not shown: filtered away, or not on this board any more. */
  current(): Card | null {
    const here = this.cursor.value;
    return COLUMNS.flatMap((column) => this.shown.value[column]).find((card) => card.id === here) ?? null;
  }

  /** Open the stack of a card in place, or close it. */
  toggleStack(id: string): void {
    const found = this.stackOf(id);
    if (!found) return;
    const opened = new Set(this.opened.peek());
    for (const each of [found.id, ...found.stack.more.map((card) => card.id)]) {
      if (found.stack.isOpen) opened.delete(each);
      else opened.add(each);
    }
    this.opened.value = opened;
  }

  /** Ask the server for whatever this screen does not hold yet. */
  ask(): Promise<void> {
    return this.asker.ask();
  }

  private async question(): Promise<void> {
    const { seq, keys } = this.state.peek();
    const board = `/api/v1/operations/${this.facts.operation}/board`;
    const changes = `changes?after=${seq}&keys=${encodeURIComponent(keys)}&`;
    const answer = await call<Board>("GET", `${board}${keys ? `/${changes}` : "?"}first=${FIRST}`);
    // The first load is a snapshot whatever the route calls it.
    this.accept(keys ? answer : { ...answer, snapshot: true });
    batch(() => {
      this.failure.value = "";
      this.loaded.value = true;
    });
    this.tellMissed();
    if (this.state.peek().rest) void this.rest.ask();
  }

  /** Ask for part after part until every card is here. */
  private async loadRest(): Promise<void> {
    for (let { rest } = this.state.peek(); rest; { rest } = this.state.peek()) {
      const path = `/api/v1/operations/${this.facts.operation}/board/part?above=${rest.above}`;
      const part = await call<BoardPart>("GET", path);
      const [after, what] = applyPart(this.state.peek(), part, rest.above);
      this.state.value = after;
      // Other keys: a new snapshot is due, and asks for its own rest.
      if (what === "gap") return this.ask();
    }
    this.tellMissed();
  }

  private take(message: BoardMessage): void {
    if (this.loaded.peek() && this.accept(message) === "gap") void this.ask();
  }

  private accept(answer: Board): ReturnType<typeof apply>[1] {
    const before = this.state.peek();
    const [after, what] = apply(before, answer);
    if (what !== "applied") return what;
    batch(() => {
      this.state.value = after;
      this.now.value = serverNow();
      if (before.keys && !answer.snapshot) this.unsaid += answer.cards.length;
      this.told.value = stillSo(this.told.peek(), after.cards);
    });
    showSeq(after.seq);
    return what;
  }

  /**
   * After a broken line: how much changed meanwhile, and which of my own leads slipped from my hands. Told once the server has
   * answered again; compared with the board as it stood at the break, because part of it may have arrived before the line stood.
   */
  private tellMissed(): void {
    // Cards that have not come yet are no change.
    const broken = this.state.peek().rest ? null : this.lostLine.take();
    if (!broken) return;
    const { since, held: state } = broken;
    const changed = changedSince(state, this.state.peek());
    const mine = changed.filter(([was, now]) => was?.holder?.id === this.facts.me && now?.holder?.id !== this.facts.me);
    if (changed.length) this.missed.value = { count: changed.length, since, mine: mine.flatMap(([was]) => was ?? []) };
  }

  private takePresence(message: PresenceMessage): void {
    this.presence.value = message.leads;
  }

  private summarise(): void {
    if (this.unsaid) announce(tn("{n} lead changed.", "{n} leads changed.", this.unsaid));
    this.unsaid = 0;
  }

  get offline(): boolean {
    return this.line.lostSince.value !== null;
  }

  /** May this card be claimed from here, as far as the card tells? The server decides. */
  claimable(card: Card): boolean {
    const { country } = this.facts;
    const isMine = !card.claimable_by || card.claimable_by.includes(country);
    return this.facts.examiner && card.is_claimable && !card.holder && isMine;
  }

  async claim(card: Card): Promise<void> {
    if (this.offline || this.claiming.peek() || !this.claimable(card)) return;
    const number = leadNumber(card.number);
    this.claiming.value = card.id;
    let refusal: Refusal | null = null;
    try {
      await call("POST", `/api/v1/leads/${card.id}/claim`);
      announce(t("You hold {lead}.", { lead: number }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
      this.sayRefused(card, error);
    } finally {
      this.claiming.value = "";
    }
    await this.ask();
    // Only now: the change that made it fail may have come with the answer, and must not wipe the reason away.
    const told = refusal && tellRefusal(refusal, this.state.peek().cards.get(card.id));
    if (told) this.told.value = { ...this.told.peek(), [card.id]: told };
  }

  private sayRefused(card: Card, error: Refusal): void {
    if (error.code !== "held") return announce(error.message);
    announce(t("{name} was first and holds {lead}.", { name: holderIn(error), lead: leadNumber(card.number) }));
  }

  open(card: Card): void {
    window.location.assign(`${this.facts.base}/leads/${card.id}${location.search}`);
  }
}
