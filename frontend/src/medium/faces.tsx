/** Every face of a medium, poor ones too: what it looks like to the machine, and whose it is. */
import { t, tn, word } from "../core/i18n";
import type { FaceInMedium, MediumPage } from "../shared/answers";
import { personNumber, seriesNumber } from "../shared/numbers";
import { BoxesSaid, DrawTools, FaceSaid } from "./boxes";
import { DOCUMENT, isShown, type MediumController } from "./controller";
import { length } from "../shared/time";
import { placeOf } from "./picture";

export function Faces({ controller, page }: { controller: MediumController; page: MediumPage }) {
  return (
    <section class="panel" aria-labelledby="faces-h">
      <header>
        <h2 id="faces-h">{t("Faces")}</h2>
        <span class="push">{tn("{n} face", "{n} faces", page.faces_of)}</span>
      </header>
      {!page.faces.length && (
        <p class="body q">
          {page.faces_sought
            ? t("No face was found.")
            : t("Faces were not looked for: its country does not let them be compared.")}
        </p>
      )}
      <Swept page={page} />
      <DrawTools controller={controller.said} page={page} />
      <BoxesSaid controller={controller.said} />
      <ol class="faces">
        {page.faces.map((face, at) => (
          <li
            key={face.id}
            data-cursor={controller.face.value === face.id ? "" : undefined}
            onPointerEnter={() => {
              if (isShown(face)) controller.face.value = face.id;
            }}
            onPointerLeave={() => {
              controller.face.value = "";
            }}
          >
            <span class="thumb">
              <img class="veil" alt="" src={`/media/faces/${face.id}/veiled`} loading="lazy" />
            </span>
            <FaceLine face={face} number={at + 1} controller={controller} page={page} />
          </li>
        ))}
      </ol>
      {page.faces.length < page.faces_of && (
        <p class="body q">{t("The first {n} of {of} faces are shown.", { n: page.faces.length, of: page.faces_of })}</p>
      )}
    </section>
  );
}

/** Whether the medium was looked at again in full size, and what that found. */
function Swept({ page: { sweep } }: { page: MediumPage }) {
  if (sweep.state === "none") return null;
  if (sweep.state === "waits")
    return <p class="body q2">{t("The thorough sweep looks at it again in full size when no other work waits.")}</p>;
  return (
    <p class="body q2">
      {tn(
        "The thorough sweep looked at it again in full size and found {n} more face.",
        "The thorough sweep looked at it again in full size and found {n} more faces.",
        sweep.faces,
      )}{" "}
      {sweep.bettered > 0 && tn("{n} poor face is seen better since.", "{n} poor faces are seen better since.", sweep.bettered)}{" "}
      {!sweep.is_whole && t("It could not be looked at as a whole.")}
    </p>
  );
}

function FaceLine({
  face,
  number,
  controller,
  page,
}: {
  face: FaceInMedium;
  number: number;
  controller: MediumController;
  page: MediumPage;
}) {
  const isDocument = page.media_type === DOCUMENT;
  const { base } = controller.facts;
  const turned = Math.round(Math.abs(face.yaw_deg));
  return (
    <div class="stack">
      <span>
        <b>
          {number} · {word("quality", face.quality_word)}
        </b>{" "}
        <span class="q2">
          {t("{n} px between eyes, {pose}", {
            n: Math.round(face.eye_distance_px),
            pose: turned < 5 ? t("frontal") : t("turned {n}°", { n: turned }),
          })}
        </span>
      </span>
      <span class="row wrap">
        {face.start_s !== null && face.end_s !== null && (
          <span class="q2">
            <bdi dir="ltr">
              {length(face.start_s)}–{length(face.end_s)}
            </bdi>
          </span>
        )}
        {face.at_s !== null && controller.film.copy.value && (
          <button class="btn small" type="button" onClick={() => controller.film.goTo((face.at_s ?? 0) * 1000 + 1)}>
            {t("Go to its best picture")}
          </button>
        )}
        {isShown(face) && page.has_picture && !controller.film.copy.value && (
          <button class="btn small" type="button" onClick={() => controller.zoom.to(placeOf(face, page))}>
            {t("Look closely")}
          </button>
        )}
        {face.by_sweep && <span class="q2">{t("found by the thorough sweep")}</span>}
        {isDocument && <span class="q2">{t("page or picture {n} of the document", { n: face.part })}</span>}
        {!isDocument && face.part > 1 && <span class="q2">{t("picture {n} of the file", { n: face.part })}</span>}
        {face.person !== null ? (
          <a href={`${base}/persons/${face.person}`}>
            <bdi>{personNumber(face.person)}</bdi>
          </a>
        ) : (
          <span class="q">{t("no person")}</span>
        )}
        {face.series !== null && (
          <a href={`${base}/gallery?series=${face.series}`}>
            <bdi>{seriesNumber(face.series)}</bdi>
          </a>
        )}
        <a href={`${base}/search?face=${face.id}`}>{t("Search with this face")}</a>
        {page.is_own && <a href={`${base}/gallery?order=likeness&like_face=${face.id}`}>{t("Most alike in the gallery")}</a>}
        <FaceSaid controller={controller.said} face={face} />
      </span>
    </div>
  );
}
