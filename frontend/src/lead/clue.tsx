/** What a person noticed: the claim, where it is seen, and what two people say came of it. */
import { useSignal } from "@preact/signals";
import { rich, t, tn, word } from "../core/i18n";
import type { RegionChoice } from "../shared/answers";
import { boxOf } from "../shared/box";
import { Choice } from "../shared/choice";
import { Icon } from "../shared/icon";
import { Name } from "../shared/name";
import { cardNumber, seriesNumber } from "../shared/numbers";
import { regionsOf } from "../shared/regions";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting, Time } from "../shared/parts";
import type { LeadPage } from "./types";

type Clue = NonNullable<LeadPage["clue"]>;
type Said = Clue["said"][number];

export function CluePanel({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const { clue } = page;
  if (!clue) return null;
  return (
    <section class="panel" aria-labelledby="clue-h">
      <header>
        <h2 id="clue-h">
          {t("Clue")} · {word("clue_what", clue.what)}
        </h2>
        <span class="q push">
          <Name who={clue.by} /> · <Time controller={controller} at={clue.at} />
        </span>
      </header>
      <div class="body stack">
        <p class="words">
          <bdi>{clue.claim}</bdi>
        </p>
        <Where clue={clue} page={page} />
        <SeenIn controller={controller} page={page} clue={clue} />
        <Faults controller={controller} part="clue" />
        <Result clue={clue} />
        {clue.said.map((said) => (
          <SaidRow key={said.id} controller={controller} said={said} />
        ))}
        {page.permissions.state_clue_result && <Say controller={controller} clue={clue} />}
        <Cards controller={controller} page={page} />
      </div>
    </section>
  );
}

function Where({ clue, page }: { clue: Clue; page: LeadPage }) {
  const time = clue.at_s === null ? "" : seconds(clue.at_s, clue.until_s);
  if (clue.series !== null) {
    return (
      <p class="q2">
        {rich("Of the series {series}.", {
          series: (
            <bdi>
              {seriesNumber(clue.series)} {clue.series_label}
            </bdi>
          ),
        })}
      </p>
    );
  }
  if (!page.sides.length) return <p class="q2">{t("Of no medium.")}</p>;
  if (!time && !clue.box) return null;
  return (
    <p class="q2">
      {clue.box && t("The place is marked in the picture.")} {time && <bdi>{t("Video: {time}", { time })}</bdi>}
    </p>
  );
}

function seconds(from: number, until: number | null): string {
  return until === null ? `${from} s` : `${from}–${until} s`;
}

/** The veiled picture, or the part of it that somebody marked. */
function Crop({ medium }: { medium: Clue["media"][number] }) {
  const source = `/media/items/${medium.media}/veiled`;
  const box = boxOf(medium.box);
  if (!box || !medium.width || !medium.height) return <img class="veil" alt="" src={source} loading="lazy" />;
  const [wide, high] = [medium.width / 100, medium.height / 100];
  return (
    <svg class="veil" viewBox={`${box.x * wide} ${box.y * high} ${box.w * wide} ${box.h * high}`} role="img">
      <title>{t("The marked part")}</title>
      <image href={source} width={medium.width} height={medium.height} preserveAspectRatio="none" />
    </svg>
  );
}

/** Further media in which it is seen; each by itself leads to its page. */
function SeenIn({ controller, page, clue }: { controller: LeadController; page: LeadPage; clue: Clue }) {
  if (!clue.media.length) return null;
  const mayCard = page.permissions.make_card;
  const cards = `${controller.facts.base}/leads/${page.id}/card`;
  return (
    <>
      <h3>{tn("Seen in {n} further medium", "Seen in {n} further media", clue.media_of)}</h3>
      <ul class="near">
        {clue.media.map((each) => (
          <li key={each.id}>
            <a href={`/media/${each.media}`} title={each.exhibit}>
              <span class="pic">
                <Crop medium={each} />
              </span>
              <span class="cap">
                <span class="cc">{each.country}</span> <bdi>{each.exhibit}</bdi>{" "}
                {each.at_s !== null && <bdi>{seconds(each.at_s, each.until_s)}</bdi>}
              </span>
            </a>
            {mayCard && each.lies_with_clue && (
              <a class="btn small quiet" href={`${cards}?media=${each.media}`}>
                {t("Make a clue card")}
              </a>
            )}
            {each.is_ours && (
              <Act
                controller={controller}
                part="clue"
                kind="small quiet"
                act={() => controller.send("clue", "DELETE", `/api/v1/clue-media/${each.id}`)}
              >
                {t("Take off")}
              </Act>
            )}
          </li>
        ))}
      </ul>
      {clue.media.length < clue.media_of && (
        <p class="q">{t("The first {n} of {of} are shown.", { n: clue.media.length, of: clue.media_of })}</p>
      )}
    </>
  );
}

function Result({ clue }: { clue: Clue }) {
  if (!clue.result) return <p class="q">{t("Nothing has come of it yet. An eliminated trail is a result too.")}</p>;
  return (
    <p class="row">
      <Icon name={clue.is_confirmed && (clue.is_region_confirmed || !clue.region) ? "check" : "assessed"} />
      <b>
        {word("clue_result", clue.result)}
        {clue.country && ": "}
        <Place country={clue.country} region={clue.region_name} />
      </b>
      <span class="q2">
        {!clue.is_confirmed
          ? t("1 of 2: another person must confirm it")
          : clue.region && !clue.is_region_confirmed
            ? t("The country is confirmed by a second person; another person must confirm the region.")
            : t("confirmed by a second person")}
      </span>
    </p>
  );
}

/** A country, with its region where one is stated. */
function Place({ country, region }: { country: string | null; region: string | null }) {
  if (!country) return null;
  return (
    <>
      <bdi>{country}</bdi>
      {region && (
        <>
          , <bdi>{region}</bdi>
        </>
      )}
    </>
  );
}

function SaidRow({ controller, said }: { controller: LeadController; said: Said }) {
  return (
    <div class="claimrow">
      <span class="cc">{said.by.country}</span>
      <span>
        {said.what === "confirmed" ? t("Confirmed:") : null} {word("clue_result", said.result)}
        {said.country && ": "}
        <Place country={said.country} region={said.region} />
      </span>
      <span class="rest">
        {said.grounds && <bdi>{said.grounds}</bdi>}{" "}
        <span class="q">
          <Name who={said.by} /> · <Time controller={controller} at={said.said_at} />
        </span>{" "}
        {said.is_ours && (
          <Act
            controller={controller}
            part="clue"
            kind="small quiet"
            act={() => controller.send("clue", "DELETE", `/api/v1/clue-results/${said.id}`)}
          >
            {t("Take back")}
          </Act>
        )}
      </span>
    </div>
  );
}

/** Confirming what another person stated: the region with its country, or the country alone. */
function Confirm({ controller, clue }: { controller: LeadController; clue: Clue }) {
  const confirm = (region: string | null) =>
    controller.send("clue", "POST", `${controller.path}/clue/result/confirm`, {
      result: clue.result,
      country: clue.country,
      region,
    });
  const region = clue.region !== null && !clue.is_region_confirmed && !clue.is_region_by_me;
  const result = clue.result !== null && !clue.is_confirmed && !clue.is_stated_by_me;
  const place = { place: `${clue.country}, ${clue.region_name}` };
  return (
    <>
      {region && (
        <Act controller={controller} part="clue" kind="main" act={() => confirm(clue.region)}>
          {t("Confirm {place} as the second person", place)}
        </Act>
      )}
      {result && (
        <Act controller={controller} part="clue" kind={region ? "quiet" : "main"} act={() => confirm(null)}>
          {region ? t("Confirm {place} as the second person", { place: clue.country ?? "" }) : t("Confirm as the second person")}
        </Act>
      )}
    </>
  );
}

function Say({ controller, clue }: { controller: LeadController; clue: Clue }) {
  const regions = useSignal<RegionChoice[]>([]);
  const look = async (country: string) => {
    regions.value = await regionsOf(country);
  };
  return (
    <>
      <Confirm controller={controller} clue={clue} />
      <details>
        <summary>{t("State what came of it")}</summary>
        <form
          autocomplete="off"
          class="stack form"
          data-draft="clue-result"
          onSubmit={submitting(({ result, country, region, grounds }) =>
            controller.send("clue", "POST", `${controller.path}/clue/result`, {
              result,
              ...(result === "country" ? { country: country?.toUpperCase() || null, region: region || null } : {}),
              grounds,
            }),
          )}
        >
          <Field id="clue-result" label={t("Result")}>
            <Choice
              id="clue-result"
              name="result"
              required
              options={[
                ["country", word("clue_result", "country")],
                ["eliminated", word("clue_result", "eliminated")],
              ]}
            />
          </Field>
          <Field id="clue-country" label={t("Country")} hint={t("Two letters, as in EC. Not for an eliminated trail.")}>
            <input
              class="in"
              id="clue-country"
              name="country"
              maxLength={2}
              pattern="[A-Za-z]{2}"
              onInput={(event) => void look(event.currentTarget.value)}
            />
          </Field>
          {regions.value.length > 0 && (
            <Field id="clue-region" label={t("Region")}>
              <Choice
                id="clue-region"
                name="region"
                none={t("none stated")}
                options={regions.value.map(({ code, name }) => [code, `${name} (${code})`])}
              />
            </Field>
          )}
          <Field id="clue-grounds" label={t("Grounds")}>
            <textarea class="in" id="clue-grounds" name="grounds" required maxLength={2000} />
          </Field>
          <div>
            <button type="submit" class="btn" disabled={controller.offline.value}>
              {t("State it")}
            </button>
          </div>
        </form>
      </details>
    </>
  );
}

/** What the room is asked about the clue, and how many tips came back. */
function Cards({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const { base } = controller.facts;
  return (
    <div class="stack">
      <h3>{t("Clue cards")}</h3>
      {page.cards.map((card) => (
        <p key={card.id} class="row wrap">
          <a href={`${base}/cards/${card.id}`}>
            <bdi>{cardNumber(card.number)}</bdi>
          </a>
          <bdi>{card.question}</bdi>
          <span class="q2">
            {word("card_state", card.state)}
            {card.state === "shown" && ` · ${tn("{n} tip", "{n} tips", card.tips.length)}`}
            {card.tips.length > 0 && `: ${[...new Set(card.tips)].join(", ")}`}
          </span>
        </p>
      ))}
      {page.tips
        .filter((tip) => tip.body)
        .map((tip) => (
          <div key={`${tip.card} ${tip.said_at}`} class="claimrow">
            <span class="cc">{tip.country}</span>
            <bdi>{cardNumber(tip.card)}</bdi>
            <span class="rest">
              <bdi>{tip.body}</bdi>{" "}
              <span class="q">
                <bdi>{tip.source}</bdi> · <Time controller={controller} at={tip.said_at} />
              </span>
            </span>
          </div>
        ))}
      {page.permissions.make_card && (
        <p>
          <a class="btn small" href={`${base}/leads/${page.id}/card`}>
            {t("Make a clue card")}
          </a>
        </p>
      )}
    </div>
  );
}

/** What a search outside of Concord found, on what basis, and that somebody opened the lead by hand. */
export function ByHand({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const { outside } = page;
  if (!outside) {
    return page.is_by_hand ? (
      <p class="body q2">
        {t("Opened by hand out of a search; the history says by whom.")}{" "}
        {page.search_purpose && t("Purpose of the search: {purpose}.", { purpose: word("search_purpose", page.search_purpose) })}
      </p>
    ) : null;
  }
  const rows: [string, string][] = [
    [t("Candidate"), outside.candidate],
    [t("System"), outside.system],
    [t("Searched on"), outside.searched_on],
    [t("Legal basis"), outside.legal_basis],
    [t("Reference"), outside.reference],
    [t("Score there"), outside.score === null ? t("withheld until the lead is decided, or none") : String(outside.score)],
  ];
  return (
    <section class="panel" aria-labelledby="outside-h">
      <header>
        <h2 id="outside-h">{t("Result of a search outside")}</h2>
        <span class="q push">
          <Name who={outside.by} /> · <Time controller={controller} at={outside.at} />
        </span>
      </header>
      <dl class="kv body">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}
