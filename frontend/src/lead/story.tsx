/** What is known of the child that the lead shows: what was stated of it, and its other leads. */
import { rich, t, tn, word } from "../core/i18n";
import { Icon } from "../shared/icon";
import { leadNumber } from "../shared/numbers";
import type { LeadPage } from "./types";

type Story = LeadPage["story"];

/** Each statement that stands on the lead: «Safeguarded: V5 · EC · 2026-11-10», and by which lead. */
export function Standing({ page, base }: { page: LeadPage; base: string }) {
  const { standing } = page.story;
  if (!standing.length) return null;
  const isAsked = standing.some((fact) => !fact.is_own) && (page.stage === "open" || page.stage === "assessed");
  return (
    <div class="notice ok">
      <Icon name="check" />
      <div>
        {standing.map((fact) => (
          <p key={`${fact.stage} ${fact.lead} ${fact.country}`}>
            <b>{word("outcome_stage", fact.stage)}</b>
            {fact.country &&
              `: ${[/^V/.test(fact.stage) && fact.stage, fact.country, fact.stated_on].filter(Boolean).join(" · ")}`}
            {!fact.is_own && <> · {byWhich(fact, base)}</>}
          </p>
        ))}
        {isAsked && <p>{t("Is this the same child? The statement decides nothing about this pair: compare it as any other.")}</p>}
      </div>
    </div>
  );
}

function byWhich({ lead, number }: Story["standing"][number], base: string) {
  if (!lead || number === null) return t("on a lead that is closed to you");
  return rich("by {lead}", {
    lead: (
      <a href={`${base}/leads/${lead}`}>
        <bdi>{leadNumber(number)}</bdi>
      </a>
    ),
  });
}

export function OtherLeads({ page, base }: { page: LeadPage; base: string }) {
  const { leads, of } = page.story;
  const entry = page.sides.find((side) => side.register_entry)?.register_entry;
  if (!leads.length && !entry) return null;
  return (
    <section class="panel" aria-labelledby="ol">
      <header>
        <h2 id="ol">{t("Other leads on this person")}</h2>
        <span class="q push">{of}</span>
      </header>
      <div class="body stack">
        {leads.length === 0 && <p class="q">{t("No other lead that you may see shows this person.")}</p>}
        <ul class="stack">
          {leads.map((lead) => (
            <li class="row wrap" key={lead.id}>
              <a href={`${base}/leads/${lead.id}`}>
                <bdi>{leadNumber(lead.number)}</bdi>
              </a>
              <span class={`st st-${lead.stage}`}>
                <Icon name={lead.stage} />
                {word("lead_stage", lead.stage)}
              </span>
              {lead.outcome && <b>{word("outcome_stage", lead.outcome)}</b>}
              <span class="q">
                {word("lead_kind", lead.kind)} · <bdi>{lead.countries.join(" · ")}</bdi> ·{" "}
                {lead.by_entry ? t("same entry") : t("same person")}
              </span>
            </li>
          ))}
        </ul>
        {leads.length < of && (
          <p class="q">{tn("{n} further lead is not listed.", "{n} further leads are not listed.", of - leads.length)}</p>
        )}
        {entry && (
          <a href={`${base}/entries/${entry.id}`}>{t("The entry {number} with all its leads", { number: entry.number })}</a>
        )}
      </div>
    </section>
  );
}
