/** Space is held, not pressed: its two ends are heard apart from the registry of keys. */
import { isComposing, isWriting, singleKeysOff } from "../core/keys";
import type { Lifting } from "./lifting";

/** While Space is held, the veil of the medium that `medium` names is lifted; nothing where it names none. */
export function holdSpace(lifting: () => Lifting, medium: () => string): void {
  const takesSpace = (target: EventTarget | null): boolean =>
    isWriting(target) || (target instanceof HTMLElement && target.matches("summary, input, button:not(.hold)"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || isComposing(event) || takesSpace(event.target) || singleKeysOff()) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (!event.repeat) void lifting().lift(medium());
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && !lifting().lasting.value) lifting().veil();
  });
}
