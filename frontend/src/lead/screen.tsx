/** The lead's screen: three columns over one desk. */
import type { Signal } from "@preact/signals";
import { Banners } from "../shared/banners";
import { t } from "../core/i18n";
import { Icon } from "../shared/icon";
import { Compare, pairOf } from "./compare";
import type { Desk } from "./desk";
import { AgeGap, EvidenceStrip, SideFacts } from "./facts";
import { Head, LeaseWarning } from "./head";
import { History } from "./history";
import { Access, Jurisdiction, Referrals } from "./jurisdiction";
import { Comments, MarkPanel, type Marking, Notes } from "./notes";
import { AssessmentPanel } from "./opinion";
import type { Viewer } from "./viewer";

export function LeadScreen({ desk, viewer, marking }: { desk: Desk; viewer: Viewer; marking: Signal<Marking | null> }) {
  const page = desk.page.value;
  const mark = marking.value;
  const pair = page && pairOf(page.sides);
  const below = page && (
    <>
      <MarkPanel desk={desk} page={page} viewer={viewer} marking={marking} />
      <AgeGap page={page} />
      <SideFacts page={page} />
    </>
  );
  return (
    <>
      <div class="banner-stack">
        <Banners
          lostSince={desk.line.lostSince.value}
          zone={desk.facts.zone}
          retry={desk.line.retry}
          missed={desk.missed.value}
          dismiss={() => {
            desk.missed.value = null;
          }}
        />
        {page && <LeaseWarning desk={desk} page={page} />}
        {page && <Head desk={desk} page={page} />}
      </div>
      {!page && (desk.failure.value ? <Failed desk={desk} /> : <p class="page q late">{t("Loading the lead…")}</p>)}
      {page && (
        <div class="lead">
          <div class="lead-col">
            {pair ? (
              <Compare
                sides={pair}
                viewer={viewer}
                annotations={page.annotations}
                drawing={{
                  side: mark?.side ?? null,
                  box: mark?.box ?? null,
                  onBox: (box) => {
                    if (mark) marking.value = { ...mark, box };
                  },
                }}
              >
                {below}
              </Compare>
            ) : (
              <section class="panel cmp">{below}</section>
            )}
            <EvidenceStrip page={page} base={desk.facts.base} />
            <Notes desk={desk} page={page} viewer={viewer} marking={marking} />
            <Comments desk={desk} page={page} />
          </div>
          <div class="lead-col">
            <AssessmentPanel desk={desk} page={page} />
          </div>
          <div class="lead-col">
            <Access desk={desk} page={page} />
            <Jurisdiction desk={desk} page={page} />
            <Referrals desk={desk} page={page} />
            <History desk={desk} page={page} />
          </div>
        </div>
      )}
    </>
  );
}

function Failed({ desk }: { desk: Desk }) {
  const failure = desk.failure.value;
  if (!failure) return null;
  return (
    <div class="void" role="alert">
      <Icon name={failure.status === 404 ? "search" : "warn"} />
      <h1>{failure.status === 404 ? t("There is nothing at this address") : t("The lead could not be loaded")}</h1>
      <p>{failure.message}</p>
      <button class="btn" type="button" onClick={() => void desk.ask()}>
        {t("Try again")}
      </button>
    </div>
  );
}
