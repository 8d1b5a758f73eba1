/** The whole picture, veiled until it is held, with a box on each face where that is asked for. Drawn by SVG attributes alone. */
import { t, word } from "../core/i18n";
import type { FaceInMedium, MediumPage } from "../shared/answers";
import { Icon, Key } from "../shared/icon";
import { boxOf } from "../shared/box";
import { isShown, type MediumController } from "./controller";
import { DrawLayer, DrawnBox } from "./drawing";
import { Tiles, useMoving, viewBox, ZoomState, ZoomTools } from "./zooming";

export function Picture({ controller, page }: { controller: MediumController; page: MediumPage }) {
  const isClear = controller.lifting.lifted.value === page.id;
  return (
    <section class="panel" aria-labelledby="picture-h">
      <header>
        <h2 id="picture-h">{isClear ? t("Picture, clear") : t("Picture, veiled")}</h2>
        <Tools controller={controller} page={page} />
      </header>
      {page.has_picture ? (
        <>
          <Whole controller={controller} page={page} isClear={isClear} />
          <ZoomState zoom={controller.zoom} page={page} isClear={isClear} />
        </>
      ) : (
        <div class="void">
          <Icon name={page.state === "waiting" ? "clock" : "warn"} />
          <p>{page.state === "waiting" ? t("Still being read") : t("No picture: the file cannot be read")}</p>
        </div>
      )}
    </section>
  );
}

function Tools({ controller, page }: { controller: MediumController; page: MediumPage }) {
  return (
    <span class="push row wrap">
      <button
        class="btn small"
        type="button"
        aria-pressed={controller.boxes.value}
        aria-keyshortcuts="M"
        onClick={() => {
          controller.boxes.value = !controller.boxes.value;
        }}
      >
        {t("Box every face")} <span class="q">{page.faces.filter(isShown).length}</span> <Key name="M" />
      </button>
      {page.has_picture && <ZoomTools zoom={controller.zoom} />}
      <button
        class="btn small"
        type="button"
        aria-pressed={controller.grey.value}
        aria-keyshortcuts="G"
        onClick={() => {
          controller.grey.value = !controller.grey.value;
        }}
      >
        {t("Grey")} <Key name="G" />
      </button>
      <button
        class="btn small"
        type="button"
        aria-pressed={controller.lifting.lasting.value}
        onClick={() => controller.lifting.toggle(page.id)}
      >
        {t("Show 30 s")}
      </button>
    </span>
  );
}

function Whole({ controller, page, isClear }: { controller: MediumController; page: MediumPage; isClear: boolean }) {
  const [width, height] = [page.width || 4, page.height || 3];
  const { lifting, zoom } = controller;
  zoom.of({ width, height }, page.kind === "photo");
  const part = zoom.part.value;
  const moving = useMoving(zoom, isClear, !!(controller.talk.marking.value || controller.said.drawing.value));
  return (
    <div class="whole" tabIndex={-1}>
      <svg
        ref={(stage) => {
          zoom.stage = stage;
        }}
        class={`${controller.grey.value ? "grey" : ""} ${part ? "near" : ""}`}
        viewBox={viewBox(zoom, width, height)}
        role="img"
        {...moving}
        aria-label={isClear ? t("The whole picture, clear") : t("The whole picture, veiled")}
      >
        <image
          class={isClear ? undefined : "veiled"}
          href={`/media/items/${page.id}/${isClear ? "clear" : "veiled"}`}
          width={width}
          height={height}
          preserveAspectRatio="none"
        />
        {isClear && <Tiles zoom={zoom} page={page} />}
        {page.faces.filter(isShown).map((face) => {
          const isAt = controller.face.value === face.id;
          return (
            (controller.boxes.value || isAt) && (
              <FaceBox key={face.id} face={face} at={isAt} page={page} unit={part ? part.width / width : 1} />
            )
          );
        })}
        <MarkLayer controller={controller} width={width} height={height} />
      </svg>
      <button
        class="btn hold"
        type="button"
        onPointerDown={(event) => {
          if (event.button === 0) void lifting.lift(page.id);
        }}
        onPointerUp={() => lifting.veil()}
        onPointerLeave={() => lifting.veil()}
        onPointerCancel={() => lifting.veil()}
        onContextMenu={(event) => event.preventDefault()}
      >
        <Icon name="eyeoff" /> {t("Hold to see")} <Key name={t("Space")} />
      </button>
    </div>
  );
}

/** The marks, where faces are boxed too, and the layer on which a new one is drawn. */
function MarkLayer({ controller, width, height }: { controller: MediumController; width: number; height: number }) {
  const { talk, said } = controller;
  const marking = talk.marking.value;
  const drawing = said.drawing.value;
  const places = controller.boxes.value ? (talk.talk.value?.annotations ?? []) : [];
  return (
    <>
      {places.map((mark) => {
        const box = boxOf(mark.box);
        return box && <DrawnBox key={mark.id} width={width} height={height} box={box} />;
      })}
      {marking && (
        <DrawLayer
          width={width}
          height={height}
          box={marking.box}
          onBox={(box) => {
            talk.marking.value = { ...marking, box };
          }}
        />
      )}
      {drawing && !marking && (
        <DrawLayer
          width={width}
          height={height}
          box={drawing.box}
          onBox={(box) => {
            said.drawing.value = { box };
          }}
        />
      )}
    </>
  );
}

/** Where a face is, in pixels of the original. */
export function placeOf(face: FaceInMedium, page: MediumPage): { x: number; y: number; width: number; height: number } {
  const [left = 0, top = 0, right = 0, bottom = 0] = face.box;
  const [across, down] = [(page.width || 1) / (face.frame_width || 1), (page.height || 1) / (face.frame_height || 1)];
  return { x: left * across, y: top * down, width: (right - left) * across, height: (bottom - top) * down };
}

/** unit: pixels of the original that stand where one stood when all of it was shown. */
export function FaceBox({ face, at, page, unit = 1 }: { face: FaceInMedium; at: boolean; page: MediumPage; unit?: number }) {
  const place = placeOf(face, page);
  const size = (unit * Math.max(page.width || 1, page.height || 1)) / 36;
  return (
    <g class={at ? "fbox at" : "fbox"} data-quality={face.quality_word}>
      <rect {...place} />
      <text x={place.x} y={Math.max(size, place.y - size / 4)} font-size={size} stroke-width={size / 5}>
        {page.faces.indexOf(face) + 1} {word("quality", face.quality_word)}
      </text>
    </g>
  );
}
