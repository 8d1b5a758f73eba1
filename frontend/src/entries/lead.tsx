/** The lead's island: mounts on `<main data-island="lead">` and registers its keys. */
import { effect, type Signal, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { nextLead } from "../board/next-lead";
import { t } from "../core/i18n";
import { isComposing, isWriting, openLayer, register, singleKeysOff } from "../core/keys";
import { fillScreen } from "../lead/compare-tools";
import { LeadController } from "../lead/controller";
import { type Marking, markingOf, stopMarking } from "../lead/mark-form";
import { LeadScreen } from "../lead/screen";
import type { Opinion } from "../lead/types";
import { Viewer } from "../lead/viewer";
import { opinionWord } from "../lead/scale";
import { whenDraftsCome } from "../shared/keeping";
import { pageFacts } from "../shared/page-facts";

function start(mount: HTMLElement): void {
  const controller = new LeadController(pageFacts(mount), nextLead);
  const viewer = new Viewer((pictures) => controller.looked(pictures));
  const marking: Signal<Marking | null> = signal(null);
  const may = (action: "claim_lead" | "release_lead" | "hand_over_lead" | "assess_lead") => (): boolean =>
    !controller.offline.value && (controller.page.value?.permissions[action] ?? false);
  const flip = (toggle: Signal<boolean>) => (): void => {
    toggle.value = !toggle.value;
  };
  /** The opinion's keys act while its form is on the screen. */
  const mayJudge = (): boolean => may("assess_lead")() && !controller.page.value?.my_assessment;
  const step = { views: true, repeats: true };
  const claims = t("The claim");
  const pictures = t("The pictures");
  const opinions = t("The opinion");
  register([
    { keys: ["c"], label: t("Claim the lead"), group: claims, run: () => void controller.claim(), when: may("claim_lead") },
    { keys: ["r"], label: t("Release the lead"), group: claims, run: () => void controller.release(), when: may("release_lead") },
    { keys: ["h"], label: t("Hand over"), group: claims, run: openHandOver, when: may("hand_over_lead") },
    {
      keys: ["k"],
      label: t("Keep the lead: renew the claim"),
      group: claims,
      run: () => void controller.renew(),
      when: may("release_lead"),
    },
    { keys: [" "], label: t("Hold to see both pictures"), group: pictures, run: () => void viewer.lift(), passive: true },
    { keys: ["v"], label: t("Next way to compare"), group: pictures, run: () => viewer.nextMode(), views: true },
    { keys: ["+", "="], label: t("Larger"), group: pictures, run: () => viewer.zoom(1), ...step },
    { keys: ["-"], label: t("Smaller"), group: pictures, run: () => viewer.zoom(-1), ...step },
    { keys: ["0"], label: t("Reset the view"), group: pictures, run: () => viewer.reset(), views: true },
    { keys: ["l"], label: t("Link the two views"), group: pictures, run: flip(viewer.linked), views: true },
    { keys: ["z"], label: t("Full screen"), group: pictures, run: () => void fillScreen(), views: true },
    { keys: ["t"], label: t("Turn by 5 degrees"), group: pictures, run: () => viewer.turn(), ...step },
    { keys: ["f"], label: t("Mirror"), group: pictures, run: () => viewer.flip(), views: true },
    { keys: ["m"], label: t("Eye line"), group: pictures, run: flip(viewer.eyeLine), views: true },
    { keys: ["g"], label: t("Grey"), group: pictures, run: flip(viewer.grey), views: true },
    {
      keys: ["o"],
      label: t("Whole picture, and back to the face"),
      group: pictures,
      run: () => viewer.toggleWhole(viewer.active.peek()),
      views: true,
    },
    ...([1, 2, 3, 4, 5] as Opinion[]).map((opinion) => ({
      keys: [String(opinion)],
      // Asked for when the sheet of keys opens: the words are those of the lead's kind.
      get label() {
        return opinionWord(opinion, controller.page.peek());
      },
      group: opinions,
      run: () => controller.opine(opinion),
      when: mayJudge,
    })),
    ...([0, 1, 2] as const).map((column) => ({
      keys: [String(7 + column)],
      label: [t("Left answer of the row"), t("Middle answer of the row"), t("Right answer of the row")][column] ?? "",
      group: opinions,
      run: () => controller.answerRow(controller.row.peek(), column),
      when: mayJudge,
    })),
    {
      keys: ["shift+7"],
      label: t("Both pictures are suitable"),
      group: opinions,
      run: () => controller.bothSuitable(),
      when: mayJudge,
    },
    {
      keys: ["shift+9"],
      label: t("The rest cannot be seen"),
      group: opinions,
      run: () => controller.restUnseen(),
      when: mayJudge,
    },
    {
      keys: ["arrowup"],
      label: t("Row before"),
      group: opinions,
      run: () => controller.moveRow(controller.row.peek() - 1),
      repeats: true,
      when: mayJudge,
    },
    {
      keys: ["arrowdown"],
      label: t("Next row"),
      group: opinions,
      run: () => controller.moveRow(controller.row.peek() + 1),
      repeats: true,
      when: mayJudge,
    },
    {
      keys: ["w"],
      label: t("Why; Esc leaves it"),
      group: opinions,
      run: () => document.getElementById("why")?.focus(),
      when: mayJudge,
    },
    {
      keys: ["escape"],
      label: t("Leave Why"),
      group: opinions,
      run: () => document.getElementById("why")?.blur(),
      when: () => document.activeElement?.id === "why",
    },
    { keys: ["n"], label: t("Next lead"), group: claims, run: () => void controller.next() },
    {
      keys: ["mod+enter"],
      label: t("Sign my opinion"),
      group: opinions,
      run: () => void controller.sign(),
      when: mayJudge,
    },
    {
      keys: ["u"],
      label: t("Undo my opinion"),
      group: opinions,
      run: () => void controller.takeBack(),
      when: () => controller.undoLeft.value > 0,
    },
    {
      keys: ["b"],
      label: t("Back to the board"),
      group: claims,
      run: () => controller.back(),
    },
    {
      keys: ["escape"],
      label: t("Stop marking"),
      group: pictures,
      run: () => undefined,
      passive: true,
    },
  ]);
  lieOnTop(marking);
  whenDraftsCome((found) => {
    const open = () => {
      const page = controller.page.peek();
      if (!page || marking.peek()) return;
      marking.value = found.map((draft) => markingOf(draft.form, page)).find(Boolean) ?? null;
    };
    const stop = effect(() => {
      if (controller.page.value) queueMicrotask(() => stop());
      untracked(open);
    });
  });
  holdSpace(viewer);
  render(<LeadScreen controller={controller} viewer={viewer} marking={marking} />, mount);
}

/** While something is being marked, Escape stops that before anything else. */
function lieOnTop(marking: Signal<Marking | null>): void {
  let leave: (() => void) | null = null;
  effect(() => {
    if ((marking.value !== null) === (leave !== null)) return;
    leave?.();
    leave = marking.value === null ? null : openLayer(() => stopMarking(marking));
  });
}

function openHandOver(): void {
  const menu = document.getElementById("hand-over");
  if (!(menu instanceof HTMLDetailsElement)) return;
  menu.open = true;
  menu.querySelector("select")?.focus();
}

/** Space is held, not pressed: its two ends are heard apart from the registry. */
function holdSpace(viewer: Viewer): void {
  const takesSpace = (target: EventTarget | null): boolean =>
    isWriting(target) ||
    // A radio that is already chosen has no use for Space.
    (target instanceof HTMLInputElement && !(target.type === "radio" && target.checked)) ||
    (target instanceof HTMLElement && (target.matches("summary, a") || (target.matches("button") && !target.closest(".hold"))));
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || isComposing(event) || takesSpace(event.target) || singleKeysOff()) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (!event.repeat) void viewer.lift();
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && !viewer.lasting.value) viewer.veil();
  });
}

const mount = document.querySelector<HTMLElement>('[data-island="lead"]');
if (mount) start(mount);
