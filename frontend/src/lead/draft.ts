/** The draft of one's own opinion, kept like any other (shared/kept.ts); its answers are fields beside its reason. */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { Kept, type Page, type Words } from "../shared/kept";
import type { KeptDraft } from "../shared/answers";
import type { Draft } from "./types";

export const OPINION = "opinion";
const NOTHING: Draft = { opinion: null, suitability: [], features: {}, reason: "" };

/** The fields of a draft: what is not answered is left out. What is chosen, not written, has a name with «=» before it. */
export function wordsOf(draft: Draft): Words {
  return {
    ...(draft.reason ? { reason: draft.reason } : {}),
    ...(draft.opinion ? { "=opinion": String(draft.opinion) } : {}),
    ...(draft.suitability.some(Boolean) ? { "=suitability": JSON.stringify(draft.suitability) } : {}),
    ...(Object.keys(draft.features).length ? { "=features": JSON.stringify(draft.features) } : {}),
  };
}

export function draftOf(words: Words): Draft {
  return {
    opinion: words["=opinion"] ? (Number(words["=opinion"]) as Draft["opinion"]) : null,
    suitability: words["=suitability"] ? (JSON.parse(words["=suitability"]) as Draft["suitability"]) : [],
    features: words["=features"] ? (JSON.parse(words["=features"]) as Draft["features"]) : {},
    reason: words.reason ?? "",
  };
}

export class OwnDraft {
  readonly draft: Signal<Draft> = signal(NOTHING);
  readonly savedAt: Signal<string | null> = signal(null);
  /** It could not be sent and lives in this page alone. */
  readonly unsent = signal(false);
  /** What was written about this lead in another tab or on another device, the last first. */
  readonly others: Signal<readonly KeptDraft[]> = signal([]);
  readonly kept: Kept;

  /** `refused`: told when the server will not take the draft, however often it is sent; nothing, once it does. */
  constructor(
    page: Page,
    private readonly offline: ReadonlySignal<boolean>,
    refused: (faults: string[]) => void,
  ) {
    this.kept = new Kept(OPINION, page, () =>
      batch(() => {
        this.savedAt.value = this.kept.savedAt;
        this.unsent.value = this.kept.unsent;
        this.others.value = this.kept.others;
        refused(this.kept.refusal?.faults ?? []);
      }),
    );
    offline.subscribe((isLost) => {
      if (!isLost) void this.kept.saveNow();
    });
  }

  /** Take what the server keeps; what is being written here stays. */
  take(found: readonly KeptDraft[]): void {
    const words = this.kept.take(found.filter((each) => each.form === OPINION));
    if (words) this.draft.value = draftOf(words);
  }

  write(change: Partial<Draft>): void {
    this.draft.value = { ...this.draft.peek(), ...change };
    this.kept.write(wordsOf(this.draft.peek()));
    if (this.offline.peek()) this.unsent.value = true;
  }

  /** Decide between what stands here and what was written elsewhere; `reason`: what stands in «Why» from now on. */
  settle(other: KeptDraft, reason: string): void {
    this.draft.value = { ...this.draft.peek(), reason };
    this.kept.settle([other], wordsOf(this.draft.peek()));
  }

  /** What is signed is not a draft any more; it stays on the screen while it can be taken back. */
  signed(): void {
    void this.kept.sent({});
  }

  /** Send what was written last, also while an older try is still under way. */
  saveNow(): Promise<void> {
    return this.kept.saveNow();
  }
}
