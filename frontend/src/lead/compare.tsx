/** The comparison: two eye-aligned pictures side by side, over each other, with a curtain or in turn. */
import type { ComponentChildren } from "preact";
import { t } from "../core/i18n";
import { Hold, Tools } from "./compare-tools";
import type { Selector } from "../shared/box";
import { Pane } from "./pane";
import { sideName } from "./sides";
import { Sources } from "./sources";
import type { Drawing } from "./surface";
import type { Annotation, Side } from "./types";
import { type Choice, type Picture, pictureOf, type Viewer } from "./viewer";

interface CompareProps {
  sides: readonly [Side, Side];
  viewer: Viewer;
  annotations: readonly Annotation[];
  drawing: Drawing;
  children?: ComponentChildren;
}

interface AloneProps {
  side: Side;
  viewer: Viewer;
  selector: Selector | null;
  children?: ComponentChildren;
}

/** The two sides that are compared: the first, and the one that was chosen. Null where there are fewer. */
export function pairOf(sides: readonly Side[], chosen = 1): readonly [Side, Side] | null {
  const one = sides[0];
  const other = sides[chosen] ?? sides[1];
  return one && other ? [one, other] : null;
}

/** Of a lead with more than two sides: which one stands beside the first. */
export function Beside({ sides, chosen, choose }: { sides: readonly Side[]; chosen: number; choose: (place: number) => void }) {
  if (sides.length < 3) return null;
  return (
    <div class="row wrap">
      <span class="q2">{t("Beside {side}", { side: sides[0] ? sideName(sides[0]) : "" })}</span>
      <span class="seg" role="group" aria-label={t("Which side is compared")}>
        {sides.slice(1).map((side, place) => (
          <button class="btn" type="button" key={side.side} aria-pressed={chosen === place + 1} onClick={() => choose(place + 1)}>
            <bdi>{side.country}</bdi> <bdi>{sideName(side)}</bdi>
          </button>
        ))}
      </span>
    </div>
  );
}

/** The picture of a clue's one side, with the place that was marked in it. */
export function Alone({ side, viewer, selector, children }: AloneProps) {
  const picture = pictureOf(side, viewer.choices.value[0]);
  viewer.show([picture]);
  const sides: readonly [Side, Side] = [side, side];
  return (
    <section class="panel cmp" aria-label={t("Picture")}>
      <Tools viewer={viewer} both={false} alone />
      <div class="cmp-stage one">
        <Pane
          index={0}
          sides={sides}
          pictures={[picture, null]}
          viewer={viewer}
          annotations={[]}
          drawing={{ side: null, box: null, onBox: () => undefined }}
          selector={selector}
        />
        {picture && <Hold viewer={viewer} />}
      </div>
      {children}
    </section>
  );
}

export function Compare({ sides, viewer, annotations, drawing, children }: CompareProps) {
  const choices = viewer.choices.value;
  // A box is drawn in per cent of the picture that the mark belongs to: while one is drawn, that picture is shown.
  const choose = (index: 0 | 1): Choice => (drawing.side === sides[index].side ? "own" : choices[index]);
  const pictures: [Picture | null, Picture | null] = [pictureOf(sides[0], choose(0)), pictureOf(sides[1], choose(1))];
  const both = pictures[0] && pictures[1];
  const mode = both ? viewer.mode.value : "side";
  viewer.show(pictures);
  return (
    <section class="panel cmp" aria-label={t("Comparison")}>
      <Tools viewer={viewer} both={!!both} />
      <div class={mode === "side" ? "cmp-stage" : "cmp-stage one"}>
        {mode === "side" ? (
          sides.map((side, index) => (
            <Pane
              key={side.side}
              index={index as 0 | 1}
              sides={sides}
              pictures={pictures}
              viewer={viewer}
              annotations={annotations}
              drawing={drawing}
            />
          ))
        ) : (
          <Pane
            index={0}
            over={1}
            sides={sides}
            pictures={pictures}
            viewer={viewer}
            annotations={annotations}
            drawing={drawing}
          />
        )}
        {pictures.some(Boolean) && <Hold viewer={viewer} />}
      </div>
      <Sources sides={sides} viewer={viewer} />
      {children}
    </section>
  );
}
