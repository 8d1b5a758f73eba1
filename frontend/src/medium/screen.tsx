/** The page of a medium. */
import { t } from "../core/i18n";
import type { MediumPage } from "../shared/answers";
import { Icon, Key } from "../shared/icon";
import { seconds, when } from "../shared/time";
import { DOCUMENT, type MediumController } from "./controller";
import { Faces } from "./faces";
import { Facts, Hashes, Places } from "./facts";
import { Grades } from "./grades";
import { Ranges, StillOf, Stills } from "./parts";
import { Picture } from "./picture";
import { NoPlayer, Player } from "./player";
import { BelongsTo, History, Near } from "./related";
import { Texts } from "./texts";
import { Talk } from "./talk";

export function MediumScreen({ controller }: { controller: MediumController }) {
  const page = controller.page.value;
  const { base } = controller.facts;
  if (!page) {
    return controller.failure.value ? (
      <div class="notice danger" role="alert">
        <Icon name="warn" />
        <div>
          {controller.failure.value}{" "}
          <button class="btn small" type="button" onClick={() => void controller.ask()}>
            {t("Try again")}
          </button>
        </div>
      </div>
    ) : (
      <p class="q">{t("Loading…")}</p>
    );
  }
  return (
    <>
      <Head controller={controller} page={page} />
      <div class="medium">
        <div class="stack">
          <Seen controller={controller} page={page} />
          <Faces controller={controller} page={page} />
          <Talk controller={controller.talk} page={page} />
          <Near page={page} base={base} />
        </div>
        <div class="stack">
          <Grades grades={controller.grades} />
          {page.still_of && <StillOf controller={controller} source={page.still_of} />}
          {controller.isVideo && (
            <>
              <Ranges controller={controller} />
              <Stills controller={controller} />
            </>
          )}
          <BelongsTo page={page} base={base} />
          <Facts page={page} base={base} />
          <Texts page={page} base={base} />
          <Places page={page} base={base} />
          <Hashes page={page} />
          <History controller={controller} page={page} />
        </div>
      </div>
    </>
  );
}

/** A picture, or a video as far as it can be played. */
function Seen({ controller, page }: { controller: MediumController; page: MediumPage }) {
  const plays = controller.isVideo && controller.film.copy.value;
  return (
    <>
      {controller.hasInner && <Which controller={controller} page={page} />}
      {plays && <Player controller={controller} page={page} />}
      {controller.showsPicture && <Picture controller={controller} page={page} />}
      {controller.isVideo && !plays && page.state === "read" && <NoPlayer controller={controller} page={page} />}
    </>
  );
}

/** A photo that holds a video shows one of them at a time, so that keys and veil are of what is seen. */
function Which({ controller, page }: { controller: MediumController; page: MediumPage }) {
  const choice = (on: boolean, name: string) => (
    <button
      class="btn"
      type="button"
      aria-pressed={controller.inner.value === on}
      aria-keyshortcuts="V"
      onClick={() => controller.showInner(on)}
    >
      {name}
    </button>
  );
  return (
    <div class="row wrap">
      <span class="seg" role="group" aria-label={t("What is shown")}>
        {choice(false, t("Photo"))}
        {choice(true, t("Video inside"))}
      </span>
      <Key name="V" />
      <span class="q2">
        {t("The camera put a video of {length} into this photo.", { length: seconds(page.inner_video_s ?? 0) })}
      </span>
    </div>
  );
}

function Head({ controller, page }: { controller: MediumController; page: MediumPage }) {
  const first = page.copies.copies[0]?.paths[0];
  return (
    <div class="page-head wrap row">
      <a class="btn quiet" href={`${controller.facts.base}/gallery${location.search}`} aria-keyshortcuts="B">
        {t("Material")} <Key name="B" />
      </a>
      <h1>{page.kind === "video" ? t("Video") : page.media_type === DOCUMENT ? t("Document") : t("Photo")}</h1>
      <span class="q2">
        <bdi>{page.country}</bdi>
        {first && (
          <>
            {" "}
            · <bdi>{first.exhibit}</bdi>
          </>
        )}
      </span>
      <span class="hcode-s" title={t("Handling")}>
        {page.handling}
      </span>
      <a class="btn small" href={`${controller.facts.base}/clues/new?media=${page.id}`}>
        {t("Open a clue")}
      </a>
      <a class="btn small" href={`${controller.facts.base}/clues/add?media=${page.id}`}>
        {t("Add to a clue")}
      </a>
      <span class="q2 push">
        {page.looked_at
          ? t("First seen by you: {time}", { time: when(page.looked_at, controller.facts.zone, Date.now()) })
          : t("Not seen by you yet")}
      </span>
    </div>
  );
}
