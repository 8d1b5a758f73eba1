/** What a form says about what is kept of it: since when, that another tab holds another text, and why something is not kept. */
import { serverNow } from "../core/api";
import { announce, el } from "../core/dom";
import { t } from "../core/i18n";
import type { Kept, Words } from "./kept";
import type { KeptDraft } from "./answers";
import { when } from "./time";

function at(time: string): string {
  const zone = document.querySelector<HTMLElement>("[data-wall]")?.dataset.wall ?? "UTC";
  return when(time, zone, serverNow());
}

/** What was written, without what was chosen («=…») and what is ours («@…»). */
export function textOf(words: Words): string {
  return Object.entries(words)
    .filter(([name]) => !name.startsWith("=") && !name.startsWith("@"))
    .map(([, text]) => text)
    .join("\n");
}

function act(label: string, press: () => void): HTMLElement {
  return el("button", { class: "btn small", type: "button", onclick: press }, label);
}

/** A text that can no longer be sent from here, or not yet: to read, to copy, to throw away. */
export function textToCopy(text: string, more: HTMLElement[] = []): HTMLElement {
  const field = el("textarea", { class: "in", readonly: true, rows: 3, "aria-label": t("What you wrote"), "data-unkept": true });
  field.value = text;
  const copy = act(t("Copy"), () => {
    field.select();
    void navigator.clipboard?.writeText(text).then(
      () => announce(t("Copied.")),
      () => announce(t("Copy it with the keys of your device.")),
    );
  });
  return el("div", { class: "stack" }, field, el("div", { class: "row wrap" }, copy, ...more));
}

export interface Choices {
  /** Only what stands here counts from now on. */
  keepMine: () => void;
  keepTheirs: () => void;
  /** Both, one after the other. */
  keepBoth: () => void;
}

/** Another tab or device holds another text of the same form: both are kept until the person decides. `isEmpty`: nothing stands here. */
export function otherBox(other: KeptDraft, isEmpty: boolean, choices: Choices): HTMLElement {
  return el(
    "div",
    { class: "notice warn", role: "alert", "data-other-draft": other.version },
    el(
      "div",
      { class: "stack" },
      el("b", {}, t("You also write here in another tab or on another device. Nothing is lost: both are kept.")),
      el("p", { class: "q2" }, t("There, {time}:", { time: at(other.saved_at) })),
      el("p", { dir: "auto", translate: "yes" }, textOf(other.fields)),
      el(
        "div",
        { class: "row wrap" },
        isEmpty ? null : act(t("Keep what stands here"), choices.keepMine),
        act(isEmpty ? t("Take it over here") : t("Keep the other one"), choices.keepTheirs),
        isEmpty ? null : act(t("Keep both here"), choices.keepBoth),
      ),
    ),
  );
}

/** All that the lines under a form depend on, as one text. */
export function stateOf(kept: Kept): string {
  const refused = kept.refusal ? [kept.refusal.message, textOf(kept.current)] : null;
  return JSON.stringify([kept.isGone, kept.isEmpty, kept.unsent, refused, kept.savedAt && at(kept.savedAt)]);
}

/** What is to be told about a form; nothing where nothing is written. */
export function keptLines(kept: Kept, empty: () => void): HTMLElement[] {
  if (kept.isGone)
    return [
      el(
        "p",
        { class: "low-t row wrap", role: "status" },
        t("What stands here was sent or thrown away in another tab."),
        act(t("Empty the form"), empty),
      ),
    ];
  if (kept.isEmpty) return [];
  if (kept.refusal)
    return [
      el(
        "div",
        { class: "notice danger", role: "alert" },
        el(
          "div",
          {},
          el("p", {}, t("This is not kept: {why}", { why: kept.refusal.faults.join(" ") })),
          textToCopy(textOf(kept.current)),
        ),
      ),
    ];
  if (kept.unsent)
    return [
      el("p", { class: "low-t", role: "status" }, t("Not kept yet: it is tried again until it is. Do not close this page.")),
    ];
  if (!kept.savedAt) return [];
  return [
    el(
      "p",
      { class: "q row wrap" },
      t("Not sent. Kept for you alone, {time}.", { time: at(kept.savedAt) }),
      act(t("Throw away"), empty),
    ),
  ];
}
