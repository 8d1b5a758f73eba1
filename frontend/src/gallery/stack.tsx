/** A stack opened in place: where the content lies, and what looks like it. */
import { useEffect, useState } from "preact/hooks";
import { call, Refusal } from "../core/api";
import { t, tn } from "../core/i18n";
import type { GalleryTile, MediumCopies } from "../shared/answers";
import { Key } from "../shared/icon";
import { likeness } from "../shared/marks";
import type { GalleryController } from "./controller";

export function Stack({ controller, tile }: { controller: GalleryController; tile: GalleryTile }) {
  const [copies, setCopies] = useState<MediumCopies | null>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    call<MediumCopies>("GET", `/api/v1/items/${tile.id}/copies`).then(setCopies, (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      setFailure(error.message);
    });
  }, [tile.id]);
  return (
    <section class="opened" aria-label={t("Stack")}>
      <div class="row wrap">
        <b>{tn("{n} copy of one content", "{n} copies of one content", Math.max(tile.copies, tile.paths))}</b>
        <button class="btn quiet small push" type="button" onClick={() => controller.toggleStack(tile)}>
          {t("Close")} <Key name="O" />
        </button>
      </div>
      {failure && <p role="alert">{failure}</p>}
      {!copies && !failure && <p class="q">{t("Loading…")}</p>}
      {copies && <Places copies={copies} controller={controller} />}
      {copies && <NearCopies copies={copies} controller={controller} tile={tile} />}
    </section>
  );
}

function Places({ copies, controller }: { copies: MediumCopies; controller: GalleryController }) {
  return (
    <ul class="stack">
      {copies.copies.map((copy) => (
        <li key={copy.id}>
          <a href={controller.pageOf(copy.id)}>
            <bdi>{copy.country}</bdi>
          </a>{" "}
          <span class="q">
            {copy.paths.length < copy.path_count
              ? t("the first {n} of {of} paths", { n: copy.paths.length, of: copy.path_count })
              : tn("{n} path", "{n} paths", copy.path_count)}
          </span>
          <ul class="paths">
            {copy.paths.map((path) => (
              <li key={`${path.exhibit_id} ${path.path}`}>
                <b>
                  <bdi>{path.exhibit}</bdi>
                </b>{" "}
                <bdi class="mono brk">{path.path}</bdi>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function NearCopies({ copies, controller, tile }: { copies: MediumCopies; controller: GalleryController; tile: GalleryTile }) {
  if (!copies.near_of) return null;
  return (
    <div class="stack">
      <div class="row wrap">
        <b>{tn("{n} near copy", "{n} near copies", copies.near_of)}</b>
        <button class="btn small" type="button" onClick={() => controller.narrow({ near: tile.id })}>
          {t("Only these in the gallery")}
        </button>
      </div>
      <ul class="near">
        {copies.near.map((near) => (
          <li key={near.id}>
            <a href={controller.pageOf(near.id)}>
              <span class="pic">
                <img class="veil" alt="" src={`/media/items/${near.id}/veiled`} loading="lazy" />
              </span>
              <span class="cap">
                <bdi>{near.exhibit ?? ""}</bdi> <span class="q">{likeness(near)}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {copies.near.length < copies.near_of && (
        <p class="q">{t("The {n} most alike of {of} are shown.", { n: copies.near.length, of: copies.near_of })}</p>
      )}
    </div>
  );
}
