/**
 * The gallery's controller: asks for tiles window by window, keeps the filter in the address, and lifts the veil of the tile at
 * the cursor. What was seen since the page was opened stays where it is: nothing moves under the cursor.
 */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";
import { t, tn, word } from "../core/i18n";
import type {
  GalleryChoices,
  GalleryCounts,
  GalleryTile,
  GalleryWindow,
  GivenFaces,
  GradedMedia,
  Grading,
  MarkedMedia,
  PlacedInSeries,
  ProposedAtOnce,
} from "../shared/answers";
import { categoryOf, type Given } from "../shared/grading";
import { Lifting } from "../shared/lifting";
import { personNumber, seriesNumber } from "../shared/numbers";
import type { PageFacts } from "../shared/page-facts";
import { Presses } from "../shared/presses";
import { changed, type Filter, fromQuery, type Narrowed, type Order, orderOf, queryOf, toQuery } from "./filter";
import { type Giving, isStack, type Mark, type Plan, placedBy, type Proposed, proposedOf, shownBy } from "./plans";
import { Turns } from "./turns";
import { between, linesOf, moved, nearestTo, type Row, rowOf, rowsOf, tileOf } from "./rows";
import { MOST_ASKED, Unread } from "./unread";

/** By the digit that gives it. */
export const MARKS: readonly Mark[] = ["important", "look_again", "nothing"];

/** The last press, and how it is taken back. */
export interface Done {
  told: string;
  act: string;
  what: "gallery/marks" | "gallery/grades" | "series/placements" | "proposals/acts" | "persons/acts";
}

const [AT, SEEN, CHOSEN, OPEN, CLEAR] = [1, 2, 4, 8, 16];

/** What the number of `standing` says. */
export function stood(standing: number) {
  const says = (bit: number): boolean => (standing & bit) !== 0;
  return { isAt: says(AT), isSeen: says(SEEN), isChosen: says(CHOSEN), isOpen: says(OPEN), isClear: says(CLEAR) };
}

export const SIZES = [1, 2, 3, 4, 5] as const;
const SIZE = "concord.gallery-size";

function isUnread(tile: GalleryTile): boolean {
  return tile.state === "waiting";
}

/** A question that asks for nothing new may fail: it is asked again. */
function passOver(error: unknown): null {
  if (!(error instanceof Refusal)) throw error;
  return null;
}

function keptSize(): number {
  const size = Number(localStorage.getItem(SIZE));
  return SIZES.some((each) => each === size) ? size : 3;
}

function notSent(presses: number): string {
  return tn("{n} later press was not sent.", "{n} later presses were not sent.", presses);
}

export class GalleryController {
  readonly filter: Signal<Filter> = signal(fromQuery(location.search));
  readonly tiles: Signal<GalleryTile[]> = signal([]);
  /** The veiled picture of each tile, some hundred bytes in its address; it is here before its tile. */
  readonly veils = new Map<string, string>();
  readonly counts: Signal<GalleryCounts | null> = signal(null);
  readonly choices: Signal<GalleryChoices | null> = signal(null);
  readonly loading = signal(false);
  readonly failure = signal("");
  /** All tiles have come. */
  readonly whole = signal(false);
  readonly columns = signal(8);
  readonly size: Signal<number> = signal(keptSize());
  readonly cursor = signal("");
  readonly opened = signal("");
  /** What was seen since the page was opened. */
  readonly seenNow: Signal<ReadonlySet<string>> = signal(new Set());
  readonly rows: ReadonlySignal<Row[]>;
  private readonly lines = computed(() => linesOf(this.rows.value));
  /** The tile at the cursor, and the id of its row. */
  readonly at = computed(() => tileOf(this.lines.value, this.cursor.value));
  readonly row = computed(() => rowOf(this.lines.value, this.cursor.value));
  /** The filter as the address has it, which the page of a medium keeps. */
  private readonly asked = computed(() => toQuery(this.filter.value));
  readonly chosen: Signal<ReadonlySet<string>> = signal(new Set());
  readonly plan: Signal<Plan | null> = signal(null);
  /** Why something is proposed, as it is typed. */
  readonly grounds = signal("");
  readonly done: Signal<Done | null> = signal(null);
  /** What was marked since the page was opened; null: taken back. */
  readonly marked: Signal<ReadonlyMap<string, Mark | null>> = signal(new Map());
  /** What was graded since the page was opened. */
  readonly graded: Signal<ReadonlyMap<string, Given>> = signal(new Map());
  /** By which tables one grades; null for who may not. */
  readonly grading: Signal<Grading | null> = signal(null);
  /** Why the last press was refused. */
  readonly refusal = signal("");
  /** So many presses are not stored yet. */
  readonly unsent = signal(0);
  readonly lifting = new Lifting((id) => {
    this.seenNow.value = new Set([...this.seenNow.peek(), id]);
  });

