/** Times for people: spans in the mock's short form, points in the operation's time zone. Pure, but for the page's language. */
import { currentLanguage, t } from "../core/i18n";

/** «14 min», «2 h 08», «1 d 03 h». Never negative. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days) return t("{d} d {h} h", { d: days, h: two(hours) });
  if (hours) return t("{h} h {min}", { h: hours, min: two(rest) });
  return t("{min} min", { min: rest });
}

/** «1:47»: how long a video is. */
export function length(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** «2.4 sec»: how long a short video is. */
export function seconds(count: number): string {
  const options = { style: "unit", unit: "second", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(currentLanguage(), options).format(count);
}

/** «2 d 05 h 18 min»: the operation's clock, to the minute. */
export function longSpan(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [d, h, min] = [Math.floor(minutes / 1440), two(Math.floor((minutes % 1440) / 60)), two(minutes % 60)];
  return t("{d} d {h} h {min} min", { d, h, min });
}

/** Minutes left, rounded up: a lease with 20 seconds has «1 min» and not none. */
export function left(ms: number): string {
  return span(Math.ceil(Math.max(0, ms) / 60_000) * 60_000);
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

function format(at: number | string, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(currentLanguage(), { ...options, timeZone: zone, numberingSystem: "latn" }).format(new Date(at));
}

export function clockTime(at: number | string, zone: string): string {
  return format(at, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function day(at: number | string, zone: string): string {
  return format(at, zone, { day: "numeric", month: "short" });
}

/** «2026-11-10»: the day as fields for dates write it. */
export function isoDay(at: number | string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: zone });
  return parts.format(new Date(at)).split("/").reverse().join("-");
}

/** The time alone today, with the day before it otherwise. */
export function when(at: number | string, zone: string, now: number): string {
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "numeric", year: "numeric" };
  if (format(at, zone, options) === format(now, zone, options)) return clockTime(at, zone);
  return `${day(at, zone)} ${clockTime(at, zone)}`;
}
