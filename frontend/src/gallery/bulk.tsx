/** What is done to the chosen tiles: it is shown what it touches, and then done with one press. */
import { t, tn, word } from "../core/i18n";
import type { GalleryTile } from "../shared/answers";
import { Choice, type Option } from "../shared/choice";
import { categoryOf } from "../shared/grading";
import { Icon, Key } from "../shared/icon";
import { seriesNumber } from "../shared/numbers";
import { type GalleryController, MARKS } from "./controller";
import { GiveButton, GiveFields, saidOfGiving } from "./giving";
import { type Plan, placedBy, proposedOf } from "./plans";

/** The media of one clue, and of the address that opens it. */
const MOST_OF_CLUE = 100;

export function Bulk({ controller }: { controller: GalleryController }) {
  const chosen = controller.chosen.value.size;
  const plan = controller.plan.value;
  const refusal = controller.refusal.value;
  if (!chosen && !refusal) return null;
  const series = controller.choices.value?.series ?? [];
  return (
    <section class="bulk" aria-label={t("Chosen tiles")}>
      {chosen > 0 && (
        <div class="row wrap">
          <b class="nw">{tn("{n} tile chosen", "{n} tiles chosen", chosen)}</b>
          <span class="seg" role="group" aria-label={t("Mark")}>
            {MARKS.map((mark, at) => (
              <button
                key={mark}
                class="btn"
                type="button"
                aria-pressed={plan !== null && "mark" in plan && plan.mark === mark}
                aria-keyshortcuts={String(at + 1)}
                onClick={() => controller.press(mark)}
              >
                <Key name={String(at + 1)} /> {word("media_mark", mark)}
              </button>
            ))}
          </span>
          <Grades controller={controller} plan={plan} />
          {series.length > 0 && (
            <Choice
              narrow
              label={t("Add to a series")}
              none={t("Add to a series")}
              value={plan !== null && "series" in plan ? String(plan.series) : ""}
              options={series.map((each) => [String(each.number), `${seriesNumber(each.number)} ${each.label}`])}
              choose={(number) => {
                controller.plan.value = number ? { series: Number(number) } : null;
              }}
            />
          )}
          <Proposals controller={controller} plan={plan} />
          <GiveButton controller={controller} plan={plan} />
          {chosen <= MOST_OF_CLUE && (
            <a class="btn" href={`${controller.facts.base}/clues/new?media=${[...controller.chosen.value].join("&also=")}`}>
              {t("Open a clue")}
            </a>
          )}
          <button class="btn quiet push" type="button" onClick={() => controller.setChosen(new Set())}>
            {t("Choose none")} <Key name="Esc" />
          </button>
        </div>
      )}
      {plan && (
        <div class="row wrap">
          <p>{saidOf(plan, controller.touched(), controller)}</p>
          {"give" in plan && <GiveFields controller={controller} give={plan.give} />}
          {"propose" in plan && (
            <input
              class="in"
              id="propose-why"
              required
              maxLength={2000}
              autocomplete="off"
              placeholder={t("Grounds")}
              aria-label={t("Grounds")}
              value={controller.grounds.value}
              onInput={(event) => {
                controller.grounds.value = event.currentTarget.value;
              }}
            />
          )}
          <button class="btn main push" type="button" onClick={() => controller.carryOut()}>
            {t("Do it")} <Key name="Enter" />
          </button>
        </div>
      )}
      {refusal && (
        <p role="alert">
          <Icon name="warn" /> {refusal}
        </p>
      )}
    </section>
  );
}

/** The tables by which one may grade here: one's own country's, and the owners' where several people must agree. */
function Grades({ controller, plan }: { controller: GalleryController; plan: Plan | null }) {
  const { country } = controller.facts;
  const grading = controller.grading.value;
  const owners = new Set(controller.touched().map((tile) => tile.country));
  const tables = (grading?.tables ?? []).filter(
    (table) => table.country === country || ((grading?.votes_needed ?? 1) > 1 && owners.has(table.country)),
  );
  if (!tables.length) return null;
  return (
    <Choice
      narrow
      label={t("Grade")}
      none={t("Grade")}
      value={plan !== null && "grade" in plan ? `${plan.grade.country} ${plan.grade.number}` : ""}
      options={tables.flatMap((table) =>
        table.categories.map(
          (each): Option => [`${table.country} ${each.number}`, `${table.country} · ${each.number} ${each.label}`],
        ),
      )}
      choose={(chosen) => {
        const [of = "", number] = chosen.split(" ");
        controller.plan.value = chosen ? { grade: { country: of, number: Number(number) } } : null;
      }}
    />
  );
}

