/** The player: stage, transport and time line. Positions stand in SVG attributes alone: the content policy forbids inline styles. */
import { t, tn, word } from "../core/i18n";
import type { CopyOfVideo, FaceInMedium, MediumPage } from "../shared/answers";
import { Icon, Key } from "../shared/icon";
import { personNumber } from "../shared/numbers";
import type { MediumController } from "./controller";
import { FaceBox } from "./picture";
import { type Film, SPEEDS } from "./film";
import { timecode } from "./times";

/** How far from a picture a face's time may lie to be drawn on it, in ms. */
const NEAR_MS = 25;
const TILES = 18;

export function Player({ controller, page: medium }: { controller: MediumController; page: MediumPage }) {
  const { film } = controller;
  const copy = film.copy.value;
  if (!copy) return null;
  // The video inside a photo has a size of its own.
  const page = medium.kind === "video" ? medium : { ...medium, width: copy.width, height: copy.height };
  return (
    <section class="panel film-player" aria-label={t("Player")}>
      <Stage controller={controller} page={page} copy={copy} />
      <Transport film={film} copy={copy} />
      <TimeLine film={film} page={page} />
      <More film={film} copy={copy} />
    </section>
  );
}

function Stage({ controller, page, copy }: { controller: MediumController; page: MediumPage; copy: CopyOfVideo }) {
  const { film } = controller;
  const { lifting } = film;
  const isClear = film.clear.value;
  const at = timecode(film.now.value);
  const tells = (event: Event) => film.tells(event.currentTarget as HTMLVideoElement);
  const hears = { onTimeUpdate: tells, onSeeked: tells, onPlay: tells, onPause: tells, onEnded: tells };
  const still = { muted: true, playsInline: true, disablePictureInPicture: true, disableRemotePlayback: true };
  const faces = page.faces.filter((face) => face.at_s !== null && Math.abs(face.at_s * 1000 - film.now.value) < NEAR_MS);
  return (
    <figure
      class={controller.grey.value ? "film-stage grey" : "film-stage"}
      aria-label={isClear ? t("Video at {time}, clear", { time: at }) : t("Video at {time}, veiled", { time: at })}
      onContextMenu={(event) => event.preventDefault()}
    >
      <video
        class={isClear ? "veil away" : "veil"}
        ref={(element) => film.holds(element, null)}
        src={`/media/items/${page.id}/film/${copy.side}/veiled`}
        preload="auto"
        {...still}
        {...hears}
      />
      <video class={isClear ? "clear" : "clear away"} ref={(element) => film.holds(null, element)} {...still} {...hears} />
      <svg class="over" viewBox={`0 0 ${page.width || 16} ${page.height || 9}`} aria-hidden="true">
        {(controller.boxes.value || controller.face.value) &&
          faces.map((face) => <FaceBox key={face.id} face={face} at={controller.face.value === face.id} page={page} />)}
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
      >
        <Icon name="eyeoff" /> {t("Hold to see")} <Key name={t("Space")} />
      </button>
      <span class="film-note">{film.sounds.value && isClear ? t("with sound") : t("muted")}</span>
    </figure>
  );
}

function Transport({ film, copy }: { film: Film; copy: CopyOfVideo }) {
  const { lifting } = film;
  const count = film.at_ms.value.length;
  const { from, to } = film.marked.value;
  return (
    <div class="transport" role="toolbar" aria-label={t("Player")}>
      <button class="btn" type="button" aria-keyshortcuts="K" aria-pressed={film.plays.value} onClick={() => film.toggle()}>
        {film.plays.value ? t("Pause") : t("Play")} <Key name="K" />
      </button>
      <button
        class="btn small"
        type="button"
        aria-keyshortcuts=","
        aria-label={t("One picture back")}
        onClick={() => film.step(-1)}
      >
        −1 <Key name="," />
      </button>
      <span class="tcode" dir="ltr">
        <b>{timecode(film.now.value)}</b>
        <span class="q">{t("picture {n} of {of}", { n: film.frame.value + 1, of: count })}</span>
      </span>
      <button class="btn small" type="button" aria-keyshortcuts="." aria-label={t("One picture on")} onClick={() => film.step(1)}>
        +1 <Key name="." />
      </button>
      <span class="seg" role="group" aria-label={t("Speed")}>
        {SPEEDS.map((speed) => (
          <button class="btn" type="button" aria-pressed={film.speed.value === speed} onClick={() => film.setSpeed(speed)}>
            {speed}×
          </button>
        ))}
      </span>
      <button class="btn small" type="button" aria-pressed={lifting.lasting.value} onClick={() => lifting.toggle(film.id)}>
        {t("Show")}
      </button>
      {copy.has_sound && (
        <button
          class="btn small"
          type="button"
          aria-pressed={film.sounds.value}
          onClick={() => film.setSound(!film.sounds.value)}
        >
          {t("Sound")}
        </button>
      )}
      <span class="push row wrap">
        <button class="btn small" type="button" aria-keyshortcuts="T" onClick={() => film.takeStill()}>
          {t("Still")} <Key name="T" />
        </button>
        <button
          class="btn small"
          type="button"
          aria-keyshortcuts="I"
          aria-pressed={from !== null}
          onClick={() => film.mark("from")}
        >
          {t("Mark from here")} <Key name="I" />
        </button>
        <button class="btn small" type="button" aria-keyshortcuts="O" aria-pressed={to !== null} onClick={() => film.mark("to")}>
          {t("Mark to here")} <Key name="O" />
        </button>
      </span>
    </div>
  );
}

