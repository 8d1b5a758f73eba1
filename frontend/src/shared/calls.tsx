/** Whom a comment calls: chosen from those who can read it, whom the server names and nobody else. */
import { type Signal, useSignal } from "@preact/signals";
import { call, Refusal } from "../core/api";
import { t, word } from "../core/i18n";
import type { Readers } from "./answers";
import { toldApart } from "./name";

/** Chosen people, roles and countries, in the order in which they were chosen. */
export class Calls {
  static readonly nobody = new Calls([]);
  /** chosen: «person:12», «role:liaison», «country:EC». */
  constructor(readonly chosen: readonly string[]) {}

  with(value: string): Calls {
    return this.chosen.includes(value) ? this : new Calls([...this.chosen, value]);
  }
  without(value: string): Calls {
    return new Calls(this.chosen.filter((each) => each !== value));
  }
  private of(kind: string): string[] {
    return this.chosen.filter((each) => each.startsWith(`${kind}:`)).map((each) => each.slice(kind.length + 1));
  }
  /** As the API takes it; nothing where nobody is chosen. */
  asBody(): Record<string, unknown> {
    if (!this.chosen.length) return {};
    return { people: this.of("person").map(Number), roles: this.of("role"), countries: this.of("country") };
  }
}

export function Calling({ path, calls }: { path: string; calls: Signal<Calls> }) {
  const readers = useSignal<Readers | null>(null);
  const failure = useSignal("");
  const ask = async () => {
    if (readers.peek()) return;
    try {
      readers.value = await call<Readers>("GET", `${path}/readers`);
      failure.value = "";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failure.value = error.message;
    }
  };
  const people = readers.value?.people ?? [];
  return (
    <details
      class="calling"
      onToggle={(event) => {
        if (event.currentTarget.open) void ask();
      }}
    >
      <summary>{t("Call somebody")}</summary>
      {failure.value && <p role="alert">{failure.value}</p>}
      {readers.value && !people.length && <p class="q">{t("Nobody else can read this.")}</p>}
      {people.length > 0 && (
        <select
          class="in"
          aria-label={t("Whom the comment calls")}
          onChange={(event) => {
            if (event.currentTarget.value) calls.value = calls.peek().with(event.currentTarget.value);
            event.currentTarget.value = "";
          }}
        >
          <option value="">{t("Choose from those who can read this")}</option>
          <optgroup label={t("Everybody of a country")}>
            {unique(people.map((who) => who.country)).map((code) => (
              <option key={code} value={`country:${code}`}>
                {code}
              </option>
            ))}
          </optgroup>
          <optgroup label={t("Everybody of a role")}>
            {unique(people.map((who) => who.role)).map((code) => (
              <option key={code} value={`role:${code}`}>
                {word("role", code)}
              </option>
            ))}
          </optgroup>
          <optgroup label={t("People")}>
            {toldApart(people).map(([id, name]) => (
              <option key={id} value={`person:${id}`}>
                {name}
              </option>
            ))}
          </optgroup>
        </select>
      )}
      <p class="row wrap">
        {calls.value.chosen.map((value) => (
          <button
            key={value}
            class="btn small"
            type="button"
            aria-label={t("Do not call {name}", { name: labelOf(value, people) })}
            onClick={() => {
              calls.value = calls.peek().without(value);
            }}
          >
            @{labelOf(value, people)} ×
          </button>
        ))}
      </p>
    </details>
  );
}

function unique(codes: readonly string[]): string[] {
  return [...new Set(codes)].sort();
}

function labelOf(value: string, people: Readers["people"]): string {
  const [kind, code = ""] = value.split(/:(.*)/);
  if (kind === "role") return word("role", code);
  return kind === "person" ? (people.find((who) => String(who.id) === code)?.name ?? "") : code;
}
