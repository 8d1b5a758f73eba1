/** What the board is narrowed to. Pure; kept in the address so that a view can be sent to a colleague: ids and codes, no names. */
import type { Card, Kind } from "../shared/card";

export type View = "all" | "mine" | "second" | "returned";

export interface Filter {
  view: View;
  country: string;
  kind: Kind | "";
  priority: 0 | 1 | 2 | 3;
}

export const NO_FILTER: Filter = { view: "all", country: "", kind: "", priority: 0 };
export const VIEWS: readonly View[] = ["all", "mine", "second", "returned"];
/** In the order of the filter; the compiler compares it with the kinds that the server can send. */
const ORDER = {
  register_match: 1,
  same_face: 2,
  same_file: 3,
  near_copy: 4,
  camera_serial: 5,
  lens_serial: 6,
  document_id: 7,
  clue: 8,
  outside_result: 9,
} satisfies Record<Kind, number>;
export const KINDS = Object.keys(ORDER) as readonly Kind[];

/** Does it leave anything out? */
export function isNarrowed(filter: Filter): boolean {
  return filter.view !== "all" || !!filter.country || !!filter.kind || filter.priority > 0;
}

export function inView(card: Card, view: View, me: number): boolean {
  if (view === "mine") return card.holder?.id === me;
  if (view === "second") return card.opinions_wanted !== null;
  if (view === "returned") return card.referrals.some((referral) => referral.state === "returned");
  return true;
}

export function passes(card: Card, filter: Filter, me: number): boolean {
  return (
    inView(card, filter.view, me) &&
    (!filter.country || card.countries.includes(filter.country)) &&
    (!filter.kind || card.kind === filter.kind) &&
    (!filter.priority || card.priority === filter.priority)
  );
}

export function toQuery(filter: Filter): string {
  const query = new URLSearchParams();
  if (filter.view !== "all") query.set("view", filter.view);
  if (filter.country) query.set("country", filter.country);
  if (filter.kind) query.set("kind", filter.kind);
  if (filter.priority) query.set("priority", String(filter.priority));
  const text = query.toString();
  return text && `?${text}`;
}

/** What cannot be understood in an address is left out. */
export function fromQuery(search: string): Filter {
  const query = new URLSearchParams(search);
  const view = query.get("view") as View;
  const kind = query.get("kind") as Kind;
  const country = query.get("country") ?? "";
  const priority = Number(query.get("priority"));
  return {
    view: VIEWS.includes(view) ? view : "all",
    country: /^[A-Z]{2}$/.test(country) ? country : "",
    kind: KINDS.includes(kind) ? kind : "",
    priority: priority === 1 || priority === 2 || priority === 3 ? priority : 0,
  };
}
