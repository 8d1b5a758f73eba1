/**
 * The question before what cannot be taken back. It stands in the page, in another place than the button that asks it, says what
 * is touched, and takes a «yes» only after a moment's rest: neither a double click nor a key that is held passes it. What ends an
 * operation asks for its name to be typed.
 */
import { announce, el } from "./dom";
import { t } from "./i18n";
import { isComposing, openLayer } from "./keys";

export interface Question {
  question: string;
  /** What it touches, a line each. */
  touches: readonly string[];
  /** What is done then: the words of the button that asks. */
  yes: string;
  /** What must be typed first. */
  typed?: string;
}

/** Longer than between the clicks of a double click. */
export const REST_MS = 800;
const asked = new WeakMap<Element, HTMLElement>();

/** Whether what is typed is what must be typed, however it is written large or small. */
export function isTyped(typed: string, wanted: string): boolean {
  const plain = (text: string) => text.normalize("NFKC").trim().replace(/\s+/gu, " ").toLowerCase();
  return plain(typed) === plain(wanted);
}

/**
 * Ask beside a button, in `place` where that is given. Whoever presses the button again is led to the question that stands.
 * True: yes. False: no, by Escape too, or it was asked already.
 */
export function ask(beside: HTMLElement, what: Question, place?: HTMLElement): Promise<boolean> {
  const standing = asked.get(beside);
  if (standing?.isConnected) {
    standing.focus();
    return Promise.resolve(false);
  }
  return new Promise((answer) => {
    const box = new QuestionBox(what, (isYes) => {
      asked.delete(beside);
      if (!isYes) beside.focus();
      answer(isYes);
    });
    asked.set(beside, box.element);
    if (place) place.append(box.element);
    else (beside.closest(".row") ?? beside).after(box.element);
    box.open();
  });
}

class QuestionBox {
  readonly element: HTMLElement;
  private readonly field: HTMLInputElement | null;
  private readonly yes: HTMLButtonElement;
  private quietSince = performance.now();
  private hasRested = false;
  private timer: number | undefined;
  private leave: () => void = () => undefined;

  constructor(
    private readonly what: Question,
    private readonly done: (isYes: boolean) => void,
  ) {
    const { question, touches, yes, typed } = what;
    this.yes = el("button", { class: "btn stop", type: "button", onclick: () => this.take() }, t("Yes: {what}", { what: yes }));
    const no = el("button", { class: "btn", type: "button", onclick: () => this.close(false) }, t("No, leave it as it is"));
    this.field = typed
      ? el("input", { class: "in", autocomplete: "off", spellcheck: "false", oninput: () => this.draw() })
      : null;
    const name = this.field && el("label", { class: "stack q2" }, t("Type «{name}» to go on", { name: typed ?? "" }), this.field);
    const title = el("b", {}, question);
    const list = touches.length > 0 && el("ul", {}, ...touches.map((line) => el("li", {}, line)));
    const box = { class: "notice warn ask", role: "alertdialog", "aria-label": question, tabindex: -1, "data-ask": true };
    const buttons = el("div", { class: "row wrap" }, no, this.yes);
    this.element = el("div", box, el("div", { class: "stack" }, title, list, name, buttons));
    this.field?.addEventListener("keydown", (event) => this.typedKey(event));
  }

  open(): void {
    this.leave = openLayer(() => this.close(false));
    for (const name of ["click", "keydown"]) document.addEventListener(name, this.heard, { capture: true });
    this.draw();
    this.element.focus();
    announce([this.what.question, ...this.what.touches].join(" "));
  }

  /** Every press begins the rest anew; one that comes after it counts. */
  private readonly heard = (event: Event): void => {
    if (!this.element.isConnected) return this.end();
    if (event instanceof KeyboardEvent && event.key !== "Enter" && event.key !== " ") return;
    if (event.target === this.field && !(event instanceof KeyboardEvent && event.key === "Enter")) return;
    // The click that a key makes: the key was heard.
    if (event instanceof MouseEvent && event.detail === 0) return;
    const now = performance.now();
    this.hasRested = now - this.quietSince >= REST_MS;
    this.quietSince = now;
    this.draw();
  };

  private typedKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || isComposing(event)) return;
    event.preventDefault();
    if (!event.repeat) this.take();
  }

  private get isTyped(): boolean {
    return !this.field || isTyped(this.field.value, this.what.typed ?? "");
  }

  /** The yes is pale while it would not count. */
  private draw(): void {
    window.clearTimeout(this.timer);
    const rest = this.quietSince + REST_MS - performance.now();
    if (rest > 0) this.timer = window.setTimeout(() => this.draw(), rest);
    if (rest > 0 || !this.isTyped) this.yes.setAttribute("aria-disabled", "true");
    else this.yes.removeAttribute("aria-disabled");
  }

  private take(): void {
    const rests = performance.now() - this.quietSince >= REST_MS;
    if ((this.hasRested || rests) && this.isTyped) this.close(true);
  }

  private close(isYes: boolean): void {
    this.end();
    this.element.remove();
    this.done(isYes);
  }

  private end(): void {
    this.leave();
    window.clearTimeout(this.timer);
    for (const name of ["click", "keydown"]) document.removeEventListener(name, this.heard, { capture: true });
  }
}
