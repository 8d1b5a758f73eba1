/** Every card stands once, alone, first of a stack or inside one; an open stack shows all of them. */
import { describe, expect, it } from "vitest";
import { stacked } from "../src/board/stacks";
import { inColumns } from "../src/board/store";
import type { Card } from "../src/shared/card";
import { chance, makeCard } from "./cards";

const ME = 7;
const ids = (cards: readonly Card[]) => cards.map((card) => card.id);

it("puts the leads of one entry behind the first of them", () => {
  const cards = [1, 2, 3, 4].map((n) => makeCard(n, { about: n === 3 ? ["e:b", "p:3"] : ["e:a", `p:${n}`] }));
  const closed = stacked(cards, ME, new Set());
  expect(ids(closed.cards)).toEqual(["1", "3"]);
  expect(closed.stacks.get("1")).toMatchObject({ onEntry: true, isOpen: false });
  const opened = stacked(cards, ME, new Set(["4"]));
  expect(ids(opened.cards)).toEqual(["1", "2", "4", "3"]);
});

it("does not chain what has nothing in common with the first card", () => {
  const cards = [makeCard(1, { about: ["e:a", "p:x"] }), makeCard(2, { about: ["p:x", "p:y"] }), makeCard(3, { about: ["p:y"] })];
  const { cards: shown, stacks } = stacked(cards, ME, new Set());
  expect(ids(shown)).toEqual(["1", "3"]);
  expect(stacks.get("1")?.onEntry).toBe(false);
});

describe.each([1, 2, 3, 4, 5])("whatever the board, seed %i", (seed) => {
  it("loses no card and hides none of mine", () => {
    const random = chance(seed);
    const pick = (n: number) => Math.floor(random() * n);
    const cards = Array.from({ length: 60 }, (_, n) =>
      makeCard(n, {
        priority: (1 + pick(3)) as Card["priority"],
        about: [`e:${pick(9)}`, `p:${pick(20)}`].slice(pick(3)),
        holder: pick(8) ? null : { id: ME, name: "Me", country: "EC", played_by: "person" },
      }),
    );
    const column = inColumns(cards, ME).open;
    const opened = new Set(cards.filter(() => pick(3) === 0).map((card) => card.id));
    const { cards: shown, stacks, firstOf } = stacked(column, ME, opened);
    const inside = [...stacks.values()].flatMap((stack) => stack.more);
    expect(ids(inside).sort()).toEqual([...firstOf.keys()].sort());
    expect(new Set(ids(inside)).size).toBe(inside.length);
    const hidden = [...stacks.values()].filter((stack) => !stack.isOpen).flatMap((stack) => stack.more);
    expect([...ids(shown), ...ids(hidden)].sort()).toEqual(ids(column).sort());
    expect(inside.some((card) => card.holder?.id === ME)).toBe(false);
    expect(inside.every((card) => !stacks.has(card.id))).toBe(true);
  });
});
