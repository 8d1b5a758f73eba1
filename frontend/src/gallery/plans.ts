/** What a press on chosen tiles touches. */
import type { GalleryTile } from "../shared/answers";
import type { Given } from "../shared/grading";

export type Mark = NonNullable<GalleryTile["mark"]>;
/** What is proposed to the owners of what one does not own: a grade by the owner's table, or a series by its number. */
export type Proposed = { grade: Given } | { series: number };
/** Whose faces are given, by number, and to whom: a number as it is typed, or nothing for a new person. */
export interface Giving {
  from: readonly number[];
  to: string;
}
/** What waits for a yes, because it touches several: a mark, a grade, a series by its number, a proposal, or faces. */
export type Plan = { mark: Mark } | { series: number } | { grade: Given } | { propose: Proposed } | { give: Giving };

/** Everybody of one's own material whom the tiles show, by number. */
export function shownBy(tiles: readonly GalleryTile[]): number[] {
  return [...new Set(tiles.flatMap((tile) => tile.own_persons))].sort((one, other) => one - other);
}

/** What a series gets by these tiles: the persons of one's own material that they show, and those of them that show none. */
export function placedBy(tiles: readonly GalleryTile[]): { numbers: number[]; media: string[] } {
  return {
    numbers: [...new Set(tiles.flatMap((tile) => tile.own_persons))],
    media: tiles.filter((tile) => tile.is_own && !tile.own_persons.length).map((tile) => tile.id),
  };
}

/** The tiles of which something can be proposed: others own them, and for a grade those whose table it is by. */
export function proposedOf(tiles: readonly GalleryTile[], wanted: Proposed): GalleryTile[] {
  return tiles.filter((tile) => !tile.is_own && (!("grade" in wanted) || tile.country === wanted.grade.country));
}

/** Whether a tile stands for more than one medium or place. */
export function isStack(tile: GalleryTile): boolean {
  return tile.copies > 1 || tile.paths > 1 || tile.near_copies > 0;
}
