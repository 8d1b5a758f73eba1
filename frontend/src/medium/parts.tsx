/** Marked parts of a video, and stills that were taken out of it. */
import { t, tn, word } from "../core/i18n";
import type { RangeOfVideo, SourceOfStill, StillOfVideo } from "../shared/answers";
import { emptySent, sendsDraftOf, wordsIn } from "../shared/keeping";
import { Name } from "../shared/name";
import { when } from "../shared/time";
import type { MediumController } from "./controller";
import { timecode } from "./times";

export function Ranges({ controller }: { controller: MediumController }) {
  const { film } = controller;
  const ranges = film.page.value?.ranges ?? [];
  return (
    <section class="panel" aria-labelledby="ranges-h">
      <header>
        <h2 id="ranges-h">{t("Marked parts")}</h2>
        <span class="push">{ranges.length || ""}</span>
      </header>
      <MarkForm controller={controller} />
      {!ranges.length && film.marked.value.to === null && (
        <p class="body q">{t("No part is marked. I marks the beginning, O the end.")}</p>
      )}
      <ul>
        {ranges.map((range) => (
          <Range key={range.id} controller={controller} range={range} />
        ))}
      </ul>
    </section>
  );
}

function Range({ controller, range }: { controller: MediumController; range: RangeOfVideo }) {
  const { film } = controller;
  return (
    <li class="body stack">
      <span class="row wrap">
        <b dir="ltr">
          {timecode(range.from_ms)}–{timecode(range.to_ms)}
        </b>
        <span class="push row">
          <button class="btn small" type="button" disabled={!film.copy.value} onClick={() => film.goTo(range.from_ms)}>
            {t("Go")}
          </button>
          {range.mine && (
            <button class="btn small" type="button" onClick={() => void film.send("DELETE", `/api/v1/film/ranges/${range.id}`)}>
              {t("Take back")}
            </button>
          )}
        </span>
      </span>
      <p dir="auto">{range.note}</p>
      <p class="q2">
        <bdi>{range.author.country}</bdi> · <Name who={range.author} />{" "}
        <bdi>{when(range.said_at, controller.facts.zone, Date.now())}</bdi>
      </p>
    </li>
  );
}

function MarkForm({ controller }: { controller: MediumController }) {
  const { film } = controller;
  const { from, to } = film.marked.value;
  if (from === null || to === null) return null;
  return (
    <form
      class="body stack"
      autocomplete="off"
      data-draft="range"
      onSubmit={(event) => {
        event.preventDefault();
        void markPart(controller, event.currentTarget, from, to);
      }}
    >
      <label for="range-note">
        {t("Note on")} <b dir="ltr">{`${timecode(from)}–${timecode(to)}`}</b>
      </label>
      <textarea class="in" id="range-note" name="note" required maxLength={2000} dir="auto" />
      <span class="row">
        <button class="btn primary small" type="submit">
          {t("Mark this part")}
        </button>
      </span>
    </form>
  );
}

async function markPart(controller: MediumController, form: HTMLFormElement, from: number, to: number): Promise<void> {
  const { film } = controller;
  const sent = wordsIn(form);
  sendsDraftOf(form);
  const note = String(new FormData(form).get("note") ?? "");
  if (!(await film.send("POST", `${film.path}/ranges`, { from_ms: from, to_ms: to, note }))) return;
  await emptySent(form, sent);
  film.marked.value = { from: null, to: null };
}

export function Stills({ controller }: { controller: MediumController }) {
  const stills = controller.film.page.value?.stills ?? [];
  return (
    <section class="panel" aria-labelledby="stills-h">
      <header>
        <h2 id="stills-h">{t("Stills taken out")}</h2>
        <span class="push">{stills.length || ""}</span>
      </header>
      {!stills.length && <p class="body q">{t("None. T takes the picture that is shown out of the original.")}</p>}
      <ul>
        {stills.map((still) => (
          <li key={still.id} class="body row wrap">
            {still.still_id && (
              <span class="thumb">
                <img class="veil" alt="" src={`/media/items/${still.still_id}/veiled`} loading="lazy" />
              </span>
            )}
            <Still controller={controller} still={still} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Still({ controller, still }: { controller: MediumController; still: StillOfVideo }) {
  const title = t("picture {n}, {time}", { n: still.frame + 1, time: timecode(still.at_ms) });
  return (
    <span class="stack">
      {still.still_id ? <a href={`/media/${still.still_id}`}>{title}</a> : <b>{title}</b>}
      <span class="q2">
        {still.state === "asked" && t("being taken out of the original")}
        {still.state === "refused" &&
          t("could not be taken out: {why}", { why: word("refusal", still.refusal ?? "not_readable") })}
        {still.state === "made" && still.faces === null && t("its faces are being looked for")}
        {still.faces !== null && tn("{n} face, searched like any other", "{n} faces, searched like any other", still.faces)}
      </span>
      <span class="q2">
        <bdi>{still.author.country}</bdi> · <Name who={still.author} />{" "}
        <bdi>{when(still.taken_at, controller.facts.zone, Date.now())}</bdi>
      </span>
      {still.sha256 && (
        <span class="q mono" translate={false}>
          {`SHA-256 ${still.sha256.slice(0, 4)}…${still.sha256.slice(-4)}`}
        </span>
      )}
    </span>
  );
}

/** Where a still comes from. */
export function StillOf({ controller, source }: { controller: MediumController; source: SourceOfStill }) {
  return (
    <section class="panel" aria-labelledby="still-of-h">
      <header>
        <h2 id="still-of-h">{t("Still of a video")}</h2>
      </header>
      <div class="body stack">
        <a href={`/media/${source.media_id}`}>
          {t("picture {n}, {time}", { n: source.frame + 1, time: timecode(source.at_ms) })}
        </a>
        <p class="q2">
          {t("Taken out of the original in full.")}{" "}
          {source.stamp !== null &&
            t("Its time stamp there: {stamp} × {num}/{den} s.", {
              stamp: source.stamp,
              num: source.unit_num,
              den: source.unit_den,
            })}
        </p>
        <p class="q2">
          <bdi>{source.author.country}</bdi> · <Name who={source.author} />{" "}
          <bdi>{when(source.taken_at, controller.facts.zone, Date.now())}</bdi>
        </p>
      </div>
    </section>
  );
}
