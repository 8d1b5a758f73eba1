/** What stands in connection with a medium: persons, series, leads, media that look like it, and who looked at it. */
import { t, tn, word } from "../core/i18n";
import type { MediumPage } from "../shared/answers";
import { likeness } from "../shared/marks";
import { Name } from "../shared/name";
import { leadNumber, personNumber, seriesNumber } from "../shared/numbers";
import { when } from "../shared/time";
import type { MediumController } from "./controller";

export function BelongsTo({ page, base }: { page: MediumPage; base: string }) {
  const persons = [...new Set(page.faces.flatMap((face) => (face.person === null ? [] : [face.person])))];
  const series = [...new Set(page.faces.flatMap((face) => (face.series === null ? [] : [face.series])))];
  return (
    <section class="panel" aria-labelledby="belongs-h">
      <header>
        <h2 id="belongs-h">{t("Belongs to")}</h2>
        {page.kind === "photo" && (
          <a class="push" href={`${base}/gallery?order=likeness&like=${page.id}`}>
            {t("Photos that look like this one")}
          </a>
        )}
      </header>
      <dl class="kv body">
        <dt>{t("Series")}</dt>
        <dd>
          {series.length
            ? series.map((number) => (
                <Numbered key={number} href={`${base}/gallery?series=${number}`} text={seriesNumber(number)} />
              ))
            : t("none")}
        </dd>
        <dt>{t("Persons")}</dt>
        <dd>
          {persons.length
            ? persons.map((number) => <Numbered key={number} href={`${base}/persons/${number}`} text={personNumber(number)} />)
            : t("none")}
        </dd>
        <dt>{t("Leads")}</dt>
        <dd>
          {page.leads.length
            ? page.leads.map((lead) => (
                <div key={lead.id}>
                  <Numbered href={`${base}/leads/${lead.id}`} text={leadNumber(lead.number)} />{" "}
                  <span class="q2">
                    {word("lead_kind", lead.kind)} · {word("lead_stage", lead.stage)}
                  </span>
                </div>
              ))
            : t("none")}
        </dd>
      </dl>
    </section>
  );
}

function Numbered({ href, text }: { href: string; text: string }) {
  return (
    <>
      <a href={href}>
        <bdi>{text}</bdi>
      </a>{" "}
    </>
  );
}

export function Near({ page, base }: { page: MediumPage; base: string }) {
  const { near, near_of } = page.copies;
  if (!near_of) return null;
  return (
    <section class="panel" aria-labelledby="near-h">
      <header>
        <h2 id="near-h">{t("Near copies")}</h2>
        <span class="push">
          <a href={`${base}/gallery?near=${page.id}`}>{tn("{n} in the gallery", "{n} in the gallery", near_of)}</a>
        </span>
      </header>
      <ul class="near body">
        {near.map((each) => (
          <li key={each.id}>
            <a href={`/media/${each.id}`}>
              <span class="pic">
                <img class="veil" alt="" src={`/media/items/${each.id}/veiled`} loading="lazy" />
              </span>
              <span class="cap">
                <bdi>{each.exhibit ?? ""}</bdi> <span class="q">{likeness(each)}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {near.length < near_of && (
        <p class="body q">{t("The {n} most alike of {of} are shown.", { n: near.length, of: near_of })}</p>
      )}
    </section>
  );
}

export function History({ controller, page }: { controller: MediumController; page: MediumPage }) {
  const { zone } = controller.facts;
  const now = Date.now();
  return (
    <section class="panel" aria-labelledby="history-h">
      <header>
        <h2 id="history-h">{t("History")}</h2>
      </header>
      <ul class="body stack">
        {page.looks.map((look) => (
          <li key={`${look.name} ${look.first_at}`}>
            <bdi>{when(look.last_at, zone, now)}</bdi> <bdi>{look.country}</bdi> · <Name who={look} />{" "}
            <span class="q2">{tn("lifted the veil once", "lifted the veil {n} times", look.times)}</span>
          </li>
        ))}
        {page.read_at && (
          <li>
            <bdi>{when(page.read_at, zone, now)}</bdi>{" "}
            <span class="q2">
              {page.state === "refused"
                ? t("The machine could not read it")
                : tn("The machine found {n} face", "The machine found {n} faces", page.faces_of)}
            </span>
          </li>
        )}
        <li>
          <bdi>{when(page.received_at, zone, now)}</bdi> <span class="q2">{t("Received")}</span>
        </li>
        {!page.is_own && <li class="q">{t("Who else has looked, its owner alone reads.")}</li>}
      </ul>
    </section>
  );
}