  /** Told when the cursor went on by itself: the focus goes with it. */
  follow: () => void = () => undefined;

  private after: string | null = null;
  /** The window that is on its way. */
  private coming: Promise<void> = Promise.resolve();
  /** What was pressed gets hold of its tiles in this order, and is sent in the same. */
  private readonly turns = new Turns();
  private readonly presses = new Presses();
  /** Other when what is pressed and waits has lost its tiles: the list is another one, no window has come, or one was refused. */
  private reach = 0;
  /** Which question is the last one: answers of others come too late. */
  private turn = 0;

  constructor(readonly facts: PageFacts) {
    this.rows = computed(() =>
      rowsOf(this.tiles.value, {
        columns: this.columns.value,
        order: orderOf(this.filter.value),
        opened: this.opened.value,
        whole: this.whole.value,
      }),
    );
    effect(() => {
      const query = this.asked.value;
      if (query !== location.search) history.replaceState(null, "", location.pathname + query);
      this.begin(this.filter.value);
    });
    effect(() => localStorage.setItem(SIZE, String(this.size.value)));
    effect(() => {
      // A picture is clear only while it is the one at the cursor.
      if (this.lifting.lifted.peek() !== this.cursor.value) this.lifting.veil();
    });
    const unread = new Unread(
      () => this.tiles.peek().some(isUnread),
      () => this.askForRead(),
    );
    effect(() => {
      if (this.tiles.value.length) unread.watch();
    });
    void this.ask(() => call<GalleryChoices>("GET", this.address("/choices"))).then((choices) => {
      if (choices) this.choices.value = choices;
    });
    this.askGrading();
  }

  private askGrading(): void {
    if (!this.facts.grades) return;
    void this.ask(() => call<Grading>("GET", `/api/v1/operations/${this.facts.operation}/grading`)).then((grading) => {
      if (grading) this.grading.value = grading;
    });
  }

  narrow(change: Narrowed): void {
    this.filter.value = { ...this.filter.peek(), narrowed: changed(this.filter.peek().narrowed, change) };
  }

  /** Order by likeness to a photo; narrowing stays as it is. */
  orderLike(id: string): void {
    const { narrowed } = this.filter.peek();
    this.filter.value = { ...this.filter.peek(), order: "likeness", narrowed: changed(narrowed, { like: id, like_face: "" }) };
  }

  setOrder(order: Order): void {
    const { narrowed } = this.filter.peek();
    const like = order === "likeness" ? {} : { like: "", like_face: "" };
    this.filter.value = { ...this.filter.peek(), order, narrowed: changed(narrowed, like) };
  }

  resize(steps: number): void {
    this.size.value = Math.min(SIZES.length, Math.max(1, this.size.peek() + steps));
  }

  /** Do it behind what was pressed before. Whatever moves the cursor or the choice goes this way. */
  inTurn(act: () => unknown): void {
    this.turns.take(act);
  }

  /** The same for what does something to tiles: it is not done where they are not here any more. */
  private toTiles(act: () => unknown): void {
    const { reach } = this;
    this.unsent.value += 1;
    this.inTurn(() => {
      this.unsent.value -= 1;
      if (reach === this.reach) return act();
      this.refusal.value = notSent(1);
    });
  }

  move(across: number, down: number): void {
    this.inTurn(() => this.step(across, down));
  }

  private step(across: number, down: number): void {
    this.cursor.value = moved(this.lines.peek(), this.cursor.peek(), across, down);
  }

  /** Bring the cursor to a tile. */
  point(id: string): void {
    this.inTurn(() => {
      this.cursor.value = id;
    });
  }

  toggleFold(): void {
    this.filter.value = { ...this.filter.peek(), unfolded: !this.filter.peek().unfolded };
  }

  current(): GalleryTile | null {
    return this.at.peek();
  }

  toggleStack(tile: GalleryTile | null): void {
    if (tile && isStack(tile)) this.opened.value = this.opened.peek() === tile.id ? "" : tile.id;
  }

  pageOf(id: string): string {
    return `/media/${id}${this.asked.value}`;
  }

