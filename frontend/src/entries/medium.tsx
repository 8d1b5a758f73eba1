/** The island of a medium's page: mounts on `<main data-island="medium">` and registers its keys. */
import type { Signal } from "@preact/signals";
import { render } from "preact";
import { t } from "../core/i18n";
import { type Binding, register } from "../core/keys";
import { MediumController } from "../medium/controller";
import { MediumScreen } from "../medium/screen";
import { holdSpace } from "../shared/hold-space";
import { categoryOf, DIGITS } from "../shared/grading";
import { pageFacts } from "../shared/page-facts";

function start(mount: HTMLElement): void {
  const controller = new MediumController(pageFacts(mount), mount.dataset.medium ?? "");
  const group = t("Medium");
  const flip = (on: Signal<boolean>) => () => {
    on.value = !on.peek();
  };
  register([
    { keys: [" "], label: t("Hold to see the picture"), group, run: () => undefined, passive: true },
    { keys: ["m"], label: t("Box every face"), group, run: flip(controller.boxes), views: true },
    { keys: ["g"], label: t("Grey"), group, run: flip(controller.grey), views: true },
    {
      keys: ["v"],
      label: t("The photo, or the video inside"),
      group,
      run: () => controller.showInner(!controller.inner.peek()),
      when: () => controller.hasInner,
      views: true,
    },
    ...DIGITS.map((digit) => ({
      keys: [String(digit)],
      label: t("Grade {n} by your country's table", { n: digit }),
      group,
      run: () => controller.grades.press(digit),
      when: () => !!categoryOf(controller.grades.grading.peek(), { country: controller.facts.country, number: digit }),
    })),
    {
      keys: ["u"],
      label: t("Undo the last grade"),
      group,
      run: () => controller.grades.undo(),
      when: () => controller.grades.mayUndo,
    },
    ...zoomKeys(controller),
    ...filmKeys(controller),
    { keys: ["b"], label: t("Back to the material"), group, run: () => controller.back(), views: true },
  ]);
  holdSpace(
    () => controller.lifting,
    () => controller.liftable,
  );
  render(<MediumScreen controller={controller} />, mount);
}

/** A picture's: nearer, farther away, and where to. */
function zoomKeys(controller: MediumController): Binding[] {
  const { zoom } = controller;
  const shown = () => controller.showsPicture && (controller.page.peek()?.has_picture ?? false);
  const key = (keys: string[], label: string, run: () => void, when: () => boolean, repeats = true): Binding => ({
    keys,
    label,
    group: t("Picture"),
    run,
    when,
    repeats,
    views: true,
  });
  const move = (keys: string[], label: string, across: number, down: number) =>
    key(
      keys,
      label,
      () => zoom.move(across, down),
      () => shown() && zoom.part.peek() !== null,
    );
  return [
    key(["z"], t("Own pixels, or all of it"), () => zoom.toggle(), shown, false),
    key(["+", "="], t("Nearer"), () => zoom.step(1), shown),
    key(["-"], t("Farther away"), () => zoom.step(-1), shown),
    move(["arrowleft"], t("To the left"), -0.2, 0),
    move(["arrowright"], t("To the right"), 0.2, 0),
    move(["arrowup"], t("Upwards"), 0, -0.2),
    move(["arrowdown"], t("Downwards"), 0, 0.2),
  ];
}

/** A video's: as players on the web have them. */
function filmKeys(controller: MediumController): Binding[] {
  const { film } = controller;
  const group = t("Video");
  const plays = () => controller.isVideo && film.copy.value !== null;
  const key = (keys: string[], label: string, run: () => void, more: Partial<Binding> = {}): Binding => ({
    keys,
    label,
    group,
    run,
    views: true,
    when: plays,
    ...more,
  });
  return [
    key(["k"], t("Play or pause"), () => (plays() ? film.toggle() : film.askFirst()), {
      when: () => controller.isVideo,
      views: false,
    }),
    key(["j"], t("Five seconds back"), () => film.jump(-1), { repeats: true }),
    key(["l"], t("Five seconds on"), () => film.jump(1), { repeats: true }),
    key([",", "arrowleft"], t("One picture back"), () => film.step(-1), { repeats: true }),
    key([".", "arrowright"], t("One picture on"), () => film.step(1), { repeats: true }),
    key(["-"], t("Slower"), () => film.hurry(-1)),
    key(["+", "="], t("Faster"), () => film.hurry(1)),
    key(["["], t("Cut before"), () => controller.nextCut(-1)),
    key(["]"], t("Next cut"), () => controller.nextCut(1)),
    key(["n"], t("Next best face"), () => controller.nextFace()),
    key(["i"], t("Mark from here"), () => film.mark("from")),
    key(["o"], t("Mark to here"), () => film.mark("to")),
    key(["t"], t("Take this picture out as a still"), () => film.takeStill(), { views: false }),
  ];
}

const mount = document.querySelector<HTMLElement>('[data-island="medium"]');
if (mount) start(mount);