/** What is not in the copy, and a larger one. */
function More({ film, copy }: { film: Film; copy: CopyOfVideo }) {
  const larger = film.page.value?.copies.find((each) => each.side === 1280);
  return (
    <p class="film-more q2">
      {copy.unseen.length > 0 && (
        <span>
          <Icon name="warn" />{" "}
          {t("Not in this copy: {parts}", { parts: copy.unseen.map((each) => word("unseen", each)).join(", ") })}
        </span>
      )}
      {!larger && (
        <button class="btn small" type="button" onClick={() => film.askCopy(1280)}>
          {t("Make a larger copy")}
        </button>
      )}
      {larger && larger.state !== "made" && <Making film={film} copy={larger} />}
    </p>
  );
}

/** How far a copy has come, or why there is none and how to have it tried again. */
export function Making({ film, copy }: { film: Film; copy: CopyOfVideo }) {
  if (copy.state === "refused")
    return (
      <span class="row wrap">
        <span>
          <Icon name="warn" />{" "}
          {t("No playable copy can be made: {why}.", { why: word("refusal", copy.refusal ?? "not_readable") })}
        </span>
        <button class="btn small" type="button" onClick={() => film.askCopy(copy.side)}>
          {t("Try it again")}
        </button>
      </span>
    );
  if (!copy.frames_of) return <span role="status">{t("The playable copy waits for its turn.")}</span>;
  const facts = { n: copy.frames_done, of: copy.frames_of };
  return (
    <span class="row wrap" role="status">
      <progress max={copy.frames_of} value={copy.frames_done} aria-label={t("{n} of {of} pictures", facts)} />
      {t("The playable copy is being made: {n} of {of} pictures", facts)}
    </span>
  );
}

export function TimeLine({ film, page }: { film: Film; page: MediumPage }) {
  const seconds = film.page.value?.duration_s ?? page.duration_s ?? 0;
  const strip = film.page.value?.strip ?? null;
  const ranges = film.page.value?.ranges ?? [];
  if (!seconds) return null;
  const lanes = lanesOf(page.faces);
  const cuts = strip?.cuts_s ?? [];
  return (
    <div class="tl" dir="ltr">
      {strip && (
        <>
          <div class="tl-h">
            <b>{t("Film")}</b>
            <span class="q">{tn("{n} sample", "{n} samples", strip.times_s.length)}</span>
          </div>
          <div class="tl-c">
            <Strip film={film} seconds={seconds} />
          </div>
        </>
      )}
      {cuts.length > 0 && (
        <>
          <div class="tl-h">
            <b>{t("Cuts")}</b>
            <span class="q">{cuts.length}</span>
          </div>
          <div class="tl-c">
            <svg viewBox={`0 0 ${seconds} 24`} preserveAspectRatio="none" aria-hidden="true">
              {cuts.map((at) => (
                <path class="cut" d={`M${at} 3v18`} />
              ))}
            </svg>
          </div>
        </>
      )}
      {lanes.map(([person, faces]) => (
        <>
          <div class="tl-h">
            <b>{person === null ? t("no person") : <bdi>{personNumber(person)}</bdi>}</b>
            <span class="q">{tn("{n} track", "{n} tracks", faces.length)}</span>
          </div>
          <div class="tl-c">
            <svg viewBox={`0 0 ${seconds} 24`} preserveAspectRatio="none" aria-hidden="true">
              {faces.map((face) => (
                <g class={face.quality_word === "poor" ? "trk poor" : "trk"}>
                  <rect
                    x={face.start_s ?? 0}
                    y="5"
                    width={Math.max((face.end_s ?? 0) - (face.start_s ?? 0), seconds / 200)}
                    height="14"
                  />
                  <path class="best" d={`M${face.at_s ?? 0} 2v20`} />
                </g>
              ))}
            </svg>
          </div>
        </>
      ))}
      {ranges.length > 0 && (
        <>
          <div class="tl-h">
            <b>{t("Marked")}</b>
            <span class="q">{ranges.length}</span>
          </div>
          <div class="tl-c">
            <svg viewBox={`0 0 ${seconds} 24`} preserveAspectRatio="none" aria-hidden="true">
              {ranges.map((range) => (
                <rect
                  class="part"
                  x={range.from_ms / 1000}
                  y="5"
                  width={Math.max((range.to_ms - range.from_ms) / 1000, seconds / 200)}
                  height="14"
                />
              ))}
            </svg>
          </div>
        </>
      )}
      {film.copy.value && <Head film={film} seconds={seconds} />}
    </div>
  );
}