  choose(id: string): void {
    this.inTurn(() => {
      const next = new Set(this.chosen.peek());
      if (!next.delete(id)) next.add(id);
      this.setChosen(next);
    });
  }

  /** All tiles from the cursor to this one. */
  chooseTo(id: string): void {
    this.inTurn(() => this.setChosen(new Set([...this.chosen.peek(), ...between(this.tiles.peek(), this.cursor.peek(), id)])));
  }

  /** The tile at the cursor, and the one to which it moves. */
  chooseOn(across: number, down: number): void {
    this.inTurn(() => {
      const from = this.cursor.peek();
      this.step(across, down);
      this.setChosen(new Set([...this.chosen.peek(), ...between(this.tiles.peek(), from, this.cursor.peek())]));
    });
  }

  setChosen(ids: ReadonlySet<string>): void {
    this.chosen.value = ids;
    this.plan.value = null;
  }

  /** The chosen tiles, or else the one at the cursor. */
  touched(): GalleryTile[] {
    const chosen = this.tiles.value.filter((tile) => this.chosen.value.has(tile.id));
    const at = this.at.value;
    return chosen.length ? chosen : at ? [at] : [];
  }

  markOf(tile: GalleryTile): Mark | null {
    const now = this.marked.value.get(tile.id);
    return now === undefined ? tile.mark : now;
  }

  /** With two or more chosen it is shown first what it touches; otherwise it is done at once, and the cursor moves on. */
  press(mark: Mark): void {
    this.toTiles(() => {
      if (this.chosen.peek().size < 2) return this.mark(mark);
      this.plan.value = { mark };
    });
  }

  gradeOf(tile: GalleryTile): Given | null {
    const now = this.graded.value.get(tile.id);
    return now ?? (tile.grade === null || tile.grade_of === null ? null : { country: tile.grade_of, number: tile.grade });
  }

  /** By one's own country's table, as a digit gives it. */
  pressDigit(number: number): void {
    const { country } = this.facts;
    if (categoryOf(this.grading.peek(), { country, number })) this.pressGrade({ country, number });
  }

  pressGrade(grade: Given): void {
    this.toTiles(() => {
      if (this.chosen.peek().size < 2) return this.grade(grade);
      this.plan.value = { grade };
    });
  }

  private async grade(grade: Given): Promise<void> {
    await this.forTouched(async (tiles) => {
      const media = tiles.map((tile) => tile.id);
      const done = await this.act(() => call<GradedMedia>("POST", this.address("/grades"), { media, ...grade }));
      if (!done) return false;
      if (grade.country === this.facts.country && this.grading.peek()?.votes_needed === 1) {
        this.graded.value = new Map([...this.graded.peek(), ...media.map((id): [string, Given] => [id, grade])]);
      }
      const category = categoryOf(this.grading.peek(), grade);
      this.tell(t("{n} media graded «{grade}»", { n: done.media, grade: category }), done.act, "gallery/grades");
      return true;
    });
  }

  carryOut(): void {
    this.toTiles(() => {
      const plan = this.plan.peek();
      if (!plan) return;
      this.plan.value = null;
      if ("mark" in plan) return this.mark(plan.mark);
      if ("grade" in plan) return this.grade(plan.grade);
      if ("propose" in plan) return this.propose(plan.propose);
      if ("give" in plan) return this.give(plan.give);
      return this.place(plan.series);
    });
  }

  private async propose(wanted: Proposed): Promise<void> {
    const words = this.grounds.peek();
    const change =
      "grade" in wanted
        ? { kind: "grade", value: String(wanted.grade.number) }
        : { kind: "series", series: this.seriesId(wanted.series) };
    await this.forTouched(async (tiles) => {
      const media = proposedOf(tiles, wanted).map((tile) => tile.id);
      const address = `/api/v1/operations/${this.facts.operation}/proposals/media`;
      const done = await this.act(() => call<ProposedAtOnce>("POST", address, { ...change, media, words }));
      if (!done) return false;
      this.grounds.value = "";
      const told = t("Proposed of {n} media; {waiting} waited already", { n: done.proposed, waiting: done.waiting });
      this.tell(told, done.act, "proposals/acts");
      return true;
    });
  }

  /** The faces of everybody whom the touched tiles show, until some are left out. */
  pressGive(): void {
    this.toTiles(() => {
      const from = shownBy(this.touched());
      if (from.length) this.plan.value = { give: { from, to: "" } };
    });
  }

