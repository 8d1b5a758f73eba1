/** Snapshot + changes = fresh snapshot, for any history; what does not fit is refused. */
import { describe, expect, it } from "vitest";
import { apply, applyPart, type BoardState, changedSince, COLUMNS, EMPTY, inColumns, nextBest } from "../src/board/store";
import type { Board, BoardPart } from "../src/shared/answers";
import type { Card } from "../src/shared/card";
import { chance, makeCard } from "./cards";

/** A server in twenty lines: cards by id, a number for each event, answers as workspace/queries/board.py gives them. */
class SmallServer {
  seq = 1;
  keys = "k1";
  private readonly cards = new Map<string, Card>();
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = chance(seed);
  }

  act(): void {
    this.seq++;
    const ids = [...this.cards.keys()];
    const id = ids.length && this.random() < 0.7 ? ids[Math.floor(this.random() * ids.length)] : undefined;
    const column = [...COLUMNS, "rejected", "parked", "closed"][Math.floor(this.random() * 9)] as Card["column"];
    const card = makeCard(id ? Number(id) : ids.length + 1, { column, changed_seq: this.seq });
    this.cards.set(card.id, card);
  }
  snapshot(): Board {
    const cards = [...this.cards.values()].filter((card) => (COLUMNS as readonly string[]).includes(card.column));
    return { after: 0, seq: this.seq, keys: this.keys, snapshot: true, cards, counts: this.counts(), columns: null };
  }
  first(most: number): Board {
    const board = this.snapshot();
    const columns: Record<string, number> = {};
    const cards = board.cards.filter(({ column }) => {
      columns[column] = (columns[column] ?? 0) + 1;
      return columns[column] <= most;
    });
    return { ...board, cards, columns: cards.length < board.cards.length ? columns : null };
  }
  part(above: number, most: number): BoardPart {
    const cards = this.snapshot()
      .cards.filter((card) => card.number > above)
      .sort((a, b) => a.number - b.number)
      .slice(0, most);
    return { seq: this.seq, keys: this.keys, cards, above: cards.length === most ? (cards.at(-1)?.number ?? null) : null };
  }
  changes(after: number): Board {
    const cards = [...this.cards.values()].filter((card) => card.changed_seq > after);
    return { after, seq: this.seq, keys: this.keys, snapshot: false, cards, counts: this.counts(), columns: null };
  }
  private counts(): Record<string, number> {
    const counts: Record<string, number> = { rejected: 0, parked: 0, closed: 0 };
    for (const { column } of this.cards.values()) if (column in counts) counts[column] = (counts[column] ?? 0) + 1;
    return counts;
  }
}

function plain(state: BoardState) {
  return { ...state, cards: [...state.cards.entries()].sort(([a], [b]) => a.localeCompare(b)) };
}

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

describe("the store", () => {
  it.each(SEEDS)("holds after any changes what a fresh snapshot holds (seed %i)", (seed) => {
    const server = new SmallServer(seed);
    const random = chance(seed * 7919);
    for (let n = 0; n < 10; n++) server.act();
    let [state] = apply(EMPTY, server.snapshot());
    const late: Board[] = [];

    for (let round = 0; round < 40; round++) {
      for (let n = random() * 4; n > 0; n--) server.act();
      const answer = server.changes(Math.max(1, state.seq - Math.floor(random() * 3)));
      if (random() < 0.3) late.push(answer);
      else [state] = apply(state, answer);
      const again = late[Math.floor(random() * late.length)];
      if (again) [state] = apply(state, again);
    }
    [state] = apply(state, server.changes(state.seq));

    expect(plain(state)).toEqual(plain(apply(EMPTY, server.snapshot())[0]));
  });

  it.each(SEEDS)("holds after the first cards, parts and changes in any order what a fresh snapshot holds (seed %i)", (seed) => {
    const server = new SmallServer(seed);
    const random = chance(seed * 104729);
    for (let n = 0; n < 80; n++) server.act();
    let [state] = apply(EMPTY, server.first(3));
    let late: [BoardPart, number] | null = null;

    for (let round = 0; round < 200 && (state.rest || round < 20); round++) {
      for (let n = random() * 3; n > 0; n--) server.act();
      if (random() < 0.6) [state] = apply(state, server.changes(state.seq));
      if (late) [state] = applyPart(state, ...late);
      late = state.rest && [server.part(state.rest.above, 5), state.rest.above];
      if (random() < 0.05) [state] = apply(state, server.first(3));
    }
    [state] = apply(state, server.changes(state.seq));

    expect(plain(state)).toEqual(plain(apply(EMPTY, server.snapshot())[0]));
  });

  it("refuses a part for other keys, and one that is older than its snapshot", () => {
    const server = new SmallServer(3);
    for (let n = 0; n < 30; n++) server.act();
    const old = server.part(0, 5);
    server.act();
    const [state] = apply(EMPTY, server.first(1));

    expect(applyPart(state, old, 0)).toEqual([state, "gap"]);
    expect(applyPart(state, { ...server.part(0, 5), keys: "k2" }, 0)).toEqual([state, "gap"]);
    expect(applyPart(state, server.part(5, 5), 5)).toEqual([state, "old"]);
  });

  it("refuses changes that begin after what it holds", () => {
    const server = new SmallServer(5);
    const [state] = apply(EMPTY, server.snapshot());
    server.act();
    server.act();

    const [after, what] = apply(state, server.changes(state.seq + 1));

    expect(what).toBe("gap");
    expect(after).toBe(state);
  });

  it("refuses changes made for other keys, however well they would fit", () => {
    const server = new SmallServer(6);
    const [state] = apply(EMPTY, server.snapshot());
    server.act();
    server.keys = "k2";

    expect(apply(state, server.changes(state.seq))).toEqual([state, "gap"]);
    expect(apply(state, server.snapshot())[0].keys).toBe("k2");
  });

  it("takes the same changes once", () => {
    const server = new SmallServer(7);
    const [state] = apply(EMPTY, server.snapshot());
    server.act();
    const [after] = apply(state, server.changes(state.seq));

    expect(apply(after, server.changes(state.seq))).toEqual([after, "old"]);
  });
});

