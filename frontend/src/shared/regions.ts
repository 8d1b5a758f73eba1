/** The regions of a country that the operator has imported: asked once per country and page. */
import { call } from "../core/api";
import type { RegionChoice } from "./answers";

const asked = new Map<string, Promise<RegionChoice[]>>();

/** By name; none where no file names the country, or it is no code of one. */
export function regionsOf(country: string): Promise<RegionChoice[]> {
  const code = country.trim().toUpperCase();
  if (!/^[A-Z]{2}$/.test(code)) return Promise.resolve([]);
  const known = asked.get(code);
  if (known) return known;
  const found = call<RegionChoice[]>("GET", `/api/v1/regions?country=${code}`);
  asked.set(code, found);
  // Asked again after an answer that did not come: the country alone can be stated meanwhile.
  return found.catch(() => {
    asked.delete(code);
    return [];
  });
}
