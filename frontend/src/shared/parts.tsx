/** Small parts of an island's panels: faults told in place, buttons that say why they rest, forms in a panel. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Method } from "../core/api";
import { ask, type Question } from "../core/confirm";
import { t } from "../core/i18n";
import { Icon } from "./icon";
import { emptySent, sendsDraftOf, wordsIn } from "./keeping";
import { when } from "./time";

/** What an island's controller does for its panels: it sends, and knows what was refused and whether the line is lost. */
export interface Acting {
  readonly facts: { readonly zone: string };
  readonly offline: ReadonlySignal<boolean>;
  readonly busy: ReadonlySignal<string>;
  readonly told: { readonly faults: ReadonlySignal<Record<string, readonly string[]>> };
  readonly now: ReadonlySignal<number>;
  /** Send something that a person wants; `part` is where a refusal is told. The answer, or null after a refusal. */
  send<T = unknown>(part: string, method: Method, path: string, body?: unknown): Promise<T | null>;
}

export function Faults({ controller, part }: { controller: Acting; part: string }) {
  const faults = controller.told.faults.value[part] ?? [];
  if (!faults.length) return null;
  return (
    <div class="notice danger" role="alert">
      <Icon name="warn" />
      <div>
        {faults.map((fault) => (
          <p key={fault}>{fault}</p>
        ))}
      </div>
    </div>
  );
}

interface ActProps {
  controller: Acting;
  part: string;
  act: () => unknown;
  kind?: string;
  disabled?: boolean;
  keys?: string;
  /** What is asked first, where it cannot be taken back. */
  asks?: Question;
  children: ComponentChildren;
}

/** A button that sends something: it rests while the line is lost or something else is under way. */
export function Act({ controller, part, act, kind = "", disabled, keys, asks, children }: ActProps) {
  const rests = controller.offline.value || controller.busy.value !== "" || disabled;
  return (
    <button
      class={`btn ${kind}`}
      type="button"
      aria-disabled={rests ? "true" : undefined}
      aria-busy={controller.busy.value === part ? "true" : undefined}
      aria-keyshortcuts={keys}
      title={controller.offline.value ? t("Not while the line is lost") : undefined}
      onClick={async (event) => {
        const button = event.currentTarget;
        if (!rests && (!asks || (await ask(button, asks, button.parentElement ?? undefined)))) act();
      }}
    >
      {children}
    </button>
  );
}

/** A field with its label. */
export function Field({ id, label, hint, children }: { id: string; label: string; hint?: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint && <span class="hint">{hint}</span>}
    </div>
  );
}

type Values = Record<string, string>;

/**
 * Hand a form's values by name to `act`; what it answers with something but null was done, and what was sent is emptied. `asks`
 * says what is asked first, where it cannot be taken back.
 */
export function submitting(
  act: (values: Values) => Promise<unknown>,
  asks: (values: Values) => Question | null = () => null,
): (event: Event) => void {
  return async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement) || form.dataset.sending !== undefined) return;
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    const question = asks(values);
    if (question && !(await ask(form, question, form))) return;
    const sent = wordsIn(form);
    sendsDraftOf(form);
    // Until what was sent is gone from the form: pressed again before, it would be sent again.
    form.dataset.sending = "";
    try {
      const done = await act(values);
      if (done !== null) await emptySent(form, sent);
    } finally {
      delete form.dataset.sending;
    }
  };
}

export function Time({ controller, at }: { controller: Acting; at: string }) {
  const zone = controller.facts.zone;
  return (
    <time dateTime={at} title={`${at.slice(0, 19).replace("T", " ")} UTC`}>
      {when(at, zone, controller.now.value)}
    </time>
  );
}
