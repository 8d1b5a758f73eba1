/** The assessment: a blind opinion, signed, revocable for ten seconds; the score only afterwards, with what it means and does not. */
import { useEffect, useRef, useState } from "preact/hooks";
import { call, Refusal } from "../core/api";
import { codes, rich, t, tn, word } from "../core/i18n";
import { Icon, Key } from "../shared/icon";
import { Name, plainName } from "../shared/name";
import type { ClaimEnd } from "./claim-end";
import type { LeadController } from "./controller";
import { OpinionForm } from "./opinion-form";
import { Act, Faults, Time } from "../shared/parts";
import type { ErrorRate, Judgement, KnownErrors, LeadPage, RevealedAssessment, Score, Suitability } from "./types";
import { JUDGEMENT_SIGN, opinionWord } from "./scale";

export function AssessmentPanel({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const isTwinOpen = page.assessments.length > 0 && page.sides.every((side) => side.face);
  return (
    <section class="panel" aria-labelledby="as">
      <header>
        <h2 id="as">{t("Assessment")}</h2>
        <span class="push">{page.second_from_other_country ? t("two people, two countries") : t("two people")}</span>
      </header>
      <Slots controller={controller} page={page} />
      <div class="body stack">
        <Faults controller={controller} part="claim" />
        <Ended controller={controller} />
        {page.score ? (
          <ScoreBox score={page.score} controller={controller} />
        ) : (
          (page.score_withheld || isTwinOpen) && <Sealed page={page} />
        )}
        <Mine controller={controller} page={page} />
        {page.assessments.map((assessment) => (
          <Revealed key={assessment.id} assessment={assessment} controller={controller} page={page} />
        ))}
      </div>
    </section>
  );
}

/** My claim ended without my doing: why, and what became of what I was writing. Stays until it is understood or claimed again. */
function Ended({ controller }: { controller: LeadController }) {
  const end = controller.ended.value;
  if (!end) return null;
  const { reason } = controller.draft.value;
  return (
    <div class="notice warn" role="alert" data-ended>
      <Icon name="warn" />
      <div class="stack">
        <b>{t("You no longer hold this lead; your draft is kept.")}</b>
        <p>{whyEnded(end)}</p>
        {controller.unsent.value && (
          <p class="low-t">{t("Not sent yet: it is tried again until it is. Do not close this page.")}</p>
        )}
        {reason.trim() && (
          <details>
            <summary>{t("What you had written")}</summary>
            <p class="q2">{reason}</p>
          </details>
        )}
        <button
          class="btn small"
          type="button"
          onClick={() => {
            controller.ended.value = null;
          }}
        >
          {t("Understood")}
        </button>
      </div>
    </div>
  );
}

function whyEnded(end: ClaimEnd) {
  if (end.why === "lease") return t("The lease ran out.");
  const facts = { name: <bdi>{end.name}</bdi>, what: end.text.replace(/[.]+$/, "") };
  return end.why === "mine"
    ? rich("{name} {what}, in another window or on another device of the same account.", facts)
    : rich("{name} {what}.", facts);
}

/** Whose opinions there are and are to come; never which, until the lead is decided. */
function Slots({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const names = [t("First opinion"), t("Second opinion"), t("Third opinion")];
  const pending = page.my_assessment && !page.my_assessment.settled_at ? 1 : 0;
  const wanted = page.opinions_wanted === "third" || page.opinions + pending > 2 ? 3 : 2;
  const decided = page.assessments.length > 0;
  return (
    <div class={wanted === 3 ? "two three" : "two"}>
      {names.slice(0, wanted).map((name, index) => {
        const isNext = index === page.opinions;
        const revealed = page.assessments[index];
        let words = t("Waits");
        if (revealed) words = plainName(revealed.examiner);
        else if (index < page.opinions)
          words = page.my_assessment && page.opinions === 1 ? t("You · signed") : t("Signed · sealed");
        else if (isNext && pending) words = t("You · signed");
        else if (isNext && page.claim.mine) words = t("You");
        else if (isNext && page.holder) words = plainName(page.holder);
        else if (index > 0 && page.second_from_other_country) words = t("Waits · another country");
        return (
          <div key={name} data-on={isNext && !decided ? "" : undefined}>
            <b>{name}</b>
            <span class="q2">
              {words}
              {isNext && !pending && page.claim.mine && controller.savedAt.value && (
                <>
                  {" · "}
                  {rich("draft saved {time}", { time: <Time controller={controller} at={controller.savedAt.value} /> })}
                </>
              )}
            </span>
          </div>
        );
      })}
    </div>
  );
}

function Sealed({ page }: { page: LeadPage }) {
  const isSettled = Boolean(page.my_assessment?.settled_at);
  if (page.assessments.length || isSettled)
    return (
      <div class="sealed">
        <Icon name="eyeoff" />
        <span>{t("Score withheld: another lead compares the same pictures and waits for your opinion.")}</span>
      </div>
    );
  return (
    <div class="sealed">
      <Icon name="eyeoff" />
      <span>
        <b>{t("Score withheld until you decide.")}</b>{" "}
        {page.my_assessment
          ? t("You see it once your signed opinion can no longer be undone.")
          : t("You see it once your opinion is signed. The next examiner does not.")}
      </span>
    </div>
  );
}

function ScoreBox({ score, controller }: { score: Score; controller: LeadController }) {
  const width = 144;
  const at = (value: number) => 2 + Math.min(1, Math.max(0, value)) * (width - 4);
  const words = t("{score}, threshold {threshold}", { score: score.score.toFixed(3), threshold: score.threshold.toFixed(2) });
  return (
    <div class="stack">
      <div class="row wrap">
        <span class="big-n b">
          <bdi>{score.score.toFixed(3)}</bdi>
        </span>
        <svg class="scale" viewBox={`0 0 ${width} 14`} role="img" aria-label={words}>
          <path class="axis" d={`M2 7h${width - 4}`} />
          <rect class="fig" x="2" y="4.5" width={at(score.score) - 2} height="5" rx="1" />
          <path class="thr" d={`M${at(score.threshold)} 0v14`} />
        </svg>
        <span class="q2">{t("threshold {n}", { n: score.threshold.toFixed(2) })}</span>
        <span class="chip">{word("band", score.band)}</span>
      </div>
      <p class="q2">
        <b>{t("Investigative lead, not an identification.")}</b>{" "}
        {t(
          "The score says how alike the recogniser finds two pictures. It is not validated on children; errors rise with age gaps.",
        )}
      </p>
      <Errors known={score.errors} />
      <Again controller={controller} />
      <p class="q">
        {rich("Recogniser {model}", { model: <span class="mono">{score.model_digest.slice(0, 8)}…</span> })}{" "}
        {score.shown_at &&
          rich("· shown since {time}; recorded.", { time: <Time controller={controller} at={score.shown_at} /> })}
      </p>
    </div>
  );
}

/** What `GET /api/v1/leads/{id}/score/again` answers. */
interface CheckedScore {
  again: ScoreAgain | null;
  code_version: string;
}

interface ScoreAgain {
  difference: number | null;
  why_not: "side_closed" | "face_gone" | "not_compared" | "other_recogniser" | null;
}

/** Computes the score anew from the two stored faces, and says whether it is the same. */
function Again({ controller }: { controller: LeadController }) {
  const [told, setTold] = useState("");
  return (
    <p class="row wrap">
      <button class="btn quiet small" type="button" onClick={async () => setTold(await scoreAgain(controller))}>
        {t("Check again")}
      </button>
      <span class="q" role="status">
        {told}
      </span>
    </p>
  );
}

/** What came of it, or why the server refused. */
async function scoreAgain({ path, page }: LeadController): Promise<string> {
  try {
    const checked = await call<CheckedScore>("GET", `${path}/score/again`);
    const other = checked.again?.difference != null && checked.code_version !== page.value?.provenance?.code_version;
    return [again(checked.again), other && t("The lead was found by another version of the program.")].filter(Boolean).join(" ");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.message;
  }
}

function again(found: ScoreAgain | null): string {
  if (!found) return t("The score is withheld.");
  if (found.why_not === "side_closed") return t("It cannot be computed by you: one side is closed to you.");
  if (found.why_not === "face_gone") return t("It cannot be computed any more: a face was taken away or withdrawn.");
  if (found.why_not === "not_compared") return t("It cannot be computed any more: a country does not let its faces be compared.");
  if (found.why_not === "other_recogniser")
    return t("It cannot be computed any more: a face was read anew by another recogniser.");
  if (!found.difference) return t("The stored faces give the same score.");
  return t("The stored faces give another score: it differs by {n}.", { n: found.difference.toFixed(4) });
}

/** How often the threshold errs, by what was measured of it. */
function Errors({ known }: { known: KnownErrors | null }) {
  if (!known) return <p class="q">{t("How often this threshold errs was not measured.")}</p>;
  return (
    <p class="q">
      {t("Pairs of two people that reach the threshold: {share}.", { share: share(known.false_accepts) })}{" "}
      {t("Pairs of one person that it misses: {share}.", { share: share(known.false_rejects) })} {t("Measured on:")}{" "}
      <bdi>{known.measured}</bdi>. {t("Not measured:")} <bdi>{known.not_measured}</bdi>.
    </p>
  );
}

function share(rate: ErrorRate): string {
  const percent = (part: number) => Number((100 * part).toPrecision(2)).toString();
  return t("{errors} of {pairs}, {share} % (95 %: {low} to {high} %)", {
    errors: rate.errors,
    pairs: rate.pairs,
    share: percent(rate.errors / rate.pairs),
    low: percent(rate.low),
    high: percent(rate.high),
  });
}

function Mine({ controller, page }: { controller: LeadController; page: LeadPage }) {
  if (page.my_assessment) return <Signed controller={controller} page={page} />;
  if (page.permissions.assess_lead) return <OpinionForm controller={controller} page={page} />;
  if (page.lacks_qualification) {
    return (
      <p class="q2">
        {t(
          "No record of your training for this kind of lead is valid today. Your country lead records it, under «Members»; the operation lead does for country leads.",
        )}
      </p>
    );
  }
  if (page.claim.mine) {
    return <p class="q2">{t("You cannot judge this pair: one side is closed to you. Ask for access, or hand it over.")}</p>;
  }
  if (page.permissions.claim_lead) {
    return (
      <>
        <p class="q2">{t("Claim the lead to give your opinion. Only one person holds it at a time.")}</p>
        <Act controller={controller} part="claim" kind="main" keys="C" act={() => controller.claim()}>
          {t("Claim")} <Key name="C" />
        </Act>
      </>
    );
  }
  if (page.sides.some((side) => side.hidden)) {
    return <p class="q2">{t("One side of this lead is closed to you. Ask for access first.")}</p>;
  }
  return page.assessments.length ? null : <p class="q2">{t("No opinion can be given from here now.")}</p>;
}

function Signed({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const mine = page.my_assessment;
  const seconds = controller.undoLeft.value;
  const button = useRef<HTMLDivElement>(null);
  const canUndo = controller.undo.value !== null && seconds > 0;
  useEffect(() => {
    if (canUndo) button.current?.querySelector("button")?.focus();
  }, [canUndo]);
  if (!mine) return null;
  return (
    <div class="stack">
      <Faults controller={controller} part="opinion" />
      <div class="notice ok">
        <Icon name="check" />
        <div>
          <b>{opinionWord(mine.opinion, page)}</b>
          <Flag controller={controller} assessment={page.assessments.find((each) => each.id === mine.id)} />
          <p class="q2">{rich("Signed by you {time}", { time: <Time controller={controller} at={mine.signed_at} /> })}</p>
          <p>{mine.reason}</p>
          <Suitable assessment={mine} />
          <Judged features={mine.features} />
        </div>
      </div>
      {canUndo && (
        <div class="row" ref={button}>
          <Act controller={controller} part="opinion" keys="U" act={() => controller.takeBack()}>
            {t("Undo")} <Key name="U" /> <span class="count">{seconds}</span>
          </Act>
          <progress max={10} value={seconds} aria-label={tn("{n} second left", "{n} seconds left", seconds)} />
        </div>
      )}
      <div class="row">
        <button class="btn" type="button" aria-keyshortcuts="N" onClick={() => void controller.next()}>
          {t("Next lead")} <Key name="N" />
        </button>
      </div>
    </div>
  );
}

/** That an opinion is flagged: the verdict stands, and whoever reads it knows what it rests on. */
function Flag({ controller, assessment }: { controller: LeadController; assessment: RevealedAssessment | undefined }) {
  if (!assessment?.doubted_at) return null;
  const time = <Time controller={controller} at={assessment.doubted_at} />;
  return (
    <p class="q2">
      <span class="chip danger">
        <Icon name="warn" />
        {t("Flagged")}
      </span>{" "}
      {assessment.doubt === "unvouched"
        ? rich("A vouch was withdrawn on which the examiner depended: noted {time}", { time })
        : rich("Others used the account that signed this opinion: noted {time}", { time })}
    </p>
  );
}

/** What the examiner said of the pictures, in the order of the sides. */
function Suitable({ assessment }: { assessment: { suitability: readonly Suitability[] } }) {
  if (!assessment.suitability.length) return null;
  const pictures = assessment.suitability.map((each) => word("suitability", each)).join(" · ");
  return <p class="q2">{t("The pictures: {pictures}", { pictures })}</p>;
}

function Judged({ features }: { features: Record<string, Judgement> }) {
  const named = codes("feature").filter((name) => features[name]);
  if (!named.length) return null;
  return (
    <p class="q2">
      {named.map((name, index) => (
        <span key={name} title={word("judgement", features[name] ?? "unclear")}>
          {index > 0 && " · "}
          {word("feature", name)} {JUDGEMENT_SIGN[features[name] ?? "unclear"]}
        </span>
      ))}
    </p>
  );
}

function Revealed({
  assessment,
  controller,
  page,
}: {
  assessment: RevealedAssessment;
  controller: LeadController;
  page: LeadPage;
}) {
  if (assessment.examiner.id === controller.facts.me) return null;
  return (
    <div class="notice info">
      <div>
        <b>{opinionWord(assessment.opinion, page)}</b>
        <Flag controller={controller} assessment={assessment} />
        <p class="q2">
          {rich("Signed by {name} {time}", {
            name: <Name who={assessment.examiner} />,
            time: <Time controller={controller} at={assessment.signed_at} />,
          })}
        </p>
        <p>{assessment.reason}</p>
        <Suitable assessment={assessment} />
        <Judged features={assessment.features} />
      </div>
    </div>
  );
}
