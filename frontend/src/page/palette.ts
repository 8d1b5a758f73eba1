/**
 * The command palette: go to a page, go to a lead by its number, do what a key would do. An ARIA combobox over a listbox.
 *
 * Its rows are the page's own navigation and the registry of keys, so that nothing is listed twice or forgotten.
 */
import { findable } from "../core/collation";
import { el } from "../core/dom";
import { t, tn } from "../core/i18n";
import { isComposing, keyName, registered } from "../core/keys";

export interface Choice {
  label: string;
  hint?: string;
  run: () => void;
}

const MOST = 12;
let leads: () => Choice[] = () => [];

/** An island that holds leads offers them by number. */
export function offerLeads(list: () => Choice[]): void {
  leads = list;
}

function choices(typed: string): { first: Choice[]; of: number } {
  const pages = [...document.querySelectorAll<HTMLAnchorElement>(".nav a")].map((link) => ({
    label: t("Go to {page}", { page: link.textContent?.trim() ?? "" }),
    run: () => link.click(),
  }));
  const actions = registered()
    .filter((binding) => !binding.passive && (binding.when?.() ?? true))
    .map((binding) => ({ label: binding.label, hint: keyName(binding.keys[0] ?? ""), run: binding.run }));
  const all: Choice[] = [...(typed ? leads() : []), ...pages, ...actions, ...byNumber(typed)];
  const words = findable(typed).split(/\s+/).filter(Boolean);
  const fitting = all.filter((choice) => words.every((word) => findable(choice.label).includes(word)));
  return { first: fitting.slice(0, MOST), of: fitting.length };
}

/** On pages that hold no leads, a number leads to the address that finds it. */
function byNumber(typed: string): Choice[] {
  const number = /^\s*l?-?0*(\d{1,7})\s*$/i.exec(typed)?.[1];
  const base = document.body.dataset.base;
  if (!number || !base || leads().length) return [];
  return [
    { label: t("Go to lead {number}", { number: typed.trim() }), run: () => window.location.assign(`${base}/leads/${number}`) },
  ];
}

class Palette {
  private readonly input = el("input", {
    class: "in",
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "palette-list",
    "aria-autocomplete": "list",
    "aria-label": t("Find or do"),
    placeholder: t("A page, a lead's number, an action"),
    autocomplete: "off",
    spellcheck: "false",
  });
  private readonly list = el("ul", { id: "palette-list", role: "listbox", "aria-label": t("Choices"), class: "palette-list" });
  private readonly told = el("p", { class: "sr", role: "status" });
  private readonly dialog = el("dialog", { class: "palette", "aria-label": t("Find or do") }, this.input, this.list, this.told);
  private found: Choice[] = [];
  private current = 0;

  constructor() {
    this.input.addEventListener("input", () => this.draw());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    document.body.append(this.dialog);
  }

  open(): void {
    if (this.dialog.open) return this.dialog.close();
    this.input.value = "";
    this.dialog.showModal();
    this.draw();
    this.input.focus();
  }

  private key(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.point((this.current + step + this.found.length) % Math.max(1, this.found.length));
    else if (event.key !== "Enter") return;
    else if (!event.repeat) this.run(this.current);
    event.preventDefault();
  }

  private draw(): void {
    const { first, of } = choices(this.input.value);
    this.found = first;
    this.list.replaceChildren(
      ...this.found.map((choice, index) =>
        el(
          "li",
          {
            role: "option",
            id: `palette-${index}`,
            class: "row",
            onclick: () => this.run(index),
            onpointermove: () => this.point(index),
          },
          el("span", {}, choice.label),
          choice.hint ? el("kbd", { class: "push", "aria-hidden": "true" }, choice.hint) : null,
        ),
      ),
    );
    const isCut = first.length < of;
    this.told.className = isCut ? "q palette-told" : "sr";
    this.told.textContent = isCut
      ? t("{n} of {all}; write more to find the others", { n: first.length, all: of })
      : tn("{n} choice", "{n} choices", of);
    this.point(0);
  }

  private point(index: number): void {
    this.current = index;
    [...this.list.children].forEach((row, at) => {
      row.setAttribute("aria-selected", String(at === index));
      if (at === index) row.scrollIntoView({ block: "nearest" });
    });
    if (this.found.length) this.input.setAttribute("aria-activedescendant", `palette-${index}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private run(index: number): void {
    const choice = this.found[index];
    if (!choice) return;
    this.dialog.close();
    choice.run();
  }
}

let palette: Palette | null = null;

export function openPalette(): void {
  palette ??= new Palette();
  palette.open();
}
