/** What happened to the lead, newest first, as the record tells it. */
import { useState } from "preact/hooks";
import { call, Refusal } from "../core/api";
import { announce } from "../core/dom";
import { t, tn } from "../core/i18n";
import { Icon } from "../shared/icon";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Time } from "../shared/parts";
import type { HistoryEntry, LeadPage } from "./types";

const FIRST = 8;
const ICONS: Record<string, string> = {
  "lead:opened": "plus",
  "lead:joined": "copies",
  "lead:claimed": "claimed",
  "lead:claim_lost": "claimed",
  "lead:lease_ended": "clock",
  "lead:freed": "clock",
  "lead:verified": "verified",
  "lead:rejected": "rejected",
  "lead:referred": "referred",
  "comment:added": "message",
  "annotation:added": "box",
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

/** The page's newest events, and below them the older ones that were asked for; an event once. */
function joined(newest: HistoryEntry[], older: HistoryEntry[]): HistoryEntry[] {
  const last = newest.at(-1)?.seq ?? 0;
  return [...newest, ...older.filter((entry) => entry.seq < last)];
}

/** The events below a number; none if the server refuses, and the page says why. */
async function eventsBefore(path: string, seq: number): Promise<HistoryEntry[]> {
  try {
    return (await call<{ history: HistoryEntry[] }>("GET", `${path}/history?before=${seq}`)).history;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    announce(error.message);
    return [];
  }
}

export function History({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const [all, setAll] = useState(false);
  const [older, setOlder] = useState<HistoryEntry[]>([]);
  const known = joined(page.history, older);
  const shown = all ? known : known.slice(0, FIRST);
  const left = page.history_of - known.length;
  return (
    <section class="panel" aria-labelledby="hi">
      <header>
        <h2 id="hi">{t("History")}</h2>
        <span class="push">{tn("{n} event", "{n} events", page.history_of)}</span>
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
      {known.length > FIRST && (
        <footer class="row wrap">
          <button class="btn quiet small" type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("Show fewer") : t("All {n} events", { n: page.history_of })}
          </button>
          {all && left > 0 && (
            <button
              class="btn quiet small"
              type="button"
              onClick={async () => setOlder([...older, ...(await eventsBefore(controller.path, known.at(-1)?.seq ?? 1))])}
            >
              {tn("{n} older event", "{n} older events", left)}
            </button>
          )}
        </footer>
      )}
      {page.provenance && (
        <footer>
          {t("Found with {pack}, threshold {threshold}.", {
            pack: page.provenance.pack_id,
            threshold: page.provenance.threshold?.toFixed(2) ?? "–",
          })}{" "}
          <span class="mono">{page.provenance.model_digest.slice(0, 8)}…</span>
          {page.provenance.code_version && (
            <>
              {" "}
              {t("Program {version}, compared with all that was read up to event {n}.", {
                version: page.provenance.code_version,
                n: page.provenance.compared_to ?? "–",
              })}
            </>
          )}
        </footer>
      )}
    </section>
  );
}
