/** Grades as they are said: a number and the words of the table that it belongs to. */
import type { Category, Grading } from "./answers";

/** The categories that a key gives. */
export const DIGITS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** A category of a country's table. */
export interface Given {
  country: string;
  number: number;
}

/** «2 label», or nothing where the country's table has no such number. */
export function categoryOf(grading: Grading | null, { country, number }: Given): string {
  const found = tableOf(grading, country).find((each) => each.number === number);
  return found ? `${found.number} ${found.label}` : "";
}

export function tableOf(grading: Grading | null, country: string): readonly Category[] {
  return grading?.tables.find((table) => table.country === country)?.categories ?? [];
}
