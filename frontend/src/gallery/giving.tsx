/** The faces that some persons have in the chosen media are given to one person: whose they are, and to whom they go. */
import { t } from "../core/i18n";
import type { GalleryTile } from "../shared/answers";
import { Key } from "../shared/icon";
import { personNumber } from "../shared/numbers";
import type { GalleryController } from "./controller";
import { type Giving, type Plan, shownBy } from "./plans";

/** What makes the press ready; there is none where the chosen tiles show nobody of one's own material. */
export function GiveButton({ controller, plan }: { controller: GalleryController; plan: Plan | null }) {
  const shown = shownBy(controller.touched());
  if (!shown.length) return null;
  return (
    <button
      class="btn"
      type="button"
      aria-pressed={plan !== null && "give" in plan}
      aria-keyshortcuts="F"
      onClick={() => controller.pressGive()}
    >
      {t("Give faces")} <Key name="F" />
    </button>
  );
}

export function GiveFields({ controller, give }: { controller: GalleryController; give: Giving }) {
  const set = (change: Partial<Giving>): void => {
    controller.plan.value = { give: { ...give, ...change } };
  };
  return (
    <>
      <fieldset class="row wrap">
        <legend class="sr">{t("Whose faces")}</legend>
        {shownBy(controller.touched()).map((number) => (
          <label key={number} class="check">
            <input
              type="checkbox"
              checked={give.from.includes(number)}
              onChange={(event) => {
                const others = give.from.filter((each) => each !== number);
                set({ from: event.currentTarget.checked ? [...others, number] : others });
              }}
            />{" "}
            {personNumber(number)}
          </label>
        ))}
      </fieldset>
      <label class="row" for="give-to">
        {t("To the person, by number")}
        <input
          class="in auto"
          id="give-to"
          type="number"
          min="1"
          autocomplete="off"
          placeholder={t("a new person")}
          value={give.to}
          onInput={(event) => set({ to: event.currentTarget.value })}
        />
      </label>
    </>
  );
}

export function saidOfGiving(give: Giving, tiles: readonly GalleryTile[]): string {
  const from = give.from.filter((each) => String(each) !== give.to);
  const media = tiles.filter((tile) => tile.own_persons.some((each) => from.includes(each))).length;
  return t(
    "The faces of {persons} in {media} of the chosen tiles become {to}. Who is seen nowhere else becomes one with that person; all other faces stay.",
    {
      persons: from.map(personNumber).join(", ") || "–",
      media,
      to: give.to ? personNumber(Number(give.to)) : t("a new person"),
    },
  );
}
