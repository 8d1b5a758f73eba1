/**
 * The borders by which a place is in a country, and the outlines that maps are drawn with, out of two pinned packages and in the form that
 * the server reads: by ISO 3166-1 code, polygons of rings of longitude and latitude. Nothing of it reaches a browser but a drawn map.
 */
import { readFileSync } from "node:fs";
import { feature } from "topojson-client";
import type { Plugin } from "vite";

type Ring = [number, number][];
type Polygons = Record<string, Ring[][]>;
interface Border {
  properties: { iso1A2?: string; iso1N3?: string; country?: string; nameEn?: string };
  geometry: { coordinates: Ring[][] } | null;
}

/** Where the set names no code of ISO 3166-1 or another than that standard. */
const CODES: Record<string, string> = { Crimea: "UA" };
const BORDERS = "@rapideditor/country-coder/src/data/borders.json";
const ATLAS = "world-atlas/countries-110m.json";

/** A data file of a package, also one that the package does not offer to programs. */
function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`node_modules/${path}`, import.meta.url), "utf-8")) as T;
}

function codeOf({ properties }: Border): string | undefined {
  return CODES[properties.nameEn ?? ""] ?? properties.iso1A2 ?? properties.country;
}

export function borders(): Polygons {
  const found: Polygons = {};
  const { features } = read<{ features: Border[] }>(BORDERS);
  for (const border of features) {
    const code = codeOf(border);
    if (code && border.geometry) found[code] = [...(found[code] ?? []), ...border.geometry.coordinates];
  }
  return found;
}

export function outlines(): Polygons {
  const found: Polygons = {};
  const { features } = read<{ features: Border[] }>(BORDERS);
  const codes = new Map(features.map(({ properties }) => [properties.iso1N3, properties.iso1A2]));
  const atlas = read<Parameters<typeof feature>[0]>(ATLAS);
  for (const { id, geometry } of feature(atlas, atlas.objects.countries).features) {
    const code = codes.get(id === undefined ? "" : String(id)) ?? "";
    const polygons: Ring[][] = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    found[code] = [...(found[code] ?? []), ...polygons];
  }
  return found;
}

export const geography: Plugin = {
  name: "geography",
  apply: "build",
  generateBundle() {
    for (const [name, polygons] of Object.entries({ borders: borders(), outlines: outlines() })) {
      this.emitFile({ type: "asset", fileName: `geography/${name}.json`, source: JSON.stringify(polygons, rounded) });
    }
  },
};

/** Some ten metres; what stands on the line is in either country. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value;
}