describe("the columns", () => {
  it("show mine first, then the higher priority, then whoever has waited longest", () => {
    const held = (id: number) => ({ id, name: "PE · specialist", country: "PE", played_by: "person" }) as const;
    const cards = [
      makeCard(1, { priority: 2, waiting_since: "2026-11-11T10:00:00+00:00" }),
      makeCard(2, { priority: 1, waiting_since: "2026-11-11T11:00:00+00:00" }),
      makeCard(3, { priority: 1, waiting_since: "2026-11-11T09:00:00+00:00" }),
      makeCard(4, { priority: 3, holder: held(12) }),
    ];

    expect(inColumns(cards, 12).open.map((card) => card.number)).toEqual([4, 3, 2, 1]);
  });

  it("show what came back before what waits for its authority, whatever its priority", () => {
    const referral = { number: 1, to: "PE", due_at: null } as const;
    const referred = (number: number, states: readonly Card["referrals"][number]["state"][], priority: 1 | 2) =>
      makeCard(number, {
        column: "referred",
        stage: "referred",
        priority,
        referrals: states.map((state) => ({ ...referral, state })),
      });
    const cards = [
      referred(1, ["sent"], 1),
      referred(2, ["declined"], 2),
      referred(3, ["returned", "sent"], 2),
      referred(4, ["sent", "returned"], 2),
    ];

    expect(inColumns(cards, 12).referred.map((card) => card.number)).toEqual([2, 4, 1, 3]);
  });

  it("name no next lead when everything is held", () => {
    const holder = { id: 9, name: "EC · analyst", country: "EC", played_by: "person" } as const;
    expect(nextBest(inColumns([makeCard(1, { holder })], 12), "PE")).toBeNull();
  });

  it("name no next lead that cannot be claimed", () => {
    expect(nextBest(inColumns([makeCard(1, { is_claimable: false })], 12), "EC")).toBeNull();
    expect(nextBest(inColumns([makeCard(1, { is_claimable: false }), makeCard(2)], 12), "EC")?.number).toBe(2);
  });

  it("name a second opinion of one's own country before a new lead of the same priority", () => {
    const wanted = makeCard(2, { column: "assessed", stage: "assessed", opinions_wanted: "second", countries: ["PE", "EC"] });

    expect(nextBest(inColumns([makeCard(1), wanted], 12), "PE")).toBe(wanted);
    expect(nextBest(inColumns([makeCard(1), wanted], 12), "CL")?.number).toBe(1);
  });
});

describe("what was missed", () => {
  const state = (...cards: Card[]): BoardState => ({
    seq: 1,
    keys: "k",
    cards: new Map(cards.map((card) => [card.id, card])),
    counts: {},
    rest: null,
  });

  it("is every card that changed, came or went, once", () => {
    const before = state(makeCard(1), makeCard(2), makeCard(3));
    const after = state(makeCard(1), makeCard(2, { changed_seq: 7 }), makeCard(4));

    const ids = changedSince(before, after).map(([was, now]) => (was ?? now)?.id);

    expect(ids).toEqual(["2", "3", "4"]);
  });

  it("is nothing where no board had been loaded yet", () => {
    expect(changedSince(EMPTY, state(makeCard(1)))).toEqual([]);
  });
});
