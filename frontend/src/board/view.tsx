/** The board's screen: its bar, six columns, banners of the line. Keys move a cursor that is also the focus. */
import { t, tn, word } from "../core/i18n";
import type { Card, Column } from "../shared/card";
import { Icon } from "../shared/icon";
import { Banners } from "../shared/banners";
import { leadNumber } from "../shared/numbers";
import { Bar } from "./bar";
import { CardView } from "./card";
import type { BoardController } from "./controller";
import { isNarrowed } from "./filters";
import { COLUMNS } from "./store";
import { Space } from "../shared/space";
import { useWindow } from "../shared/window";

export function BoardView({ controller, next }: { controller: BoardController; next: () => void }) {
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
            {word("lead_stage", column)} <span class="q">{countOf(controller, column)}</span>
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
  const { rest } = controller.state.value;
  const words = aside(column, controller.columns.value[column], controller.facts.me);
  const waits = !controller.loaded.value || (!cards.length && rest !== null);
  return (
    <section class="col" aria-labelledby={`c-${column}`} data-current={controller.column.value === column ? "" : undefined}>
      <header class={`col-head st-${column}`}>
        <Icon name={column} />
        <h2 id={`c-${column}`}>{word("lead_stage", column)}</h2>
        <span class="n">{countOf(controller, column)}</span>
        <span class="sub" title={rest ? undefined : words}>
          {!rest && words}
        </span>
      </header>
      {cards.length ? (
        <CardList controller={controller} cards={cards} />
      ) : (
        <ol class="cards" tabIndex={-1}>
          {waits ? <Skeleton /> : <Nothing column={column} isNarrowed={isNarrowed(controller.filter.value)} />}
        </ol>
      )}
    </section>
  );
}

/** How many cards a column has; while some are still to come, how many the server counted, or that nobody knows yet. */
function countOf(controller: BoardController, column: Column): string {
  const held = controller.columns.value[column].length;
  const { rest } = controller.state.value;
  if (!rest) return String(held);
  return isNarrowed(controller.filter.value) ? `${held}…` : String(Math.max(held, rest.columns[column] ?? 0));
}

/** How high a card is until it was measured. */
const ESTIMATED_PX = 106;

/** The cards of a column: those in sight and some on either side are in the document, with empty space for all others. */
function CardList({ controller, cards }: { controller: BoardController; cards: readonly Card[] }) {
  const cursor = controller.cursor.value;
  const list = useWindow(cards, cursor, ESTIMATED_PX);
  const isWhole = !controller.state.value.rest;
  const here = list.pieces.filter((piece) => piece.item).length;
  return (
    <ol class="cards" tabIndex={-1} ref={list.scroller}>
      {here < cards.length && (
        <li class="print-only">{t("{n} of {all} leads stand on this sheet.", { n: here, all: cards.length })}</li>
      )}
      {list.pieces.map((piece) => {
        if (piece.item === undefined) return <Space key={`space ${piece.at}`} height={piece.height} />;
        const found = controller.stackOf(piece.item.id);
        const stack = found?.id === piece.item.id ? found.stack : null;
        return (
          <CardView
            key={piece.item.id}
            card={piece.item}
            index={piece.at}
            of={cards.length}
            measure={list.measure}
            base={controller.facts.base}
            me={controller.facts.me}
            now={controller.now.value}
            cursor={piece.item.id === cursor}
            claimable={controller.claimable(piece.item)}
            busy={controller.claiming.value === piece.item.id}
            offline={controller.offline}
            presence={controller.presence.value[piece.item.id]}
            told={controller.told.value[piece.item.id]}
            onClaim={claimIn(controller)}
            onPoint={pointIn(controller)}
            more={stack ? stack.more.length : 0}
            isWhole={isWhole}
            onEntry={stack?.onEntry ?? false}
            isOpen={stack?.isOpen ?? false}
            isInside={found !== null && !stack}
            onStack={stackIn(controller)}
          />
        );
      })}
    </ol>
  );
}

// One function per controller, so that a card is not drawn anew because its handler is.
const handlers = new WeakMap<
  BoardController,
  { claim: (card: Card) => void; point: (card: Card) => void; stack: (card: Card) => void }
>();
function handlersOf(controller: BoardController) {
  let found = handlers.get(controller);
  if (!found) {
    found = {
      claim: (card) => void controller.claim(card),
      point: (card) => {
        controller.cursor.value = card.id;
      },
      stack: (card) => controller.toggleStack(card.id),
    };
    handlers.set(controller, found);
  }
  return found;
}
const claimIn = (controller: BoardController) => handlersOf(controller).claim;
const stackIn = (controller: BoardController) => handlersOf(controller).stack;
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

function Nothing({ column, isNarrowed }: { column: Column; isNarrowed: boolean }) {
  return (
    <li class="void">
      <Icon name="none" />
      <p>{isNarrowed ? t("No lead here in this view and under these filters.") : NOTHING[column]()}</p>
    </li>
  );
}

export function cardLabel(card: Card): string {
  return `${leadNumber(card.number)} ${word("lead_kind", card.kind)}`;
}