/** What can be proposed of what others own: a grade by their table, where theirs alone counts, and a series. */
function Proposals({ controller, plan }: { controller: GalleryController; plan: Plan | null }) {
  const { country } = controller.facts;
  const grading = controller.grading.value;
  const foreign = controller.touched().filter((tile) => !tile.is_own);
  if (!foreign.length || !grading) return null;
  const owners = new Set(grading.votes_needed > 1 ? [] : foreign.map((tile) => tile.country));
  const grades = grading.tables
    .filter((table) => table.country !== country && owners.has(table.country))
    .flatMap((table) =>
      table.categories.map(
        (each): Option => [`${table.country} ${each.number}`, `${table.country} · ${each.number} ${each.label}`],
      ),
    );
  const series = (controller.choices.value?.series ?? []).map(
    (each): Option => [`series ${each.number}`, `${seriesNumber(each.number)} ${each.label}`],
  );
  const wanted = plan !== null && "propose" in plan ? plan.propose : null;
  return (
    <Choice
      narrow
      label={t("Propose to the owner")}
      none={t("Propose to the owner")}
      value={!wanted ? "" : "grade" in wanted ? `${wanted.grade.country} ${wanted.grade.number}` : `series ${wanted.series}`}
      options={[...grades, ...series]}
      choose={(chosen) => {
        const [of = "", number] = chosen.split(" ");
        const propose = of === "series" ? { series: Number(number) } : { grade: { country: of, number: Number(number) } };
        controller.plan.value = chosen ? { propose } : null;
      }}
    />
  );
}

/** What a press will touch. */
function saidOf(plan: Plan, tiles: readonly GalleryTile[], controller: GalleryController): string {
  if ("mark" in plan) {
    const media = tiles.reduce((sum, tile) => sum + tile.copies, 0);
    const before = tiles.filter((tile) => controller.markOf(tile) !== null).length;
    const values = { mark: word("media_mark", plan.mark), media, before };
    return t(
      "«{mark}»: {media} media, copies too, for every country that may see them. {before} tiles have a mark, after which this one stands.",
      values,
    );
  }
  if ("grade" in plan) {
    const { country } = plan.grade;
    const media = tiles.reduce((sum, tile) => sum + tile.copies, 0);
    const foreign = tiles.filter((tile) => tile.country !== country).length;
    const before = tiles.filter((tile) => controller.gradeOf(tile) !== null).length;
    const grade = categoryOf(controller.grading.value, plan.grade);
    return t(
      "«{grade}» by the table of {country}: {media} media, copies too. On {foreign} tiles of other countries it changes nothing of the owner's. {before} tiles are graded already.",
      { grade, country, media, foreign, before },
    );
  }
  if ("propose" in plan) {
    const { propose } = plan;
    const media = proposedOf(tiles, propose);
    const values = {
      change: "grade" in propose ? categoryOf(controller.grading.value, propose.grade) : seriesNumber(propose.series),
      owners: [...new Set(media.map((tile) => tile.country))].join(", "),
      media: media.length,
      others: tiles.length - media.length,
    };
    return t(
      "«{change}» is proposed to {owners} for {media} media; the owner accepts or declines each. {others} tiles stay as they are.",
      values,
    );
  }
  if ("give" in plan) return saidOfGiving(plan.give, tiles);
  const { numbers, media } = placedBy(tiles);
  return t(
    "{series}: {persons} persons of your own material are placed in it, out of any other, with all that shows them, and {media} media that show nobody. {foreign} tiles of other agencies stay as they are.",
    {
      series: seriesNumber(plan.series),
      persons: numbers.length,
      media: media.length,
      foreign: tiles.filter((tile) => !tile.is_own).length,
    },
  );
}

export function Undo({ controller }: { controller: GalleryController }) {
  const done = controller.done.value;
  if (!done) return null;
  return (
    <span class="undo">
      <Icon name="check" /> {done.told}{" "}
      {done.act && (
        <button class="btn small" type="button" onClick={() => controller.undo()}>
          {t("Undo")} <Key name="U" />
        </button>
      )}
    </span>
  );
}

/** What was pressed faster than it can be stored. One alone is on its way, and would only flicker. */
export function Unsent({ controller }: { controller: GalleryController }) {
  const unsent = controller.unsent.value;
  if (unsent < 2) return null;
  return (
    <span class="push unsent">
      <Icon name="clock" /> {tn("{n} press is not stored yet", "{n} presses are not stored yet", unsent)}
    </span>
  );
}
