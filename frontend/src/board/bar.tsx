/** The bar over the columns: views, filters, the leads that stand in no column, and the lead to take next. */
import { t, word } from "../core/i18n";
import { Choice } from "../shared/choice";
import { Key } from "../shared/icon";
import type { BoardController } from "./controller";
import { type Filter, KINDS, NO_FILTER, type View, VIEWS } from "./filters";

const VIEW_WORDS: Record<View, () => string> = {
  all: () => t("All"),
  mine: () => t("Mine"),
  second: () => t("Second opinion wanted"),
  returned: () => t("Returned"),
};

type Change = (change: Partial<Filter>) => void;

export function Bar({ controller, next }: { controller: BoardController; next: () => void }) {
  const set: Change = (change) => {
    controller.filter.value = { ...controller.filter.value, ...change };
  };
  return (
    <div class="bar">
      <h1>{t("Leads")}</h1>
      <Views controller={controller} set={set} />
      <Filters controller={controller} set={set} />
      <OffBoard controller={controller} />
      <button class="btn push-phone" type="button" onClick={next} aria-keyshortcuts="N">
        {t("Next best lead")} <Key name="N" />
      </button>
    </div>
  );
}

function Views({ controller, set }: { controller: BoardController; set: Change }) {
  const views = controller.views.value;
  return (
    <div class="tabs" role="group" aria-label={t("Views")}>
      {VIEWS.map((view) => (
        <button
          key={view}
          class="btn"
          type="button"
          aria-current={controller.filter.value.view === view ? "true" : undefined}
          onClick={() => set({ view })}
        >
          {VIEW_WORDS[view]()} <span class="q">{views ? views[view] : "…"}</span>
        </button>
      ))}
    </div>
  );
}

function Filters({ controller, set }: { controller: BoardController; set: Change }) {
  const { view, country, kind, priority } = controller.filter.value;
  return (
    <span class="wide row">
      <Choice
        narrow
        label={t("Country")}
        none={t("Country")}
        options={controller.countries.value.map((code) => [code, code])}
        value={country}
        choose={(chosen) => set({ country: chosen })}
      />
      <Choice
        narrow
        label={t("Kind")}
        none={t("Kind")}
        options={KINDS.map((code) => [code, word("lead_kind", code)])}
        value={kind}
        choose={(chosen) => set({ kind: chosen as Filter["kind"] })}
      />
      <Choice
        narrow
        label={t("Priority")}
        none={t("Priority")}
        options={["1", "2", "3"].map((level) => [level, `P${level}`])}
        value={priority ? String(priority) : ""}
        choose={(chosen) => set({ priority: Number(chosen) as Filter["priority"] })}
      />
      {(country || kind || priority > 0) && (
        <button class="btn quiet" type="button" onClick={() => set({ ...NO_FILTER, view })}>
          {t("Clear")}
        </button>
      )}
    </span>
  );
}

function OffBoard({ controller }: { controller: BoardController }) {
  const { base } = controller.facts;
  const counts = controller.state.value.counts;
  return (
    <span class="push q nw row wrap">
      <a href={`${base}/series`}>{t("Series")}</a>
      <a href={`${base}/clues`}>{t("Clues")}</a>
      <a href={`${base}/cards`}>{t("Clue cards")}</a>
      <a href={`${base}/map`}>{t("Map")}</a>
      <a href={`${base}/leads?stage=rejected`}>{t("{n} rejected", { n: counts.rejected ?? 0 })}</a>
      <a href={`${base}/leads?stage=parked`}>{t("{n} set aside", { n: counts.parked ?? 0 })}</a>
      {(counts.withdrawn ?? 0) > 0 && (
        <a href={`${base}/leads?stage=withdrawn`}>{t("{n} withdrawn", { n: counts.withdrawn ?? 0 })}</a>
      )}
      <a href={`${base}/leads?stage=closed`}>{t("{n} closed", { n: counts.closed ?? 0 })}</a>
    </span>
  );
}
