/** The board's screen: filters, six columns, banners of the line. Keys move a cursor that is also the focus. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t, tn, word } from "../core/i18n";
import type { Card, Column } from "../shared/card";
import { Icon, Key } from "../shared/icon";
import { Banners } from "../shared/banners";
import { leadNumber } from "../shared/numbers";
import { CardView } from "./card";
import { type Filter, KINDS, NO_FILTER, type View, VIEWS } from "./filters";
import type { BoardController } from "./controller";
import { COLUMNS } from "./store";

const VIEW_WORDS: Record<View, () => string> = {
  all: () => t("All"),
  mine: () => t("Mine"),
  second: () => t("Second opinion wanted"),
  returned: () => t("Returned"),
};

/** Cards drawn at first and added each time the end of a column comes into sight. */
const STEP = 40;

export function BoardView({ controller, next }: { controller: BoardController; next: () => void }) {
  const columns = controller.shown.value;
  return (
    <>
      <Banners
        lostSince={controller.line.lostSince.value}
        zone={controller.facts.zone}
        retry={controller.line.retry}
        missed={controller.missed.value}
        dismiss={() => {
          controller.missed.value = null;
        }}
      />
      <Bar controller={controller} next={next} />
      <div class="coltabs" role="group" aria-label={t("Columns")}>
        {COLUMNS.map((column) => (
          <button
            key={column}
            class={`btn st-${column}`}
            type="button"
            aria-current={controller.column.value === column ? "true" : undefined}
            onClick={() => {
              controller.column.value = column;
            }}
          >
            <Icon name={column} />
            {word("lead_stage", column)} <span class="q">{columns[column].length}</span>
          </button>
        ))}
      </div>
      {controller.failure.value && !controller.loaded.value ? (
        <Failed controller={controller} />
      ) : (
        <Columns controller={controller} />
      )}
    </>
  );
}

function Failed({ controller }: { controller: BoardController }) {
  return (
    <div class="page">
      <div class="notice danger" role="alert">
        <Icon name="warn" />
        <div>
          <b>{t("The board could not be loaded.")}</b> {controller.failure.value}{" "}
          <button class="btn small" type="button" onClick={() => void controller.ask()}>
            {t("Try again")}
          </button>
        </div>
      </div>
    </div>
  );
}

function Bar({ controller, next }: { controller: BoardController; next: () => void }) {
  const filter = controller.filter.value;
  const views = controller.views.value;
  const set = (change: Partial<Filter>) => {
    controller.filter.value = { ...filter, ...change };
  };
  const counts = controller.state.value.counts;
  return (
    <div class="bar">
      <h1>{t("Leads")}</h1>
      <div class="tabs" role="group" aria-label={t("Views")}>
        {VIEWS.map((view) => (
          <button
            key={view}
            class="btn"
            type="button"
            aria-current={filter.view === view ? "true" : undefined}
            onClick={() => set({ view })}
          >
            {VIEW_WORDS[view]()} <span class="q">{views[view]}</span>
          </button>
        ))}
      </div>
      <span class="wide row">
        <select
          class="in auto"
          aria-label={t("Country")}
          value={filter.country}
          onChange={(e) => set({ country: e.currentTarget.value })}
        >
          <option value="">{t("Country")}</option>
          {controller.countries.value.map((country) => (
            <option key={country} value={country}>
              {country}
            </option>
          ))}
        </select>
        <select
          class="in auto"
          aria-label={t("Kind")}
          value={filter.kind}
          onChange={(e) => set({ kind: e.currentTarget.value as Filter["kind"] })}
        >
          <option value="">{t("Kind")}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {word("lead_kind", kind)}
            </option>
          ))}
        </select>
        <select
          class="in auto"
          aria-label={t("Priority")}
          value={String(filter.priority)}
          onChange={(e) => set({ priority: Number(e.currentTarget.value) as Filter["priority"] })}
        >
          <option value="0">{t("Priority")}</option>
          {[1, 2, 3].map((level) => (
            <option key={level} value={String(level)}>
              P{level}
            </option>
          ))}
        </select>
        {(filter.country || filter.kind || filter.priority > 0) && (
          <button class="btn quiet" type="button" onClick={() => set({ ...NO_FILTER, view: filter.view })}>
            {t("Clear")}
          </button>
        )}
      </span>
      <span class="push q nw row">
        <a href={`${controller.facts.base}/leads?stage=rejected`}>{t("{n} rejected", { n: counts.rejected ?? 0 })}</a>
        <a href={`${controller.facts.base}/leads?stage=parked`}>{t("{n} parked", { n: counts.parked ?? 0 })}</a>
        <a href={`${controller.facts.base}/leads?stage=closed`}>{t("{n} closed", { n: counts.closed ?? 0 })}</a>
      </span>
      <button class="btn push-phone" type="button" onClick={next} aria-keyshortcuts="N">
        {t("Next best lead")} <Key name="N" />
      </button>
    </div>
  );
}

