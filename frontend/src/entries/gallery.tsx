/** The gallery's island: mounts on `<main data-island="gallery">` and registers its keys. */
import { options, render } from "preact";
import { focusSoon } from "../core/focus";
import { t, word } from "../core/i18n";
import { register } from "../core/keys";
import { GalleryController, MARKS } from "../gallery/controller";
import { GalleryView } from "../gallery/view";
import { holdSpace } from "../shared/hold-space";
import { categoryOf, DIGITS } from "../shared/grading";
import { pageFacts } from "../shared/page-facts";

let waiting: (() => void) | null = null;

/** Draw what has changed, if it was not drawn yet. */
function drawNow(): void {
  const draw = waiting;
  waiting = null;
  draw?.();
}

/** All that changes before a frame is drawn is drawn once: a key that is held never runs ahead of the screen. */
function drawByFrames(): void {
  options.debounceRendering = (draw) => {
    waiting = draw;
    if (document.hidden) setTimeout(drawNow);
    else requestAnimationFrame(drawNow);
  };
}

function start(mount: HTMLElement): void {
  drawByFrames();
  const controller = new GalleryController(pageFacts(mount));
  const forwards = document.documentElement.dir === "rtl" ? -1 : 1;
  const group = t("Material");
  // The tile is drawn in the next frame at the latest; then its link takes the focus. A focus by itself would bring it to the
  // middle: half a screen of rows to draw at once, and the eye has to find its place again.
  controller.follow = () =>
    focusSoon(() => {
      const link = document.getElementById(`tile ${controller.cursor.peek()}`);
      link?.focus({ preventScroll: true });
      link?.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
      // The browser tells of the scroll in the next frame; told now, the rows that come into sight are drawn in this one.
      link?.closest(".gal-scroll")?.dispatchEvent(new Event("scroll"));
      drawNow();
    });
  const move = (across: number, down: number): void => {
    controller.move(across, down);
    controller.follow();
  };
  const choose = (across: number, down: number): void => {
    controller.chooseOn(across, down);
    controller.follow();
  };
  // Whoever leaves before all is stored is asked.
  window.addEventListener("beforeunload", (event) => {
    if (controller.unsent.peek()) event.preventDefault();
  });
  const step = { views: true, repeats: true };
  register([
    { keys: ["arrowright", "l"], label: t("Next tile"), group, run: () => move(forwards, 0), ...step },
    { keys: ["arrowleft", "h"], label: t("Tile before"), group, run: () => move(-forwards, 0), ...step },
    { keys: ["arrowdown", "j"], label: t("Tile below"), group, run: () => move(0, 1), ...step },
    { keys: ["arrowup", "k"], label: t("Tile above"), group, run: () => move(0, -1), ...step },
    { keys: [" "], label: t("Hold to see the picture"), group, run: () => undefined, passive: true },
    {
      keys: ["enter"],
      label: t("Open the page of the medium"),
      group,
      run: () => controller.inTurn(() => open(controller)),
      views: true,
    },
    {
      keys: ["o"],
      label: t("Open or close the stack"),
      group,
      run: () => controller.toggleStack(controller.current()),
      views: true,
    },
    { keys: ["e"], label: t("Show or fold away what was seen"), group, run: () => controller.toggleFold(), views: true },
    {
      keys: ["x"],
      label: t("Choose the tile, or not"),
      group,
      run: () =>
        controller.inTurn(() => {
          const tile = controller.current();
          if (tile) controller.choose(tile.id);
        }),
      views: true,
    },
    { keys: ["shift+arrowright"], label: t("Choose on to the next tile"), group, run: () => choose(forwards, 0), ...step },
    { keys: ["shift+arrowleft"], label: t("Choose on to the tile before"), group, run: () => choose(-forwards, 0), ...step },
    { keys: ["shift+arrowdown"], label: t("Choose on to the tile below"), group, run: () => choose(0, 1), ...step },
    { keys: ["shift+arrowup"], label: t("Choose on to the tile above"), group, run: () => choose(0, -1), ...step },
    ...MARKS.map((mark, at) => ({
      keys: [String(at + 1)],
      label: t("Mark as «{mark}»", { mark: word("media_mark", mark) }),
      group,
      run: () => controller.press(mark),
    })),
    ...DIGITS.map((digit) => ({
      keys: [`shift+${digit}`],
      label: t("Grade {n} by your country's table", { n: digit }),
      group,
      run: () => controller.pressDigit(digit),
      when: () => !!categoryOf(controller.grading.peek(), { country: controller.facts.country, number: digit }),
    })),
    {
      keys: ["f"],
      label: t("Give the faces of the chosen media to a person"),
      group,
      run: () => controller.pressGive(),
      when: () => controller.touched().some((tile) => tile.own_persons.length > 0),
    },
    {
      keys: ["u"],
      label: t("Undo the last press"),
      group,
      run: () => controller.undo(),
      when: () => controller.mayUndo,
    },
    {
      keys: ["escape"],
      label: t("Choose none"),
      group,
      run: () => controller.inTurn(() => controller.setChosen(new Set())),
      when: () => controller.chosen.peek().size > 0,
    },
    { keys: ["-"], label: t("Smaller tiles"), group, run: () => controller.resize(-1), views: true },
    { keys: ["+", "="], label: t("Larger tiles"), group, run: () => controller.resize(1), views: true },
    { keys: ["/"], label: t("Filter"), group, run: () => document.getElementById("facets")?.focus(), views: true },
  ]);
  holdSpace(
    () => controller.lifting,
    () => controller.current()?.id ?? "",
  );
  render(<GalleryView controller={controller} />, mount);
}

/** Enter says yes to what is shown, and otherwise opens the page. */
function open(controller: GalleryController): void {
  if (controller.plan.peek()) return controller.carryOut();
  const tile = controller.current();
  if (tile) controller.openWhenSent(tile.id);
}

const mount = document.querySelector<HTMLElement>('[data-island="gallery"]');
if (mount) start(mount);
