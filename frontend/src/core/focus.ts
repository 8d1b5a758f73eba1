/**
 * A focus that follows what is drawn next. Until it has come, the browser's focus stands on what was pointed at before: a key that
 * presses what has the focus would press that.
 */

let coming = 0;
let newest: () => void = () => undefined;

/** Give the focus away once what is asked for is drawn, in the next frame; of several asked for until then the last counts. */
export function focusSoon(give: () => void): void {
  newest = give;
  coming ||= requestAnimationFrame(() => {
    coming = 0;
    newest();
  });
}

/** Does the focus stand where it stood before the last press? */
export function isFocusComing(): boolean {
  return coming !== 0;
}
