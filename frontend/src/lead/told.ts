/**
 * What was refused, by the part of the page where it is told. A refusal that speaks of the lead's state («… holds this lead.») is taken
 * away when that state changes; one that speaks of what was typed, or of the line, stands until the next press.
 */
import { type Signal, signal } from "@preact/signals";
import type { Refusal } from "../core/api";
import type { LeadPage } from "./types";

/** May not be done, is not there, or the state does not allow it: workspace/errors.py. */
const OF_STATE: readonly number[] = [403, 404, 409];

/** What each part's refusals speak of, beside the lead's stage, its holder and what one may do. */
const SPOKEN_OF: Record<string, (page: LeadPage) => unknown> = {
  opinion: (page) => [page.my_assessment, page.opinions, page.sides.map((side) => side.looked_at)],
  mark: (page) => page.annotations,
  access: (page) => [page.access_requests, page.sides.map((side) => side.hidden)],
  jurisdiction: (page) => page.jurisdiction,
  corroboration: (page) => page.corroboration,
  referral: (page) => [page.referrals, page.jurisdiction, page.corroboration],
  more: (page) => page.priority,
};

/** Everything that a refusal of this part speaks of, as one text. Pure. */
export function standOf(part: string, page: LeadPage): string {
  const { stage, holder, custody, permissions } = page;
  return JSON.stringify([stage, holder?.id, custody, permissions, SPOKEN_OF[part]?.(page)]);
}

export function isOfState(refusal: Refusal): boolean {
  return OF_STATE.includes(refusal.status);
}

export class Told {
  /** Sentences about the last thing that was refused, by part. */
  readonly faults: Signal<Record<string, readonly string[]>> = signal({});
  /** How what they speak of stood when they were told, by part. */
  private readonly stands = new Map<string, string>();

  tell(part: string, faults: readonly string[]): void {
    this.stands.delete(part);
    if (faults.length || this.faults.peek()[part]?.length) this.faults.value = { ...this.faults.peek(), [part]: faults };
  }

  /**
   * The page has come that was asked for because of a refusal: from here on its sentences hold as long as what they speak of stays.
   * Nothing if something else is told by now, or if it is over already.
   */
  speaksOf(part: string, refusal: Refusal, faults: readonly string[], page: LeadPage): void {
    if (this.faults.peek()[part] !== faults) return;
    if (refusal.code === "held" && refusal.facts.holder !== page.holder?.name) this.tell(part, []);
    else this.stands.set(part, standOf(part, page));
  }

  /** Take away what is not so any more. */
  take(page: LeadPage): void {
    for (const [part, stand] of this.stands) if (stand !== standOf(part, page)) this.tell(part, []);
  }
}
