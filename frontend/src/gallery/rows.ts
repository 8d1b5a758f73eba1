/** How tiles lie in rows: by days where they stand by time, with an opened stack below the row of its tile. Pure. */
import type { GalleryTile } from "../shared/answers";
import type { Order } from "./filter";

/** The heading of the tiles of a day, or of several days that fill no row: until is the other end, which is day for one day. */
export type Heading = { id: string; what: "day"; day: string; until: string; tiles: number | null };

export type Row =
  | Heading
  /** isMixed: its tiles are of several days, so that each names its own. */
  | { id: string; what: "tiles"; tiles: GalleryTile[]; isMixed: boolean }
  | { id: string; what: "stack"; tile: GalleryTile };

/** The day of the file's own clock; empty where it states none. */
export function dayOf(tile: GalleryTile): string {
  return tile.captured_at?.slice(0, 10) ?? "";
}

export interface Lying {
  columns: number;
  order: Order;
  /** The id of the tile whose stack is open. */
  opened: string;
  /** All tiles have come: until then nobody knows how many the last day has. */
  whole: boolean;
}

export function rowsOf(tiles: readonly GalleryTile[], { columns, order, opened, whole }: Lying): Row[] {
  const rows: Row[] = [];
  const all = order === "time" ? groups(tiles, columns) : [[...tiles]];
  for (const group of all) {
    const [first, last] = [group[0], group.at(-1)];
    if (!first || !last) continue;
    const count = whole || group !== all.at(-1) ? group.length : null;
    const [day, until] = [dayOf(first), dayOf(last)];
    if (order === "time") rows.push({ id: `day ${first.id}`, what: "day", day, until, tiles: count });
    for (let at = 0; at < group.length; at += columns) {
      const part = group.slice(at, at + columns);
      rows.push({ id: part[0]?.id ?? "", what: "tiles", tiles: part, isMixed: order === "time" && day !== until });
      const stack = part.find((tile) => tile.id === opened);
      if (stack) rows.push({ id: `stack ${stack.id}`, what: "stack", tile: stack });
    }
  }
  return rows;
}

/** Whether two rows show the same: rows are laid anew with each window, and most of them are as before. */
export function isSameRow(one: Row, other: Row): boolean {
  if (one === other) return true;
  if (one.id !== other.id || one.what !== other.what) return false;
  if (one.what === "day" && other.what === "day") return one.until === other.until && one.tiles === other.tiles;
  if (one.what !== "tiles" || other.what !== "tiles") return true;
  const isSame = one.tiles.length === other.tiles.length && one.isMixed === other.isMixed;
  return isSame && one.tiles.every((tile, at) => tile === other.tiles[at]);
}

/** Tiles by days. Days that follow each other and fill no row together stand as one; what states no day stands by itself. */
function groups(tiles: readonly GalleryTile[], columns: number): GalleryTile[][] {
  const found: GalleryTile[][] = [];
  for (const day of days(tiles)) {
    const last = found.at(-1);
    const isSmall = last?.[0] && day[0] && dayOf(last[0]) && dayOf(day[0]) && last.length + day.length <= columns;
    if (last && isSmall) last.push(...day);
    else found.push(day);
  }
  return found;
}

function days(tiles: readonly GalleryTile[]): GalleryTile[][] {
  const found: GalleryTile[][] = [];
  for (const tile of tiles) {
    const last = found.at(-1);
    if (last?.[0] && dayOf(last[0]) === dayOf(tile)) last.push(tile);
    else found.push([tile]);
  }
  return found;
}

/** The ids of the tiles from one to another, both too, whichever comes first. */
export function between(tiles: readonly GalleryTile[], from: string, to: string): string[] {
  const ids = tiles.map((tile) => tile.id);
  const ends = [ids.indexOf(from), ids.indexOf(to)].filter((at) => at >= 0);
  return ids.slice(Math.min(...ends), Math.max(...ends) + 1);
}

/** Some of the tiles, those that stand nearest to the cursor. */
export function nearestTo(
  tiles: readonly GalleryTile[],
  cursor: string,
  some: readonly GalleryTile[],
  most: number,
): readonly GalleryTile[] {
  if (some.length <= most) return some;
  const places = new Map(tiles.map((tile, at) => [tile.id, at]));
  const from = (tile: GalleryTile): number => Math.abs((places.get(tile.id) ?? 0) - (places.get(cursor) ?? 0));
  return [...some].sort((one, other) => from(one) - from(other)).slice(0, most);
}

/** The tiles as they lie below each other, and where each stands: a step looks through none of them. */
export interface Lines {
  tiles: readonly GalleryTile[];
  lines: readonly (readonly GalleryTile[])[];
  /** By id: which of all, in which line, and which in it. */
  places: ReadonlyMap<string, { nth: number; line: number; at: number }>;
}

export function linesOf(rows: readonly Row[]): Lines {
  const lines = rows.flatMap((row) => (row.what === "tiles" ? [row.tiles] : []));
  const tiles = lines.flat();
  const places = new Map<string, { nth: number; line: number; at: number }>();
  for (const [line, each] of lines.entries())
    for (const [at, tile] of each.entries()) places.set(tile.id, { nth: places.size, line, at });
  return { tiles, lines, places };
}

export function tileOf({ tiles, places }: Lines, id: string): GalleryTile | null {
  return tiles[places.get(id)?.nth ?? -1] ?? null;
}

/** The id of the row in which a tile stands; empty where it stands in none. */
export function rowOf({ lines, places }: Lines, id: string): string {
  return lines[places.get(id)?.line ?? -1]?.[0]?.id ?? "";
}

/** Where the cursor goes by a key: along the tiles as they lie, up and down by the rows. Stays where there is nothing. */
export function moved({ tiles, lines, places }: Lines, cursor: string, across: number, down: number): string {
  const from = places.get(cursor);
  if (!from) return tiles[0]?.id ?? "";
  if (!down) return tiles[from.nth + across]?.id ?? cursor;
  const to = lines[from.line + down];
  return to?.[Math.min(from.at, to.length - 1)]?.id ?? cursor;
}