  private async give({ from, to }: Giving): Promise<void> {
    const persons = from.filter((each) => String(each) !== to);
    await this.forTouched(async (tiles) => {
      const media = tiles.filter((tile) => tile.own_persons.some((each) => persons.includes(each))).map((tile) => tile.id);
      const body = { media, persons, to: to ? Number(to) : null };
      const address = `/api/v1/operations/${this.facts.operation}/persons/give`;
      const done = await this.act(() => call<GivenFaces>("POST", address, body));
      if (!done) return false;
      this.tell(t("{n} faces are {person} now", { n: done.faces, person: personNumber(done.number) }), done.act, "persons/acts");
      return true;
    });
  }

  private seriesId(number: number): string | undefined {
    return this.choices.peek()?.series.find((each) => each.number === number)?.id;
  }

  private async mark(mark: Mark): Promise<void> {
    await this.forTouched(async (tiles) => {
      if (mark === "nothing" && tiles.some(isUnread)) {
        this.refusal.value = t("What is still being read was seen by nobody. It comes by itself: look at it first.");
        return false;
      }
      const media = tiles.map((tile) => tile.id);
      const done = await this.act(() => call<MarkedMedia>("POST", this.address("/marks"), { media, mark }));
      if (!done) return false;
      this.marked.value = new Map([...this.marked.peek(), ...media.map((id): [string, Mark] => [id, mark])]);
      this.tell(t("{n} marked as «{mark}»", { n: done.media, mark: word("media_mark", mark) }), done.act);
      return true;
    });
  }

  /** Whether there is something to take back: also what is still on its way. */
  get mayUndo(): boolean {
    return !!this.done.peek()?.act || this.unsent.peek() > 0;
  }

  undo(): void {
    this.inTurn(() => this.presses.add(() => this.takeBack()));
  }

  /** Take back what was pressed last before this. */
  private async takeBack(): Promise<boolean> {
    const last = this.done.peek();
    if (!last?.act) return true;
    if ((await this.act(() => call("DELETE", `/api/v1/${last.what}/${last.act}`))) === null) return false;
    this.tell(t("Taken back"), "");
    // What stood before is the server's to say.
    this.marked.value = new Map();
    this.graded.value = new Map();
    this.begin(this.filter.peek());
    return true;
  }

  private async place(series: number): Promise<void> {
    const id = this.seriesId(series);
    if (!id) return;
    await this.forTouched(async (tiles) => {
      const { numbers, media } = placedBy(tiles);
      if (!numbers.length && !media.length) return true;
      const done = await this.act(() => call<PlacedInSeries>("POST", `/api/v1/series/${id}/placements`, { numbers, media }));
      if (!done) return false;
      this.tell(
        t("{n} persons and {media} media placed in {series}", {
          n: done.placed,
          media: done.media,
          series: seriesNumber(series),
        }),
        done.placed + done.media ? done.act : "",
        "series/placements",
      );
      return true;
    });
  }

  /**
   * Do something to what is touched now. The cursor goes on at once, so that the next press is for the next tile however soon it
   * comes; presses are sent one behind the other. What was pressed behind one that was refused is not sent, and the cursor, or
   * the choice, goes back to where that one was.
   */
  private async forTouched(act: (tiles: readonly GalleryTile[]) => Promise<boolean>): Promise<void> {
    const tiles = this.touched();
    if (!tiles.length) return;
    const [at, chosen] = [this.cursor.peek(), this.chosen.peek()];
    const back = (unsent: number): void => {
      this.reach += 1;
      this.cursor.value = at;
      if (chosen.size) this.setChosen(chosen);
      if (unsent) this.refusal.value += ` ${notSent(unsent)}`;
      this.follow();
    };
    this.unsent.value += 1;
    const ended = (): void => {
      this.unsent.value -= 1;
    };
    this.presses.add(() => act(tiles), back, ended);
    if (chosen.size) this.setChosen(new Set());
    else await this.goOn();
  }

  /** Open a medium's page once all that was pressed before is stored; where some of that was refused it stays closed. */
  openWhenSent(id: string): void {
    this.inTurn(() =>
      this.presses.add(async () => {
        window.location.assign(this.pageOf(id));
        return true;
      }),
    );
  }

  /** To the next tile, also where its window is still to come; where it does not come, what waits is for no tile. */
  private async goOn(): Promise<void> {
    const at = this.cursor.peek();
    this.step(1, 0);
    if (this.cursor.peek() === at && !this.whole.peek()) {
      const { reach } = this;
      await this.turns.waitFor(this.more());
      if (reach !== this.reach) return;
      this.step(1, 0);
      if (this.cursor.peek() === at && !this.whole.peek()) this.reach += 1;
    }
    this.follow();
  }

