/**
 * The faces of a person by keys: a cursor goes from face to face, a key chooses one, a digit says whose the chosen ones are and sends
 * them. The page's own form is filled and sent, so that keys and pointer do one thing.
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

/** The face at the cursor: the one whose box has the focus. */
function here(): number {
  return boxes().indexOf(document.activeElement as HTMLInputElement);
}

function go(by: number): void {
  const all = boxes();
  const at = here();
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.closest("li")?.scrollIntoView({ block: "nearest" });
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
  if (chosen()) form()?.requestSubmit();
  else announce(t("Choose a face first."));
}

/** Say whose the chosen faces are, and send them. */
function give(at: number): void {
  const target = targets()[at];
  if (!target) return;
  target.checked = true;
  send();
}

function takeBack(): void {
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
    key(["x"], t("Choose the face, or not"), choose),
    key(["m"], t("Take the chosen faces out"), send),
    key(["0"], t("The chosen faces are a new person"), () => give(0)),
    ...Array.from({ length: MOST_LIKELY }, (_, at) =>
      key([String(at + 1)], t("The chosen faces are the likely person {n}", { n: at + 1 }), () => give(at + 1), {
        when: () => at + 1 < targets().length,
      }),
    ),
    key(["u"], t("Take the last decision back"), takeBack, { when: () => document.querySelector("[data-take-back]") !== null }),
  ]);
}
