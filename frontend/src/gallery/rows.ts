/** How tiles lie in rows: by days where they stand by time, with an opened stack below the row of its tile. Pure. */
import type { GalleryTile } from "../shared/answers";
import type { Order } from "./filter";

export type Row =
  | { id: string; what: "day"; day: string; tiles: number | null }
  | { id: string; what: "tiles"; tiles: GalleryTile[] }
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
  const all = groups(tiles, order);
  for (const group of all) {
    const [first] = group;
    if (!first) continue;
    const count = whole || group !== all.at(-1) ? group.length : null;
    if (order === "time") rows.push({ id: `day ${first.id}`, what: "day", day: dayOf(first), tiles: count });
    for (let at = 0; at < group.length; at += columns) {
      const part = group.slice(at, at + columns);
      rows.push({ id: part[0]?.id ?? "", what: "tiles", tiles: part });
      const stack = part.find((tile) => tile.id === opened);
      if (stack) rows.push({ id: `stack ${stack.id}`, what: "stack", tile: stack });
    }
  }
  return rows;
}

function groups(tiles: readonly GalleryTile[], order: Order): GalleryTile[][] {
  if (order !== "time") return tiles.length ? [[...tiles]] : [];
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

/** Where the cursor goes by a key: along the tiles as they lie, up and down by the rows. Stays where there is nothing. */
export function moved(rows: readonly Row[], cursor: string, across: number, down: number): string {
  const lines = rows.flatMap((row) => (row.what === "tiles" ? [row.tiles] : []));
  const from = lines.findIndex((line) => line.some((tile) => tile.id === cursor));
  if (from < 0) return lines[0]?.[0]?.id ?? "";
  const flat = lines.flat();
  if (!down) return flat[flat.findIndex((tile) => tile.id === cursor) + across]?.id ?? cursor;
  const place = lines[from]?.findIndex((tile) => tile.id === cursor) ?? 0;
  const to = lines[from + down];
  return to?.[Math.min(place, to.length - 1)]?.id ?? cursor;
}