  private tell(told: string, act: string, what: Done["what"] = "gallery/marks"): void {
    this.done.value = { told, act, what };
    announce(told);
  }

  private async act<T>(press: () => Promise<T>): Promise<T | null> {
    this.refusal.value = "";
    try {
      return await press();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal.value = error.faults.join(" ");
      return null;
    }
  }

  /** How a tile stands, as one number: what reads it changes only with it. */
  standing({ id, is_seen }: GalleryTile): number {
    return (
      (this.cursor.value === id ? AT : 0) |
      (is_seen || this.seenNow.value.has(id) ? SEEN : 0) |
      (this.chosen.value.has(id) ? CHOSEN : 0) |
      (this.opened.value === id ? OPEN : 0) |
      (this.lifting.lifted.value === id ? CLEAR : 0)
    );
  }

  /** The next window, if there is one. */
  more(): Promise<void> {
    if (!this.loading.peek() && !this.whole.peek()) this.coming = this.load();
    return this.coming;
  }

  private async load(): Promise<void> {
    this.loading.value = true;
    const turn = this.turn;
    const query = this.question(this.filter.peek());
    if (this.after) query.set("after", this.after);
    const window = await this.ask(() => call<GalleryWindow>("GET", `${this.address("")}?${query}`));
    if (turn !== this.turn) return;
    this.loading.value = false;
    if (window) this.take(window);
  }

  /** Put pictures in place of tiles that were still being read, those around the cursor first. Each stays where it stands. */
  private async askForRead(): Promise<boolean> {
    const turn = this.turn;
    const waiting = this.tiles.peek().filter(isUnread);
    const ids = nearestTo(this.tiles.peek(), this.cursor.peek(), waiting, MOST_ASKED).map((tile) => tile.id);
    const { exhibit } = this.filter.peek().narrowed;
    const query = new URLSearchParams({ media: ids.join(","), ...(exhibit && { exhibit }) });
    const read = await call<GalleryWindow>("GET", `${this.address("/read")}?${query}`).catch(passOver);
    if (!read?.tiles.length || turn !== this.turn) return false;
    this.keepVeils(read);
    const fresh = new Map(read.tiles.map((tile) => [tile.id, tile]));
    this.tiles.value = this.tiles.peek().map((tile) => {
      const now = fresh.get(tile.id);
      // Its place in the order follows the time that was known of it.
      return now ? { ...now, captured_at: tile.captured_at } : tile;
    });
    this.count(this.filter.peek());
    return true;
  }

  private count({ narrowed }: Filter): void {
    const turn = this.turn;
    const query = queryOf(narrowed);
    void this.ask(() => call<GalleryCounts>("GET", `${this.address("/counts")}?${query}`)).then((counts) => {
      if (counts && turn === this.turn) this.counts.value = counts;
    });
  }

  private begin(filter: Filter): void {
    this.turn += 1;
    this.reach += 1;
    this.veils.clear();
    this.tiles.value = [];
    this.after = null;
    this.whole.value = false;
    this.loading.value = false;
    this.failure.value = "";
    this.opened.value = "";
    this.setChosen(new Set());
    this.count(filter);
    void this.more();
  }

  private take(window: GalleryWindow): void {
    this.keepVeils(window);
    this.tiles.value = [...this.tiles.peek(), ...window.tiles];
    this.after = window.after;
    this.whole.value = window.after === null;
    if (!this.cursor.peek()) this.cursor.value = window.tiles[0]?.id ?? "";
    if (this.whole.peek()) announce(t("{n} tiles", { n: this.tiles.peek().length }));
  }

  private keepVeils({ tiles, veils }: GalleryWindow): void {
    for (const [at, tile] of tiles.entries()) {
      const veil = veils[at];
      if (veil) this.veils.set(tile.id, `data:image/webp;base64,${veil}`);
    }
  }

  private question({ narrowed, order, unfolded }: Filter): URLSearchParams {
    const query = queryOf(narrowed);
    query.set("order", orderOf({ narrowed, order }));
    if (!unfolded) {
      query.set("seen", "false");
      if (!narrowed.mark && !narrowed.grade) query.set("judged", "false");
    }
    return query;
  }

  private address(rest: string): string {
    return `/api/v1/operations/${this.facts.operation}/gallery${rest}`;
  }

  private async ask<T>(question: () => Promise<T>): Promise<T | null> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.failure.value = error.message;
      return null;
    }
  }
}
