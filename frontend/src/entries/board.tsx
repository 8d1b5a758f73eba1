/** The board's island: mounts on `<main data-island="board">` and registers its keys. */
import { render } from "preact";
import { nextBest } from "../board/store";
import { BoardController } from "../board/controller";
import { BoardView, cardLabel } from "../board/view";
import { COLUMNS } from "../board/store";
import { focusSoon } from "../core/focus";
import { t } from "../core/i18n";
import { register } from "../core/keys";
import { offerLeads } from "../page/palette";
import type { Card } from "../shared/card";
import { pageFacts } from "../shared/page-facts";

function start(mount: HTMLElement): void {
  const controller = new BoardController(pageFacts(mount));
  const at = (): Card | null => controller.current();

  function point(card: Card | undefined | null): void {
    if (!card) return;
    const column = COLUMNS.find((name) => controller.shown.value[name].includes(card));
    if (column) controller.column.value = column;
    controller.cursor.value = card.id;
    // The card is drawn in the next microtask; then its link takes the focus, and the browser brings it into sight. Of two keys
    // before the next frame the later one counts: the focus on the first card would move the cursor back to it.
    focusSoon(() => mount.querySelector<HTMLElement>(`[data-id="${controller.cursor.peek()}"] .card-id`)?.focus());
  }
  function move(columns: number, rows: number): void {
    const shown = controller.shown.value;
    const here = at();
    const from = COLUMNS.findIndex((name) => here && shown[name].includes(here));
    if (!here || from < 0) return point(COLUMNS.flatMap((name) => shown[name])[0]);
    const row = shown[COLUMNS[from] ?? "open"].indexOf(here);
    if (!columns) return point(shown[COLUMNS[from] ?? "open"][row + rows]);
    for (let to = from + columns; to >= 0 && to < COLUMNS.length; to += columns) {
      const cards = shown[COLUMNS[to] ?? "open"];
      if (cards.length) return point(cards[Math.min(row, cards.length - 1)]);
    }
  }
  const next = (): void => point(nextBest(controller.shown.value, controller.facts.country));
  const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
  const group = t("Board");
  const step = { views: true, repeats: true };
  register([
    { keys: ["j", "arrowdown"], label: t("Next card"), group, run: () => move(0, 1), ...step },
    { keys: ["k", "arrowup"], label: t("Card before"), group, run: () => move(0, -1), ...step },
    { keys: ["l", "arrowright"], label: t("Column to the right"), group, run: () => move(forwards, 0), ...step },
    { keys: ["h", "arrowleft"], label: t("Column to the left"), group, run: () => move(-forwards, 0), ...step },
    { keys: ["enter"], label: t("Open the lead"), group, run: () => withCard(at(), (card) => controller.open(card)) },
    {
      keys: ["c"],
      label: t("Claim the lead"),
      group,
      run: () => withCard(at(), (card) => void controller.claim(card)),
      when: () => !controller.offline,
    },
    {
      keys: ["s"],
      label: t("Open or close the stack"),
      group,
      run: () => withCard(at(), (card) => controller.toggleStack(card.id)),
      when: () => controller.stackOf(controller.current()?.id ?? "") !== null,
      views: true,
    },
    { keys: ["n"], label: t("Next best lead"), group, run: next, views: true },
    { keys: ["u"], label: t("Load what changed"), group, run: () => void controller.ask(), views: true },
  ]);
  offerLeads(() =>
    [...controller.state.value.cards.values()].map((card) => ({ label: cardLabel(card), run: () => controller.open(card) })),
  );
  render(<BoardView controller={controller} next={next} />, mount);
}

function withCard(card: Card | null, act: (card: Card) => void): void {
  if (card) act(card);
}

const mount = document.querySelector<HTMLElement>('[data-island="board"]');
if (mount) start(mount);