function Columns({ controller }: { controller: BoardController }) {
  return (
    <div class="board">
      {COLUMNS.map((column) => (
        <ColumnView key={column} controller={controller} column={column} />
      ))}
    </div>
  );
}

function aside(column: Column, cards: readonly Card[], me: number): string {
  if (column === "open") return t("{n} urgent", { n: cards.filter((card) => card.priority === 1).length });
  if (column === "claimed") return t("{n} mine", { n: cards.filter((card) => card.holder?.id === me).length });
  if (column === "assessed")
    return tn("{n} needs another", "{n} need another", cards.filter((card) => card.opinions_wanted).length);
  if (column === "verified") return t("{n} unsent", { n: cards.filter((card) => !card.referrals.length).length });
  if (column === "referred")
    return t("{n} unanswered", { n: cards.filter((card) => card.referrals.at(-1)?.state === "sent").length });
  return t("{n} safe", { n: cards.filter((card) => card.outcome === "V5").length });
}

function ColumnView({ controller, column }: { controller: BoardController; column: Column }) {
  const cards = controller.shown.value[column];
  const [limit, setLimit] = useState(STEP);
  const end = useRef<HTMLLIElement>(null);
  const cursor = controller.cursor.value;
  const reach = Math.max(limit, cards.findIndex((card) => card.id === cursor) + 2);
  useEffect(() => {
    if (!end.current) return;
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) setLimit((now) => now + STEP);
    });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [limit, cards.length]);
  return (
    <section class="col" aria-labelledby={`c-${column}`} data-current={controller.column.value === column ? "" : undefined}>
      <header class={`col-head st-${column}`}>
        <Icon name={column} />
        <h2 id={`c-${column}`}>{word("lead_stage", column)}</h2>
        <span class="n">{cards.length}</span>
        <span class="sub">{aside(column, cards, controller.facts.me)}</span>
      </header>
      <ol class="cards" tabIndex={-1}>
        {!controller.loaded.value && <Skeleton />}
        {controller.loaded.value && !cards.length && <Nothing column={column} />}
        {cards.slice(0, reach).map((card) => (
          <CardView
            key={card.id}
            card={card}
            base={controller.facts.base}
            me={controller.facts.me}
            now={controller.now.value}
            cursor={card.id === cursor}
            claimable={controller.claimable(card)}
            busy={controller.claiming.value === card.id}
            offline={controller.offline}
            presence={controller.presence.value[card.id]}
            lost={controller.lost.value[card.id]}
            refused={controller.refused.value[card.id]}
            onClaim={claimIn(controller)}
            onPoint={pointIn(controller)}
          />
        ))}
        {cards.length > reach && (
          <li class="more" ref={end}>
            {t("{n} more", { n: cards.length - reach })}
          </li>
        )}
      </ol>
    </section>
  );
}

// One function per controller, so that a card is not drawn anew because its handler is.
const handlers = new WeakMap<BoardController, { claim: (card: Card) => void; point: (card: Card) => void }>();
function handlersOf(controller: BoardController) {
  let found = handlers.get(controller);
  if (!found) {
    found = {
      claim: (card) => void controller.claim(card),
      point: (card) => {
        controller.cursor.value = card.id;
      },
    };
    handlers.set(controller, found);
  }
  return found;
}
const claimIn = (controller: BoardController) => handlersOf(controller).claim;
const pointIn = (controller: BoardController) => handlersOf(controller).point;

/** Shown after 300 ms and never before: a short wait needs no picture of waiting. The delay is the style's. */
function Skeleton() {
  return (
    <>
      {[1, 2, 3].map((n) => (
        <li class="card late" key={n} aria-hidden="true">
          <span class="sk w6" />
          <div class="card-body">
            <span class="pair">
              <span class="sk sq" />
              <span class="sk sq" />
            </span>
            <span class="stack">
              <span class="sk w8" />
              <span class="sk w4" />
            </span>
          </div>
          <span class="sk w8" />
        </li>
      ))}
    </>
  );
}

const NOTHING: Record<Column, () => string> = {
  open: () => t("No lead waits to be claimed."),
  claimed: () => t("Nobody holds a lead."),
  assessed: () => t("No lead waits for another opinion."),
  verified: () => t("No verified lead waits to be sent."),
  referred: () => t("No referral is under way."),
  outcome: () => t("No outcome has been stated yet."),
};

function Nothing({ column }: { column: Column }) {
  return (
    <li class="void">
      <Icon name="none" />
      <p>{NOTHING[column]()}</p>
    </li>
  );
}

export function cardLabel(card: Card): string {
  return `${leadNumber(card.number)} ${word("lead_kind", card.kind)}`;
}
