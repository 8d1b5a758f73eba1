/** A list to choose one of: codes with their labels, or whatever else has a value and a name. */
import { codes, word, type WordTable } from "../core/i18n";

export type Option = readonly [value: string, label: string];

/** The codes of a table with their labels, in the order in which people choose. */
export function coded(table: WordTable): Option[] {
  return codes(table).map((code) => [code, word(table, code)]);
}

interface ChoiceProps {
  options: readonly Option[];
  /** What stands chosen at first, or always where `choose` follows it. */
  value?: string;
  choose?: (value: string) => void;
  /** Its name for readers of screens; without one a label points at `id`. */
  label?: string;
  /** The words of «nothing chosen yet»; without them one option is always chosen. */
  none?: string;
  id?: string;
  name?: string;
  required?: boolean;
  /** As wide as its words, not as its place. */
  narrow?: boolean;
}

export function Choice({ options, value, choose, label, none, id, name, required, narrow }: ChoiceProps) {
  return (
    <select
      class={narrow ? "in auto" : "in"}
      id={id}
      name={name}
      required={required}
      aria-label={label}
      onChange={choose && ((event) => choose(event.currentTarget.value))}
    >
      {none !== undefined && (
        <option value="" selected={!value}>
          {none}
        </option>
      )}
      {options.map(([code, words]) => (
        <option key={code} value={code} selected={code === value}>
          {words}
        </option>
      ))}
    </select>
  );
}
