/** Under the comparison, for each side: the whole picture around its face, and the other faces of the same person. Always veiled. */
import { t } from "../core/i18n";
import { useState } from "preact/hooks";
import { keepFocus } from "../core/dom";
import { sideName } from "./sides";
import type { Side } from "./types";
import { facesOf, hasWhole, pictureOf, type Viewer } from "./viewer";

/** Faces that stand there at first. */
const FIRST = 13;

export function Sources({ sides, viewer }: { sides: readonly [Side, Side]; viewer: Viewer }) {
  if (!sides.some((side) => hasWhole(side) || facesOf(side).length > 1)) return null;
  return (
    <div class="sources">
      {sides.map((side, index) => (
        <SideSources key={side.side} side={side} index={index as 0 | 1} viewer={viewer} />
      ))}
    </div>
  );
}

function SideSources({ side, index, viewer }: { side: Side; index: 0 | 1; viewer: Viewer }) {
  const choice = viewer.choices.value[index];
  const shown = pictureOf(side, choice);
  const [all, setAll] = useState(false);
  const every = facesOf(side);
  const faces = all ? every : every.slice(0, FIRST);
  const name = sideName(side);
  const count = Math.max(side.person?.face_count ?? 0, every.length);
  const more = count - faces.length;
  return (
    <div class="row wrap" role="group" aria-label={t("Pictures of {name}", { name })} onMouseDown={keepFocus}>
      {hasWhole(side) && (
        <button class="btn small" type="button" aria-pressed={shown?.what === "items"} onClick={() => viewer.toggleWhole(index)}>
          {t("Whole picture")}
          <span class="sr"> {name}</span>
        </button>
      )}
      {faces.length > 1 &&
        faces.map((face, at) => (
          <button
            key={face}
            class="btn face"
            type="button"
            aria-pressed={shown?.id === face}
            aria-label={t("{name}: face {n} of {all}", { name, n: at + 1, all: count })}
            onClick={() => viewer.choose(index, at === 0 ? "own" : { face })}
          >
            <span class="thumb">
              <img
                class="veil"
                src={`/media/faces/${face}/veiled`}
                alt=""
                width="44"
                height="44"
                loading="lazy"
                decoding="async"
              />
            </span>
          </button>
        ))}
      {faces.length > 1 && more > 0 && (
        <span class="row q">
          {faces.length < every.length ? (
            <button class="btn quiet small" type="button" onClick={() => setAll(true)}>
              {t("{n} more", { n: more })}
              <span class="sr"> {name}</span>
            </button>
          ) : (
            t("the {n} best of {all}", { n: faces.length, all: faces.length + more })
          )}
        </span>
      )}
    </div>
  );
}
