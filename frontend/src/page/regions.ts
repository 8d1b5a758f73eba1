/** Lists of regions beside a field with a country (`data-regions-of` names its id): shown where the country has regions. */
import { el } from "../core/dom";
import { regionsOf } from "../shared/regions";

export function startRegions(lists: Iterable<HTMLSelectElement>): void {
  for (const list of lists) {
    const country = document.getElementById(list.dataset.regionsOf ?? "");
    if (!(country instanceof HTMLSelectElement || country instanceof HTMLInputElement)) continue;
    const follow = (): void => void fill(list, country);
    country.addEventListener("input", follow);
    follow();
  }
}

async function fill(list: HTMLSelectElement, country: HTMLSelectElement | HTMLInputElement): Promise<void> {
  const asked = country.value;
  const regions = await regionsOf(asked);
  if (country.value !== asked) return;
  const wanted = list.dataset.wanted ?? list.value;
  const rows = regions.map(({ code, name }) => el("option", { value: code }, `${name} (${code})`));
  list.replaceChildren(...[...list.options].slice(0, 1), ...rows);
  list.value = regions.some(({ code }) => code === wanted) ? wanted : "";
  if (regions.length) delete list.dataset.wanted;
  const field = list.closest<HTMLElement>(".field");
  if (field) field.hidden = !regions.length;
}
