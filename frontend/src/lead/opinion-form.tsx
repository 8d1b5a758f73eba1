/** The form of an opinion: are the pictures suitable, the features, the opinion and why; what is missing is said and gone to. */
import { useEffect, useRef } from "preact/hooks";
import { codes, t, tn, word } from "../core/i18n";
import { keepFocus } from "../core/dom";
import { Icon, Key } from "../shared/icon";
import { otherBox, textOf } from "../shared/kept-box";
import type { LeadController } from "./controller";
import { Faults } from "../shared/parts";
import { JUDGEMENT_SIGN, opinionWord, SUITABILITY_SIGN } from "./scale";
import { sideName } from "./sides";
import { isAnswered, JUDGEMENTS, missing, type Row, rowsOf, SUITABILITIES } from "./signing";
import type { LeadPage, Opinion } from "./types";

const OPINIONS: readonly Opinion[] = [1, 2, 3, 4, 5];
const COLUMNS = [0, 1, 2] as const;

export function OpinionForm({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const { opinion, reason } = controller.draft.value;
  const rows = rowsOf(page);
  return (
    <form
      autocomplete="off"
      class="stack"
      data-page-keys
      onSubmit={(event) => {
        event.preventDefault();
        void controller.sign();
      }}
    >
      <Faults controller={controller} part="opinion" />
      <Faults controller={controller} part="draft" />
      {rows.length > 0 && <Rows controller={controller} page={page} rows={rows} />}
      <fieldset>
        <legend class="label">{t("My opinion")}</legend>
        {OPINIONS.map((level) => (
          <label class="choice" key={level}>
            <input
              type="radio"
              name="opinion"
              id={`opinion-${level}`}
              value={String(level)}
              checked={opinion === level}
              onChange={() => controller.write({ opinion: level })}
            />
            <span>{opinionWord(level, page)}</span>
            <Key name={String(level)} />
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="why">
          {t("Why")} <span class="req">{t("required, any language")}</span> <Key name="W" />
        </label>
        <textarea
          class="in"
          id="why"
          maxLength={8000}
          value={reason}
          onInput={(event) => controller.write({ reason: event.currentTarget.value })}
        />
      </div>
      <OtherDrafts controller={controller} />
      <MissingBox controller={controller} page={page} />
      <p class="q">{t("You can undo for 10 s. Then another opinion is the only way back.")}</p>
      {controller.unsent.value && (
        <p class="low-t" role="status">
          {t("Not sent yet: it is tried again until it is. Do not close this page.")}
        </p>
      )}
    </form>
  );
}

/** The same opinion is being written in another tab: what stands there, and which of the two counts. */
function OtherDrafts({ controller }: { controller: LeadController }) {
  const place = useRef<HTMLDivElement>(null);
  const others = controller.otherDrafts.value;
  useEffect(() => {
    const boxes = others.map((other) => {
      const mine = () => controller.draft.peek().reason;
      const theirs = textOf(other.fields);
      return otherBox(other, mine() === "", {
        keepMine: () => controller.settleDraft(other, mine()),
        keepTheirs: () => controller.settleDraft(other, theirs),
        keepBoth: () => controller.settleDraft(other, `${mine()}\n${theirs}`),
      });
    });
    place.current?.replaceChildren(...boxes);
  }, [others]);
  return <div class="stack" ref={place} />;
}

/** The pictures, then the features: each row has three answers, which 7, 8 and 9 give to the row with the cursor. */
function Rows({ controller, page, rows }: { controller: LeadController; page: LeadPage; rows: readonly Row[] }) {
  const draft = controller.draft.value;
  const judged = codes("feature").filter((name) => draft.features[name]).length;
  const list = (what: Row["what"]) =>
    rows.map(
      (row, index) => row.what === what && <RowLine key={index} controller={controller} page={page} row={row} index={index} />,
    );
  return (
    <>
      <fieldset>
        <legend class="label">
          {t("Can these pictures be compared?")} <Key name="Shift 7" /> <span class="q">{t("both are suitable")}</span>
        </legend>
        <div class="flist">{list("picture")}</div>
      </fieldset>
      <fieldset>
        <legend class="label">
          {t("Features")} <span class="q">{t("{n} of {all} judged", { n: judged, all: codes("feature").length })}</span>
        </legend>
        <div class="flist">{list("feature")}</div>
        <p class="q">
          <Key name="7" /> <Key name="8" /> <Key name="9" /> {t("left, middle, right answer")} · <Key name="Shift 9" />{" "}
          {t("the rest cannot be seen")}
        </p>
      </fieldset>
    </>
  );
}

function RowLine({ controller, page, row, index }: { controller: LeadController; page: LeadPage; row: Row; index: number }) {
  const draft = controller.draft.value;
  const side = row.what === "picture" ? page.sides[row.place] : null;
  const name = row.what === "feature" ? word("feature", row.name) : side ? sideName(side) : "";
  const given = row.what === "feature" ? draft.features[row.name] : draft.suitability[row.place];
  return (
    <div
      class="frow"
      id={`row-${index}`}
      role="group"
      aria-label={name}
      tabIndex={-1}
      data-cursor={controller.row.value === index ? "" : undefined}
      data-open={isAnswered(draft, row) ? undefined : ""}
    >
      <span class="fn q">{row.what === "feature" ? index - page.sides.length + 1 : ""}</span>
      <span>{name}</span>
      <span class="seg">
        {COLUMNS.map((column) => {
          const value = row.what === "feature" ? JUDGEMENTS[column] : SUITABILITIES[column];
          const label = row.what === "feature" ? word("judgement", value) : word("suitability", value);
          return (
            <button
              key={value}
              class="btn"
              type="button"
              aria-label={label}
              title={label}
              onMouseDown={keepFocus}
              aria-pressed={given === value}
              onClick={() => controller.answerRow(index, column)}
            >
              {row.what === "feature" ? JUDGEMENT_SIGN[JUDGEMENTS[column]] : SUITABILITY_SIGN[SUITABILITIES[column]]}
            </button>
          );
        })}
      </span>
    </div>
  );
}

/** The button that signs. Once it was tried and something is missing, the list of it stands here. */
function MissingBox({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const list = controller.triedToSign.value ? missing(page, controller.draft.value) : [];
  return (
    <>
      {list.length > 0 && (
        <div class="notice warn" role="alert" data-missing>
          <Icon name="warn" />
          <div class="stack">
            <b>{tn("Not signed. {n} thing is missing.", "Not signed. {n} things are missing.", list.length)}</b>
            <ol class="misslist">
              {list.map((each) => (
                <li key={each.text}>
                  <button class="link" type="button" onClick={() => controller.goTo(each)}>
                    {each.text}
                  </button>{" "}
                  {each.keys.map((key) => (
                    <Key key={key} name={key} />
                  ))}
                </li>
              ))}
            </ol>
          </div>
        </div>
      )}
      {controller.nudge.value && (
        <p class="low-t" role="status">
          {t("Why names none of the features. Sign again if that is what you mean.")}
        </p>
      )}
      <button type="submit" class="btn main" aria-disabled={controller.maySign ? undefined : "true"}>
        {list.length ? t("Go to the next that is missing") : t("Sign my opinion")} <Key name="Ctrl Enter" />
      </button>
    </>
  );
}
