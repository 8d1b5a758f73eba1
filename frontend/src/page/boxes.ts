/**
 * Boxes drawn over a veiled picture of a page: one crop, and any number of masks. They go into the form's hidden fields, in per
 * cent of the picture's sides.
 *
 * `<div data-boxes>` holds `<img>` and `<svg>` over it. The form's `[data-box=crop]` gets a W3C FragmentSelector, `[data-box=masks]` a list
 * of `[x, y, w, h]`. Buttons: `[data-tool=crop|mask]` says what is drawn next, `[data-boxes-undo]` takes the last mask away. The pointer
 * draws; arrow keys move the box that was drawn last, with Shift its size; Delete takes it away.
 */
import { t } from "../core/i18n";
import { type Box, between, boxOf, inside, selectorOf } from "../shared/box";

type Tool = "crop" | "mask";
export interface Drawn {
  crop: Box | null;
  masks: readonly Box[];
}

const NEW_BOX: Box = { x: 40, y: 40, w: 20, h: 20 };
const STEP = 1;
const SVG = "http://www.w3.org/2000/svg";

/** The drawn boxes with another one in the place of the active one: the crop, or the last mask. */
export function withBox(drawn: Drawn, tool: Tool, box: Box, isNew: boolean): Drawn {
  if (tool === "crop") return { ...drawn, crop: box };
  return { ...drawn, masks: [...(isNew ? drawn.masks : drawn.masks.slice(0, -1)), box] };
}

/** Without the crop, or without the last mask. */
export function withoutBox(drawn: Drawn, tool: Tool): Drawn {
  return tool === "crop" ? { ...drawn, crop: null } : { ...drawn, masks: drawn.masks.slice(0, -1) };
}

/** A box that was moved by an arrow key, or with Shift made larger or smaller; null for another key. */
export function nudged(box: Box, key: string, isSize: boolean): Box | null {
  const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[key];
  if (!step) return null;
  const [dx = 0, dy = 0] = step;
  return inside(isSize ? { ...box, w: box.w + dx, h: box.h + dy } : { ...box, x: box.x + dx, y: box.y + dy });
}

export function startBoxes(): void {
  for (const frame of document.querySelectorAll<HTMLElement>("[data-boxes]")) begin(frame);
}

function begin(frame: HTMLElement): void {
  const surface = frame.querySelector("svg");
  const form = frame.closest("form");
  if (!surface || !form) return;
  const cropField = form.querySelector<HTMLInputElement>("[data-box=crop]");
  const masksField = form.querySelector<HTMLInputElement>("[data-box=masks]");
  const tools = form.querySelectorAll<HTMLElement>("[data-tool]");
  let drawn: Drawn = read(cropField, masksField);
  let tool: Tool = cropField && !drawn.crop ? "crop" : masksField ? "mask" : "crop";

  function show(next: Drawn): void {
    drawn = next;
    if (cropField) cropField.value = drawn.crop ? JSON.stringify(selectorOf(drawn.crop)) : "";
    if (masksField)
      masksField.value = JSON.stringify(drawn.masks.map(({ x, y, w, h }) => [x, y, w, h].map((v) => Number(v.toFixed(2)))));
    surface?.replaceChildren(
      ...(drawn.crop ? [rectangle(drawn.crop, "crop")] : []),
      ...drawn.masks.map((mask) => rectangle(mask, "mask")),
    );
    const count = form?.querySelector("[data-masks-count]");
    if (count) count.textContent = String(drawn.masks.length);
  }
  function choose(next: Tool): void {
    tool = next;
    for (const button of tools) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
  }
  let from: { x: number; y: number } | null = null;
  let isNew = true;
  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    surface.focus();
    surface.setPointerCapture(event.pointerId);
    from = placeOf(surface, event);
    isNew = true;
  });
  surface.addEventListener("pointermove", (event) => {
    if (!from) return;
    const box = between(from, placeOf(surface, event));
    if (box.w < STEP && box.h < STEP && isNew) return;
    show(withBox(drawn, tool, inside(box), isNew));
    isNew = false;
  });
  surface.addEventListener("pointerup", () => {
    if (from && !isNew && tool === "crop" && masksField) choose("mask");
    from = null;
  });
  surface.addEventListener("pointercancel", () => {
    from = null;
  });
  surface.addEventListener("keydown", (event) => {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      show(withoutBox(drawn, tool));
      return;
    }
    const last = tool === "crop" ? drawn.crop : drawn.masks.at(-1);
    const next = nudged(last ?? NEW_BOX, event.key, event.shiftKey);
    if (!next) return;
    event.preventDefault();
    show(withBox(drawn, tool, last ? next : NEW_BOX, !last));
  });
  for (const button of tools) button.addEventListener("click", () => choose(button.dataset.tool === "mask" ? "mask" : "crop"));
  form.querySelector("[data-boxes-undo]")?.addEventListener("click", () => show(withoutBox(drawn, "mask")));
  form.querySelector("[data-boxes-another]")?.addEventListener("click", () => {
    choose("mask");
    show(withBox(drawn, "mask", NEW_BOX, true));
    surface.focus();
  });
  choose(tool);
  show(drawn);
}

/** What the form's fields hold already. */
function read(crop: HTMLInputElement | null, masks: HTMLInputElement | null): Drawn {
  const boxes = masks?.value ? (JSON.parse(masks.value) as [number, number, number, number][]) : [];
  return {
    crop: crop?.value ? boxOf(JSON.parse(crop.value) as Parameters<typeof boxOf>[0]) : null,
    masks: boxes.map(([x, y, w, h]) => ({ x, y, w, h })),
  };
}

/** The pointer in per cent of the picture's sides. */
function placeOf(surface: SVGSVGElement, event: PointerEvent): { x: number; y: number } {
  const { left, top, width, height } = surface.getBoundingClientRect();
  return { x: (100 * (event.clientX - left)) / width, y: (100 * (event.clientY - top)) / height };
}

function rectangle({ x, y, w, h }: Box, kind: Tool): SVGElement {
  const box = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width: w, height: h })) box.setAttribute(name, String(value));
  box.setAttribute("class", `box-${kind}`);
  box.append(document.createElementNS(SVG, "title"));
  if (box.firstChild) box.firstChild.textContent = kind === "mask" ? t("Mask") : t("Chosen part");
  return box;
}
