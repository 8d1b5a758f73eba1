import { expect, it } from "vitest";
import { changed, FACES, fromQuery, LENGTHS, NO_FILTER, spanOf, toggled, toQuery } from "../src/gallery/filter";
import { isSameRow, linesOf, moved, rowsOf } from "../src/gallery/rows";
import type { GalleryTile } from "../src/shared/answers";

function tile(id: string, day: string): GalleryTile {
  return {
    id,
    kind: "photo",
    state: "read",
    refusal: null,
    captured_at: day && `${day}T10:00:00`,
    duration_s: null,
    face_count: 0,
    best_quality: null,
    country: "EC",
    copies: 1,
    paths: 1,
    near_copies: 0,
    path: null,
    exhibit_id: null,
    exhibit: null,
    is_seen: false,
    series: [],
    own_persons: [],
    is_own: true,
    mark: null,
    grade: null,
    grade_of: null,
    in_conflict: false,
    is_known: false,
    in_lead: false,
  };
}
const tiles = [..."abcde"].map((id) => tile(id, "2025-03-02")).concat(tile("f", "2025-03-01"), tile("g", ""));
const lying = { columns: 3, order: "time", opened: "", whole: false } as const;

it("keeps what is understood of an address and gives it back", () => {
  const filter = fromQuery("?kind=video&country=ecuador&faces_from=1&order=path&folded=no&me=2");
  expect(filter).toEqual({ narrowed: { kind: "video", faces_from: "1" }, order: "path", unfolded: true });
  expect(fromQuery(toQuery(filter))).toEqual(filter);
  expect(toQuery(NO_FILTER)).toBe("");
});

it("orders by likeness only to something, and says to what in the address", () => {
  const like = "0f0e0d0c-0b0a-4908-8706-050403020100";
  const filter = fromQuery(`?order=likeness&like=${like}`);
  expect(filter).toEqual({ narrowed: { like }, order: "likeness", unfolded: false });
  expect(fromQuery(toQuery(filter))).toEqual(filter);
  expect(fromQuery("?order=likeness&like=me").order).toBe("time");
  expect(toQuery({ ...filter, narrowed: {} })).toBe("");
});

it("takes a filter away by an empty value and tells one choice of faces", () => {
  expect(changed({ kind: "photo", series: "2" }, { series: "" })).toEqual({ kind: "photo" });
  for (const spans of [FACES, LENGTHS])
    for (const key of Object.keys(spans)) expect(spanOf(spans, changed({}, spans[key] ?? {}))).toBe(key);
  expect([spanOf(FACES, { faces_from: "7" }), spanOf(LENGTHS, {})]).toEqual(["", ""]);
});

it("takes one of several countries and leaves it again, in one order", () => {
  expect([toggled("", "PE"), toggled("PE", "EC"), toggled("EC,PE", "PE"), toggled("EC", "EC")]).toEqual([
    "PE",
    "EC,PE",
    "EC",
    "",
  ]);
  expect(fromQuery("?country=EC,PE").narrowed).toEqual({ country: "EC,PE" });
});

it("lays tiles in rows by days and knows how many a day has once all came", () => {
  const rows = rowsOf(tiles, lying);
  expect(rows.map((row) => (row.what === "tiles" ? row.tiles.map((each) => each.id).join("") : row.what))).toEqual(
    "day abc de day f day g".split(" "),
  );
  expect(rows.filter((row) => row.what === "day").map((row) => row.tiles)).toEqual([5, 1, null]);
  expect(rowsOf(tiles, { ...lying, whole: true }).findLast((row) => row.what === "day")).toMatchObject({ day: "", tiles: 1 });
});

it("puts days that fill no row together under one heading, and a file without a date never among them", () => {
  const days = ["2025-03-04", "2025-03-03", "2025-03-02", "2025-03-02", ""].map((day, at) => tile(String(at), day));
  const told = rowsOf(days, { ...lying, columns: 2 }).flatMap((row) => (row.what === "day" ? [[row.day, row.until]] : []));
  expect(told).toEqual([
    ["2025-03-04", "2025-03-03"],
    ["2025-03-02", "2025-03-02"],
    ["", ""],
  ]);
  const mixed = rowsOf(days, { ...lying, columns: 2 }).flatMap((row) => (row.what === "tiles" ? [row.isMixed] : []));
  expect(mixed).toEqual([true, false, false]);
});

it("opens a stack below the row of its tile", () => {
  expect(rowsOf(tiles, { ...lying, opened: "b" })[2]).toMatchObject({ what: "stack", tile: { id: "b" } });
  expect(rowsOf(tiles, { ...lying, order: "path" }).map((row) => row.what)).toEqual(["tiles", "tiles", "tiles"]);
});

it("moves along the tiles and by the rows, and stays at the ends", () => {
  const rows = linesOf(rowsOf(tiles, lying));
  expect([moved(rows, "c", 1, 0), moved(rows, "c", 0, 1), moved(rows, "d", 0, -1)]).toEqual(["d", "e", "a"]);
  expect([moved(rows, "e", 0, 1), moved(rows, "g", 1, 0), moved(rows, "a", -1, 0), moved(rows, "", 1, 0)]).toEqual([
    "f",
    "g",
    "a",
    "a",
  ]);
});

it("draws only those rows anew that a further window changed", () => {
  const first = rowsOf(tiles.slice(0, 4), lying);
  const later = rowsOf(tiles, lying);
  expect(first.map((row, at) => isSameRow(row, later[at] as typeof row))).toEqual([false, true, false]);
  expect(first.map((row) => row.what)).toEqual(["day", "tiles", "tiles"]);
});
