/** What the comparison can be told to do: its view, place, and for how long the veil is lifted. */
import { keepFocus } from "../core/dom";
import { t } from "../core/i18n";
import { Icon, Key } from "../shared/icon";
import { MODE, MODES, type Viewer } from "./viewer";

interface ToolsProps {
  viewer: Viewer;
  both: boolean;
  /** There is one picture and never a second: what compares is not offered. */
  alone?: boolean;
}

export function Tools({ viewer, both, alone = false }: ToolsProps) {
  const placement = viewer.placements.value[viewer.active.value];
  return (
    <div class="cmp-tools" role="toolbar" aria-label={t("Comparison tools")} onMouseDown={keepFocus}>
      {!alone && (
        <span class="seg" role="group" aria-label={t("View")}>
          {MODES.map((mode) => (
            <button
              key={mode}
              class="btn"
              type="button"
              disabled={!both && mode !== "side"}
              aria-pressed={viewer.mode.value === mode}
              onClick={() => {
                viewer.mode.value = mode;
              }}
            >
              {MODE[mode]()}
            </button>
          ))}
        </span>
      )}
      {(viewer.mode.value === "overlay" || viewer.mode.value === "curtain") && both && (
        <input
          type="range"
          class="share"
          min="0"
          max="100"
          step="5"
          data-arrows
          aria-label={viewer.mode.value === "overlay" ? t("Share of the second picture") : t("Place of the curtain")}
          value={viewer.share.value}
          onInput={(event) => {
            viewer.share.value = Number(event.currentTarget.value);
          }}
        />
      )}
      {!alone && <Toggle on={viewer.linked.value} set={(on) => (viewer.linked.value = on)} name="L" label={t("Linked")} />}
      <button
        class="btn"
        type="button"
        onClick={() => viewer.reset()}
        aria-label={t("{n} %: reset the view", { n: Math.round(placement.zoom * 100) })}
        aria-keyshortcuts="0"
      >
        <bdi>{t("{n} %", { n: Math.round(placement.zoom * 100) })}</bdi>
        <Key name="0" />
      </button>
      <button class="btn" type="button" onClick={() => viewer.zoom(1)} aria-label={t("Larger")} aria-keyshortcuts="+">
        <Icon name="plus" />
      </button>
      <button class="btn" type="button" onClick={() => viewer.zoom(-1)} aria-label={t("Smaller")} aria-keyshortcuts="-">
        <Icon name="minus" />
      </button>
      <button class="btn" type="button" onClick={() => viewer.turn()} aria-label={t("Turn by 5 degrees")} aria-keyshortcuts="T">
        <Icon name="rotate" />
        <Key name="T" />
      </button>
      <button
        class="btn"
        type="button"
        aria-pressed={placement.flip}
        onClick={() => viewer.flip()}
        aria-label={t("Mirror")}
        aria-keyshortcuts="F"
      >
        <Icon name="flip" />
        <Key name="F" />
      </button>
      <button
        class="btn"
        type="button"
        onClick={() => void fillScreen()}
        aria-label={t("Full screen")}
        title={`${t("Full screen")} (Z)`}
        aria-keyshortcuts="Z"
      >
        <Icon name="box" />
      </button>
      {!alone && <Toggle on={viewer.eyeLine.value} set={(on) => (viewer.eyeLine.value = on)} name="M" label={t("Eye line")} />}
      <Toggle on={viewer.grey.value} set={(on) => (viewer.grey.value = on)} name="G" label={t("Grey")} />
    </div>
  );
}

/** Let the comparison fill the screen, or bring the page back. */
export async function fillScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.querySelector(".cmp")?.requestFullscreen();
}

function Toggle({ on, set, name, label }: { on: boolean; set: (on: boolean) => void; name: string; label: string }) {
  return (
    <button class="btn" type="button" aria-pressed={on} aria-keyshortcuts={name} onClick={() => set(!on)}>
      {label}
      <Key name={name} />
    </button>
  );
}

/** Seen while it is held. Whoever cannot hold has the second button: half a minute. */
export function Hold({ viewer }: { viewer: Viewer }) {
  const isOpen = viewer.lifted.value.size > 0;
  return (
    <span class="hold row">
      <button
        class="btn"
        type="button"
        id="hold"
        data-arrows
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          void viewer.lift();
        }}
        onPointerUp={() => viewer.veil()}
        onPointerCancel={() => viewer.veil()}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.repeat || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          void viewer.lift();
        }}
        onKeyUp={(event) => event.key === "Enter" && viewer.veil()}
        onBlur={() => viewer.veil()}
      >
        <Icon name={isOpen ? "eye" : "eyeoff"} />
        {t("Hold to see")} <Key name={t("Space")} />
      </button>
      <button class="btn" type="button" aria-pressed={viewer.lasting.value} onClick={() => viewer.toggle()}>
        {viewer.lasting.value ? t("Veil") : t("Show 30 s")}
        <span class="sr"> {t("without holding")}</span>
      </button>
    </span>
  );
}