/** Who is seen in which tracks: named persons first, in the order in which they come. */
function lanesOf(faces: readonly FaceInMedium[]): [number | null, FaceInMedium[]][] {
  const lanes = new Map<number | null, FaceInMedium[]>();
  for (const face of faces) if (face.start_s !== null) lanes.set(face.person, [...(lanes.get(face.person) ?? []), face]);
  return [...lanes].sort(([one], [other]) => Number(one === null) - Number(other === null));
}

/** Some of the strip's tiles, each at its place along the video. */
function Strip({ film, seconds }: { film: Film; seconds: number }) {
  const strip = film.page.value?.strip;
  if (!strip) return null;
  const { width, height, times_s } = strip;
  const count = Math.min(TILES, times_s.length);
  const chosen = Array.from({ length: count }, (_, slot) => {
    const at = ((slot + 0.5) / count) * seconds;
    return times_s.reduce((best, time, tile) => (Math.abs(time - at) < Math.abs((times_s[best] ?? 0) - at) ? tile : best), 0);
  });
  return (
    <svg class="film" viewBox={`0 0 ${count * 16} 9`} preserveAspectRatio="none" role="img" aria-label={t("Film strip, veiled")}>
      {chosen.map((tile, slot) => (
        <svg
          aria-hidden="true"
          x={slot * 16}
          y="0"
          width="15.6"
          height="9"
          viewBox={`${tile * width} 0 ${width} ${height}`}
          preserveAspectRatio="xMidYMid slice"
        >
          <image
            href={`/media/items/${film.id}/strip`}
            width={width * times_s.length}
            height={height}
            preserveAspectRatio="none"
          />
        </svg>
      ))}
    </svg>
  );
}

/** The place in the video: moved by pointer, by the arrow keys, and by everything else that goes somewhere. */
function Head({ film, seconds }: { film: Film; seconds: number }) {
  const move = (event: PointerEvent) => {
    const place = (event.currentTarget as HTMLElement).getBoundingClientRect();
    film.goTo(((event.clientX - place.left) / place.width) * seconds * 1000);
  };
  const count = film.at_ms.value.length;
  return (
    <div
      class="tl-head"
      role="slider"
      tabIndex={0}
      aria-label={t("Time")}
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={film.frame.value + 1}
      aria-valuetext={t("{time}, picture {n} of {of}", { time: timecode(film.now.value), n: film.frame.value + 1, of: count })}
      onPointerDown={(event) => {
        (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons & 1) move(event);
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1, Home: -count, End: count }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        film.step(by);
      }}
    >
      <svg viewBox={`0 0 ${seconds} 100`} preserveAspectRatio="none" aria-hidden="true">
        <path d={`M${Math.min(seconds, film.now.value / 1000)} 0v100`} />
      </svg>
    </div>
  );
}

/** Before there is a copy: what can be seen at once, and how to have one made. */
export function NoPlayer({ controller, page }: { controller: MediumController; page: MediumPage }) {
  const { film } = controller;
  const copy = film.page.value?.copies[0];
  return (
    <section class="panel" aria-labelledby="film-h">
      <header>
        <h2 id="film-h">{page.kind === "video" ? t("Video") : t("Video inside")}</h2>
      </header>
      <div class="body stack">
        {copy ? (
          <Making film={film} copy={copy} />
        ) : (
          <p class="row wrap">
            <button class="btn primary" type="button" aria-keyshortcuts="K" onClick={() => film.askCopy(640)}>
              {t("Make a playable copy")} <Key name="K" />
            </button>
            <span class="q2">{t("Clean, small and made anew from the pictures: the original stays where it is.")}</span>
          </p>
        )}
      </div>
      <TimeLine film={film} page={page} />
    </section>
  );
}
