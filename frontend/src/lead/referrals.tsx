/** Which agencies the lead was sent to, and the draft of another referral. */
import { useState } from "preact/hooks";
import { codes, rich, t, tn, word } from "../core/i18n";
import { Choice, coded, type Option } from "../shared/choice";
import { Name } from "../shared/name";
import { agencyName, referralNumber } from "../shared/numbers";
import { span } from "../shared/time";
import type { LeadController } from "./controller";
import { Held } from "./held";
import { Act, Faults, Field, submitting } from "../shared/parts";
import type { Competence, LeadPage, Referral } from "./types";

export function Referrals({ controller, page }: { controller: LeadController; page: LeadPage }) {
  if (!page.referrals.length && !page.permissions.draft_referral) return null;
  return (
    <section class="panel" aria-labelledby="re">
      <header>
        <h2 id="re">{t("Referrals")}</h2>
      </header>
      <div class="body stack">
        <Faults controller={controller} part="referral" />
        {page.referrals.map((referral) => (
          <ReferralRow
            key={referral.id}
            controller={controller}
            referral={referral}
            reached={page.agencies.find(({ id }) => id === referral.to_agency.id)?.is_reached ?? true}
          />
        ))}
        {page.permissions.draft_referral && <DraftReferral controller={controller} page={page} />}
      </div>
    </section>
  );
}

interface ReferralRowProps {
  controller: LeadController;
  referral: Referral;
  /** Whether somebody who answers referrals can sign in for its agency. */
  reached: boolean;
}

function ReferralRow({ controller, referral, reached }: ReferralRowProps) {
  const due = referral.due_at ? Date.parse(referral.due_at) - controller.now.value : null;
  const refused = referral.state === "returned" || referral.state === "declined";
  return (
    <div class="claimrow">
      <span class="cc">{referral.to_agency.country}</span>
      <span>
        <a href={`${controller.facts.base}/referrals/${referral.id}`}>
          <bdi>{referralNumber(referral.number)}</bdi>
        </a>{" "}
        {rich("to {agency}", { agency: <b>{referral.to_agency.name}</b> })}{" "}
        <span class={refused ? "low-t" : "q"}>
          · {word("competence", referral.competence)} · {word("referral_state", referral.state)}
        </span>
      </span>
      <span class="rest">
        {referral.state === "drafted" && (
          <>
            {rich("Drafted by {name}.", { name: <Name who={referral.drafted_by} /> })}{" "}
            {referral.approved_by
              ? rich("Approved by {name}.", { name: <Name who={referral.approved_by} /> })
              : t("A second person must approve it.")}{" "}
            <span class={referral.package_state === "failed" ? "low-t" : "q"}>
              {word("package_state", referral.package_state)}
            </span>{" "}
          </>
        )}
        {!reached && (referral.state === "drafted" || referral.state === "sent") && (
          <span class="low-t" data-unreached>
            {t("Nobody can sign in for this agency now.")}
          </span>
        )}
        {referral.state === "sent" && due !== null && (
          <span class={due < 0 ? "low-t" : ""}>
            {due < 0 ? t("answer late by {time}", { time: span(-due) }) : t("answer due in {time}", { time: span(due) })}
          </span>
        )}
        {referral.reason && <span>{referral.reason}</span>}
        <Held controller={controller} referral={referral} />
        <span class="row wrap">
          {referral.may_approve && (
            <Act
              controller={controller}
              part="referral"
              kind="small"
              act={() => controller.send("referral", "POST", `/api/v1/referrals/${referral.id}/approve`, {})}
            >
              {t("Approve")}
            </Act>
          )}
          {referral.may_send && (
            <Act
              controller={controller}
              part="referral"
              kind="small main"
              asks={{
                question: t("Send {referral} now?", { referral: referralNumber(referral.number) }),
                touches: [
                  t("To: {agency} ({country})", { agency: referral.to_agency.name, country: referral.to_agency.country }),
                  t("The package with the faces of this lead leaves. It cannot be called back."),
                ],
                yes: t("Send"),
              }}
              act={() => controller.send("referral", "POST", `/api/v1/referrals/${referral.id}/send`, {})}
            >
              {t("Send")}
            </Act>
          )}
        </span>
      </span>
    </div>
  );
}

/** An agency's name, and that nobody would receive anything there. */
function nameToChoose({ name, country, is_reached }: LeadPage["agencies"][number]): string {
  const shown = agencyName(name, country);
  return is_reached ? shown : t("{agency} · nobody can sign in", { agency: shown });
}

function DraftReferral({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const [chosen, choose] = useState<Competence | null>(null);
  // What the stated grounds name most stands first; until somebody chooses, the form follows them.
  const competence = chosen ?? page.addressees[0]?.competence ?? "protection";
  const able = page.addressees.filter((each) => each.competence === competence).map((each) => each.agency_id);
  const names = new Map(page.agencies.map((agency) => [agency.id, nameToChoose(agency)]));
  const besides = page.corroboration.length;
  const speaks = page.corroboration.some((each) => each.speaks === "for");
  return (
    <details>
      <summary>{t("Draft a referral")}</summary>
      <form
        autocomplete="off"
        class="stack form"
        data-draft="referral"
        onSubmit={submitting(({ to_agency_id, ...rest }) =>
          controller.send("referral", "POST", `${controller.path}/referrals`, { ...rest, to_agency_id: Number(to_agency_id) }),
        )}
      >
        <div class="cols">
          <Field id="re-for" label={t("For")}>
            <Choice
              id="re-for"
              name="competence"
              options={coded("competence")}
              value={competence}
              choose={(code) => choose(code as Competence)}
            />
          </Field>
          <Field id="re-urgency" label={t("Urgency")}>
            <Choice id="re-urgency" name="urgency" options={urgencies()} value={page.suggested_urgency} />
          </Field>
        </div>
        <Field id="re-to" label={t("To")}>
          <Choice
            key={`${competence} ${able.join(" ")}`}
            id="re-to"
            name="to_agency_id"
            required
            {...(able.length ? {} : { none: t("State a ground for this first.") })}
            options={able.map((id) => [String(id), names.get(id) ?? String(id)])}
            value={String(able[0] ?? "")}
          />
        </Field>
        <Field id="re-msg" label={t("Message")}>
          <textarea class="in" id="re-msg" name="message" maxLength={8000} />
        </Field>
        <p class={speaks ? "q" : "low-t"}>
          {speaks
            ? tn(
                "What is stated besides the face goes with it: {n} statement.",
                "What is stated besides the face goes with it: {n} statements.",
                besides,
              )
            : t("First state what speaks for it besides the face, above.")}
        </p>
        <button type="submit" class="btn" disabled={controller.offline.value || !speaks}>
          {t("Draft it")}
        </button>
        <p class="q">{t("Nothing is sent until a second person approves it.")}</p>
      </form>
    </details>
  );
}

/** Each urgency with the time in which it asks for an answer. */
function urgencies(): Option[] {
  return codes("urgency").map((code) => [
    code,
    t("{urgency}: answer within {time}", { urgency: word("urgency", code), time: word("answer_within", code) }),
  ]);
}
