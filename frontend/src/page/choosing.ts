/**
 * The faces of a person by keys: a cursor goes from face to face, where Space is held to see it; a key chooses one, a digit says whose
 * the chosen ones are and sends them. The page's own form is filled and sent, so that keys and pointer do one thing; the page that
 * comes then begins where the cursor was.
 */
import { announce } from "../core/dom";
import { t } from "../core/i18n";
import { type Binding, register } from "../core/keys";

const MOST_LIKELY = 9;

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('.sights input[name="faces"]')];
}

function form(): HTMLFormElement | null {
  return boxes()[0]?.form ?? null;
}

const PLACE = "concord.person-place";

/** What stands around a box: one face. */
function faceOf(box: HTMLInputElement | undefined): HTMLElement | null {
  return box?.closest("li") ?? null;
}

/** The face at the cursor: the one in which something has the focus. */
function here(): number {
  return boxes().findIndex((box) => faceOf(box)?.contains(document.activeElement));
}

/** The next page of this person begins at this face: what was decided is gone from before it. */
function keepPlace(at: number): void {
  sessionStorage.setItem(PLACE, `${location.pathname} ${Math.max(0, at)}`);
}

function takePlace(): void {
  const [path, at] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
  sessionStorage.removeItem(PLACE);
  if (path === location.pathname && boxes().length) cursorTo(Number(at));
}

/** Put the cursor at a face: at the button that is held to see it. */
function cursorTo(index: number): void {
  const all = boxes();
  const box = all[Math.min(all.length - 1, Math.max(0, index))];
  const face = faceOf(box);
  (face?.querySelector<HTMLElement>("[data-hold]") ?? box)?.focus();
  face?.scrollIntoView({ block: "nearest" });
}

function go(by: number): void {
  const at = here();
  cursorTo(at < 0 ? 0 : at + by);
}

function chosen(): number {
  return boxes().filter((box) => box.checked).length;
}

function choose(): void {
  const box = boxes()[here()];
  if (!box) return go(0);
  box.checked = !box.checked;
  announce(t("Faces chosen: {n}", { n: chosen() }));
}

function targets(): HTMLInputElement[] {
  return [...(form()?.querySelectorAll<HTMLInputElement>('input[type="radio"][name="to"]') ?? [])];
}

function send(): void {
  if (!chosen()) return announce(t("Choose a face first."));
  keepPlace(boxes().findIndex((box) => box.checked));
  form()?.requestSubmit();
}

/** Say whose the chosen faces are, and send them. */
function give(at: number): void {
  const target = targets()[at];
  if (!target) return;
  target.checked = true;
  send();
}

function takeBack(): void {
  keepPlace(here());
  document.querySelector<HTMLButtonElement>("[data-take-back]")?.click();
}

/** Register the keys; they are listed with all others. */
export function startChoosing(): void {
  const group = t("Person");
  const can = () => boxes().length > 0;
  const key = (keys: string[], label: string, run: () => void, more: Partial<Binding> = {}): Binding => ({
    keys,
    label,
    group,
    run,
    when: can,
    ...more,
  });
  register([
    key(["j"], t("Next face"), () => go(1), { repeats: true }),
    key(["k"], t("Face before"), () => go(-1), { repeats: true }),
    { keys: [" "], label: t("Hold to see the picture"), group, run: () => undefined, passive: true, when: can },
    key(["x"], t("Choose the face, or not"), choose),
    key(["m"], t("Take the chosen faces out"), send),
    key(["0"], t("The chosen faces are a new person"), () => give(0)),
    ...Array.from({ length: Math.min(MOST_LIKELY, targets().length - 1) }, (_, at) =>
      key([String(at + 1)], t("The chosen faces are the likely person {n}", { n: at + 1 }), () => give(at + 1)),
    ),
    key(["u"], t("Take the last decision back"), takeBack, { when: () => document.querySelector("[data-take-back]") !== null }),
  ]);
  takePlace();
}
