/** What happened to the lead, newest first, as the record tells it. */
import { useState } from "preact/hooks";
import { t, tn } from "../core/i18n";
import { Icon } from "../shared/icon";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Time } from "./parts";
import type { LeadPage } from "./types";

const FIRST = 8;
const ICONS: Record<string, string> = {
  "lead:opened": "plus",
  "lead:claimed": "claimed",
  "lead:claim_lost": "claimed",
  "lead:lease_ended": "clock",
  "lead:verified": "verified",
  "lead:rejected": "rejected",
  "lead:referred": "referred",
  "comment:added": "message",
  "annotation:added": "region",
  "score:shown": "eye",
  "bands:shown": "eye",
  "outcome:stated": "outcome",
};

function iconOf(kind: string): string {
  const [area = ""] = kind.split(":");
  const areas: Record<string, string> = {
    assessment: "assessed",
    jurisdiction: "place",
    referral: "referred",
    access: "lock",
    package: "copies",
  };
  return ICONS[kind] ?? areas[area] ?? "note";
}

export function History({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const [all, setAll] = useState(false);
  const shown = all ? page.history : page.history.slice(0, FIRST);
  return (
    <section class="panel" aria-labelledby="hi">
      <header>
        <h2 id="hi">{t("History")}</h2>
        <span class="push">{tn("{n} event", "{n} events", page.history.length)}</span>
      </header>
      <div class="body">
        <ol class="hist">
          {shown.map((entry) => (
            <li key={entry.seq}>
              <Time controller={controller} at={entry.at} />
              <Icon name={iconOf(entry.kind)} />
              <span>
                {entry.actor && (
                  <>
                    <b>
                      <Name who={entry.actor} />
                    </b>{" "}
                  </>
                )}
                {entry.text}
              </span>
            </li>
          ))}
        </ol>
      </div>
      {page.history.length > FIRST && (
        <footer>
          <button class="btn quiet small" type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("Show fewer") : t("All {n} events", { n: page.history.length })}
          </button>
        </footer>
      )}
      {page.provenance && (
        <footer>
          {t("Found with {pack}, threshold {threshold}.", {
            pack: page.provenance.pack_id,
            threshold: page.provenance.threshold?.toFixed(2) ?? "–",
          })}{" "}
          <span class="mono">{page.provenance.model_digest.slice(0, 8)}…</span>
        </footer>
      )}
    </section>
  );
}
