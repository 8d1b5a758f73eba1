/** The lead's screen: three columns over one controller. */
import type { Signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Banners } from "../shared/banners";
import { t } from "../core/i18n";
import { Icon } from "../shared/icon";
import { textToCopy } from "../shared/kept-box";
import { Access } from "./access";
import { ByHand, CluePanel } from "./clue";
import { Alone, Beside, Compare, pairOf } from "./compare";
import type { LeadController } from "./controller";
import { Corroboration } from "./corroboration";
import { AgeGap, EvidenceStrip, SideFacts } from "./facts";
import { Head, LeaseWarning } from "./head";
import { History } from "./history";
import { Jurisdiction } from "./jurisdiction";
import { Comments } from "./comments";
import { MarkPanel, type Marking } from "./mark-form";
import { Notes } from "./notes";
import { AssessmentPanel } from "./opinion";
import { Referrals } from "./referrals";
import { OtherLeads, Standing } from "./story";
import type { Viewer } from "./viewer";

export function LeadScreen({
  controller,
  viewer,
  marking,
}: {
  controller: LeadController;
  viewer: Viewer;
  marking: Signal<Marking | null>;
}) {
  const page = controller.page.value;
  const mark = marking.value;
  const [beside, setBeside] = useState(1);
  const pair = page && pairOf(page.sides, beside);
  const below = page && (
    <>
      <MarkPanel controller={controller} page={page} viewer={viewer} marking={marking} />
      <AgeGap page={page} />
      <SideFacts page={page} base={controller.facts.base} />
    </>
  );
  return (
    <>
      <div class="banner-stack">
        <Banners
          lostSince={controller.line.lostSince.value}
          zone={controller.facts.zone}
          retry={controller.line.retry}
          missed={controller.missed.value}
          dismiss={() => {
            controller.missed.value = null;
          }}
        />
        {page && <LeaseWarning controller={controller} page={page} />}
        {page && <Head controller={controller} page={page} />}
        {page && <Standing page={page} base={controller.facts.base} />}
      </div>
      {!page &&
        (controller.failure.value ? <Failed controller={controller} /> : <p class="page q late">{t("Loading the lead…")}</p>)}
      {page && (
        <div class="lead">
          <div class="lead-col">
            <Beside sides={page.sides} chosen={beside} choose={setBeside} />
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
            ) : page.sides[0] ? (
              <Alone side={page.sides[0]} viewer={viewer} selector={page.clue?.box ?? null}>
                {below}
              </Alone>
            ) : null}
            <CluePanel controller={controller} page={page} />
            <ByHand controller={controller} page={page} />
            <EvidenceStrip page={page} base={controller.facts.base} />
            <OtherLeads page={page} base={controller.facts.base} />
            <Notes controller={controller} page={page} viewer={viewer} marking={marking} />
            <Comments controller={controller} page={page} />
          </div>
          <div class="lead-col">
            <AssessmentPanel controller={controller} page={page} />
          </div>
          <div class="lead-col">
            <Access controller={controller} page={page} />
            {page.sides.length > 1 && (
              <>
                <Jurisdiction controller={controller} page={page} />
                <Corroboration controller={controller} page={page} />
                <Referrals controller={controller} page={page} />
              </>
            )}
            <History controller={controller} page={page} />
          </div>
        </div>
      )}
    </>
  );
}

/** The lead closed while somebody wrote an opinion on it: the words stay to be copied. */
function Written({ reason }: { reason: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.replaceChildren(...(reason.trim() ? [textToCopy(reason)] : [])), [reason]);
  return <div ref={place} />;
}

function Failed({ controller }: { controller: LeadController }) {
  const failure = controller.failure.value;
  if (!failure) return null;
  return (
    <div class="void" role="alert">
      <Icon name={failure.status === 404 ? "search" : "warn"} />
      <h1>{failure.status === 404 ? t("There is nothing at this address") : t("The lead could not be loaded")}</h1>
      <p>{failure.message}</p>
      <Written reason={controller.draft.value.reason} />
      <button class="btn" type="button" onClick={() => void controller.ask()}>
        {t("Try again")}
      </button>
    </div>
  );
}
