/** One picture of the comparison with what lies over it: the other picture, marks, the line of the eyes. Drawn by SVG attributes alone. */
import { useEffect, useState } from "preact/hooks";
import { t, tn } from "../core/i18n";
import { Icon } from "../shared/icon";
import { faceBox, boxOf, onSurface, type Selector } from "../shared/box";
import { sideName } from "./sides";
import { type Drawing, Surface } from "./surface";
import type { Annotation, Side } from "./types";
import { type Picture, type Placement, pictureOf, transformOf, type Viewer } from "./viewer";

/** Where workspace/analysis/derivatives.py puts the eyes of an aligned crop, in per cent of its sides. */
const EYE_LINE = 42;
const EYES = [36.5, 63.5];
const BLINK_MS = 700;

function sideKind(side: Side): string {
  if (side.hidden) return t("restricted material of {country}", { country: side.country });
  if (side.is_pair_only) return t("this picture alone · {country}", { country: side.country });
  if (side.register_entry) return t("register portrait · {country}", { country: side.country });
  if (side.person) {
    return tn("depicted · {n} face · {country}", "depicted · {n} faces · {country}", side.person.face_count, {
      country: side.country,
    });
  }
  return side.country;
}

export interface PaneProps {
  sides: readonly [Side, Side];
  viewer: Viewer;
  annotations: readonly Annotation[];
  drawing: Drawing;
  index: 0 | 1;
  pictures: readonly [Picture | null, Picture | null];
  /** The side that lies over it, in the modes with one pane. */
  over?: 0 | 1;
  /** A place that a clue marks in the whole picture. */
  selector?: Selector | null;
}

export function Pane({ index, over, selector = null, sides, pictures, viewer, annotations, drawing }: PaneProps) {
  const side = sides[index];
  const picture = pictures[index];
  const top = over === undefined ? null : pictures[over];
  const label =
    over === undefined ? sideName(side) : t("{one} and {other}", { one: sideName(side), other: sideName(sides[over]) });
  const lifted = picture ? viewer.lifted.value.has(picture.id) : false;
  return (
    <figure
      class={viewer.active.value === index && !viewer.linked.value ? "pane active" : "pane"}
      aria-label={lifted ? t("{name}, clear", { name: label }) : t("{name}, veiled", { name: label })}
    >
      {picture ? (
        <Surface index={index} viewer={viewer} drawing={drawing} side={side.side}>
          <g transform={transformOf(viewer.placements.value[index])}>
            <Img picture={picture} viewer={viewer} />
            {picture.what === "items" && <FaceBox side={side} />}
            {picture.what === "items" && <ClueBox side={side} selector={selector} />}
            {over === undefined && (
              <Marks
                side={side.side}
                // Marks are places of the side's own picture: on another one they would point at something else.
                annotations={picture.id === pictureOf(side)?.id ? annotations : []}
                drawing={drawing}
                placement={viewer.placements.value[index]}
              />
            )}
          </g>
          {top && over !== undefined && (
            <Over picture={top} viewer={viewer} transform={transformOf(viewer.placements.value[over])} />
          )}
          {viewer.eyeLine.value && picture.what === "faces" && <Guide placement={viewer.placements.value[index]} />}
        </Surface>
      ) : (
        <div class="void">
          <Icon name="lock" />
          <p>{side.hidden ? t("Your country holds no key to this side.") : t("There is no picture on this side.")}</p>
        </div>
      )}
      <figcaption class="tag">
        <b>
          <bdi>{sideName(side)}</bdi>
        </b>
        <span>{sideKind(side)}</span>
        {side.face && picture && picture.id !== side.face.id && (
          <span>{picture.what === "items" ? t("whole picture") : t("another face of this person")}</span>
        )}
        {over !== undefined && (
          <b>
            <bdi>{sideName(sides[over])}</bdi>
          </b>
        )}
      </figcaption>
    </figure>
  );
}

function Img({ picture, viewer }: { picture: Picture; viewer: Viewer }) {
  const look = viewer.lifted.value.has(picture.id) ? "" : "veiled";
  return (
    <image
      href={viewer.address(picture)}
      class={viewer.grey.value ? `grey ${look}` : look}
      x="0"
      y="0"
      width="100"
      height="100"
      preserveAspectRatio="xMidYMid meet"
    />
  );
}

/** The box around the compared face, in the whole picture that it stands in. */
function FaceBox({ side }: { side: Side }) {
  const box = side.face && faceBox(side.face);
  return box && <rect class="face-box" x={box.x} y={box.y} width={box.w} height={box.h} />;
}

/** The place that a clue marks in its whole picture. */
function ClueBox({ side, selector }: { side: Side; selector: Selector | null }) {
  const box = boxOf(selector);
  if (!box || !side.media?.width || !side.media.height) return null;
  const { x, y, w, h } = onSurface(box, side.media.width, side.media.height);
  return <rect class="face-box" x={x} y={y} width={w} height={h} />;
}

function Over({ picture, viewer, transform }: { picture: Picture; viewer: Viewer; transform: string }) {
  const mode = viewer.mode.value;
  const share = viewer.share.value;
  const [isOn, setOn] = useState(true);
  useEffect(() => {
    if (mode !== "blink") return;
    const timer = window.setInterval(() => setOn((on) => !on), BLINK_MS);
    return () => window.clearInterval(timer);
  }, [mode]);
  if (mode === "blink") {
    return (
      <g transform={transform} visibility={isOn ? "visible" : "hidden"}>
        <Img picture={picture} viewer={viewer} />
      </g>
    );
  }
  return (
    <>
      <clipPath id="curtain">
        <rect x={mode === "curtain" ? share : -100} y="-100" width="300" height="300" />
      </clipPath>
      <g clip-path="url(#curtain)">
        <g transform={transform} opacity={mode === "overlay" ? share / 100 : 1}>
          <Img picture={picture} viewer={viewer} />
        </g>
      </g>
      {mode === "curtain" && <path class="edge" d={`M${share} -100V200`} />}
    </>
  );
}

/** Where the eyes stand in an aligned picture: moves and grows with it, but is not turned, so that a turn can be seen. */
function Guide({ placement }: { placement: Placement }) {
  return (
    <g class="guide-lines" transform={transformOf({ ...placement, turn: 0, flip: false })}>
      <path class="eye" d={`M-100 ${EYE_LINE}H200`} stroke-dasharray="6 4" />
      <path class="eye" d={EYES.map((x) => `M${x} ${EYE_LINE - 1.8}v3.6`).join("")} />
      <path d="M50 4v10M50 86v10" stroke-dasharray="2 4" />
    </g>
  );
}

interface MarksProps {
  side: number;
  annotations: readonly Annotation[];
  drawing: Drawing;
  placement: Placement;
}

function Marks({ side, annotations, drawing, placement: { zoom, flip } }: MarksProps) {
  const boxes = annotations.flatMap((annotation, index) => {
    const box = annotation.side === side ? boxOf(annotation.box) : null;
    return box ? [{ ...box, id: annotation.id, number: index + 1 }] : [];
  });
  return (
    <g class="marks">
      {boxes.map(({ id, number, x, y, w, h }) => (
        <g key={id}>
          <rect x={x} y={y} width={w} height={h} />
          <text transform={`translate(${flip ? x + w : x} ${y}) scale(${(flip ? -1 : 1) / zoom} ${1 / zoom})`} x="0.8" y="3.6">
            {number}
          </text>
        </g>
      ))}
      {drawing.side === side && drawing.box && (
        <rect class="new" x={drawing.box.x} y={drawing.box.y} width={drawing.box.w} height={drawing.box.h} />
      )}
    </g>
  );
}
