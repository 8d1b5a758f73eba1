/** The island of a medium's page: mounts on `<main data-island="medium">` and registers its keys. */
import type { Signal } from "@preact/signals";
import { render } from "preact";
import { t } from "../core/i18n";
import { register } from "../core/keys";
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
    { keys: ["z"], label: t("Large"), group, run: flip(controller.large), views: true },
    { keys: ["g"], label: t("Grey"), group, run: flip(controller.grey), views: true },
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
      run: () => void controller.grades.undo(),
      when: () => !!controller.grades.done.peek()?.act,
    },
    { keys: ["b"], label: t("Back to the material"), group, run: () => controller.back(), views: true },
  ]);
  holdSpace(controller.lifting, () => controller.id);
  render(<MediumScreen controller={controller} />, mount);
}

const mount = document.querySelector<HTMLElement>('[data-island="medium"]');
if (mount) start(mount);
