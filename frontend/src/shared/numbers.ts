/** How leads, referrals, persons and series are called by their numbers, and agencies with their countries. The same form as workspace/rules/numbers.py. */

function numbered(letter: string, number: number): string {
  return `${letter}-${String(number).padStart(4, "0")}`;
}

export function leadNumber(number: number): string {
  return numbered("L", number);
}
export function referralNumber(number: number): string {
  return numbered("R", number);
}
export function personNumber(number: number): string {
  return numbered("P", number);
}
export function cardNumber(number: number): string {
  return numbered("C", number);
}
export function seriesNumber(number: number): string {
  return numbered("S", number);
}

/** An agency with its country before it, unless its name begins with that code. */
export function agencyName(name: string, country: string): string {
  const begins = name.startsWith(country) && !/[\p{L}\p{N}]/u.test(name.charAt(country.length));
  return begins ? name : `${country} · ${name}`;
}
