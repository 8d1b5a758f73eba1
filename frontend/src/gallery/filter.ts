/**
 * What the gallery is narrowed to, by the names of the API's query. Pure; kept in the address, so that a view can be sent to a
 * colleague: ids, numbers and codes, no names of people.
 */

/** In the order in which the tokens stand, with what a value looks like. */
const SHAPES = {
  exhibit: /^[0-9a-f-]{36}$/,
  country: /^[A-Z]{2}(,[A-Z]{2})*$/,
  kind: /^(photo|video)$/,
  taken_from: /^\d{4}-\d{2}-\d{2}$/,
  taken_to: /^\d{4}-\d{2}-\d{2}$/,
  is_dated: /^(true|false)$/,
  camera: /^.{1,400}$/,
  camera_key: /^.{1,700}$/,
  lens_key: /^.{1,700}$/,
  document_key: /^.{1,700}$/,
  from_document: /^(true|false)$/,
  clock: /^[a-z_]+(,[a-z_]+)*$/,
  place: /^([A-Z]{2}(-[A-Z0-9]{1,3})?|sea)$/,
  faces_from: /^\d{1,6}$/,
  faces_to: /^\d{1,6}$/,
  quality: /^(good|usable|poor)(,(good|usable|poor))*$/,
  in_series: /^(true|false)$/,
  series: /^\d{1,9}$/,
  person: /^\d{1,9}$/,
  near: /^[0-9a-f-]{36}$/,
  mark: /^(important|look_again|nothing)$/,
  grade: /^(graded|not_graded|conflict)$/,
  known: /^(true|false)$/,
  length_from: /^\d{1,6}$/,
  length_to: /^\d{1,6}$/,
  text: /^.{1,200}$/,
  like: /^[0-9a-f-]{36}$/,
  like_face: /^[0-9a-f-]{36}$/,
} as const;

export type Name = keyof typeof SHAPES;
export type Narrowed = Partial<Record<Name, string>>;
export type Order = "time" | "path" | "likeness";

export interface Filter {
  narrowed: Narrowed;
  /** By likeness only to what is chosen: `orderOf` says which one holds. */
  order: Order;
  /** Whether what was seen stands among the rest. */
  unfolded: boolean;
}

const ORDERS: readonly Order[] = ["time", "path", "likeness"];
export const NAMES = Object.keys(SHAPES) as readonly Name[];
export const NO_FILTER: Filter = { narrowed: {}, order: "time", unfolded: false };

/** What cannot be understood in an address is left out. */
export function fromQuery(search: string): Filter {
  const query = new URLSearchParams(search);
  const narrowed: Narrowed = {};
  for (const name of NAMES) {
    const value = query.get(name) ?? "";
    if (SHAPES[name].test(value)) narrowed[name] = value;
  }
  const order = ORDERS.find((each) => each === query.get("order")) ?? "time";
  return { narrowed, order: orderOf({ narrowed, order }), unfolded: query.get("folded") === "no" };
}

/** Without something to be like, by time. */
export function orderOf({ narrowed, order }: Pick<Filter, "narrowed" | "order">): Order {
  return order === "likeness" && !narrowed.like && !narrowed.like_face ? "time" : order;
}

export function toQuery({ narrowed, order, unfolded }: Filter): string {
  const query = queryOf(narrowed);
  if (orderOf({ narrowed, order }) !== "time") query.set("order", order);
  if (unfolded) query.set("folded", "no");
  const text = query.toString();
  return text && `?${text}`;
}

export function queryOf(narrowed: Narrowed): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const value = narrowed[name];
    if (value) query.set(name, value);
  }
  return query;
}

/** With other values; an empty one takes its filter away. */
export function changed(narrowed: Narrowed, change: Narrowed): Narrowed {
  const next: Narrowed = {};
  for (const name of NAMES) {
    const value = name in change ? change[name] : narrowed[name];
    if (value) next[name] = value;
  }
  return next;
}

/** A choice that stands for a lower and an upper bound. */
export type Spans = Record<string, Narrowed>;

/** How many faces. */
export const FACES: Spans = {
  any: { faces_from: "1", faces_to: "" },
  zero: { faces_from: "0", faces_to: "0" },
  one: { faces_from: "1", faces_to: "1" },
  two: { faces_from: "2", faces_to: "2" },
  more: { faces_from: "3", faces_to: "" },
};

/** How long a video is, in seconds: from, and below. */
export const LENGTHS: Spans = {
  short: { length_from: "0", length_to: "10" },
  minute: { length_from: "10", length_to: "60" },
  minutes: { length_from: "60", length_to: "600" },
  long: { length_from: "600", length_to: "" },
};

/** Which choice the bounds are; empty: none of them. */
export function spanOf(spans: Spans, narrowed: Narrowed): string {
  const isSet = (span: Narrowed): boolean => NAMES.every((name) => !(name in span) || (narrowed[name] ?? "") === span[name]);
  return Object.keys(spans).find((key) => isSet(spans[key] ?? {})) ?? "";
}

/** With one of several values of a filter taken or left. */
export function toggled(values: string, value: string): string {
  const chosen = new Set(values.split(",").filter(Boolean));
  if (!chosen.delete(value)) chosen.add(value);
  return [...chosen].sort().join(",");
}
