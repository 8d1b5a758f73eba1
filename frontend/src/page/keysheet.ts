/** The sheet of keys, drawn from the registry each time it is opened. */
import { el } from "../core/dom";
import { t } from "../core/i18n";
import { keyName, registered, setSingleKeysOff, singleKeysOff } from "../core/keys";

let dialog: HTMLDialogElement | null = null;

export function openKeySheet(): void {
  dialog?.remove();
  const groups = new Map<string, HTMLElement[]>();
  for (const binding of registered()) {
    const rows = groups.get(binding.group) ?? [];
    const keys = binding.keys.flatMap((key, index) => [index ? " " : "", el("kbd", {}, keyName(key))]);
    rows.push(el("dt", {}, ...keys), el("dd", {}, binding.label));
    groups.set(binding.group, rows);
  }
  const off = el("input", { type: "checkbox", checked: singleKeysOff() });
  off.addEventListener("change", () => setSingleKeysOff(off.checked));
  dialog = el(
    "dialog",
    { class: "sheet", "aria-labelledby": "keysheet-title" },
    el("h2", { id: "keysheet-title" }, t("Keys")),
    el(
      "div",
      { class: "sheet-groups" },
      ...[...groups].map(([name, rows]) => el("section", {}, el("h3", {}, name), el("dl", { class: "kv" }, ...rows))),
    ),
    el("label", { class: "check" }, off, t("Turn off keys of a single letter or digit")),
    el("form", { method: "dialog" }, el("button", { class: "btn main" }, t("Close"))),
  );
  document.body.append(dialog);
  dialog.showModal();
  // The focus goes to what can be pressed, at the end of what may be longer than the screen.
  dialog.scrollTop = 0;
}
