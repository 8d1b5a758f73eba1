/** Who may answer for what: stated grounds, referrals, requests for closed material. */
import { codes, rich, t, word } from "../core/i18n";
import { Icon } from "../shared/icon";
import { span } from "../shared/time";
import { referralNumber } from "../shared/numbers";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting, Time } from "./parts";
import type { AccessRequest, LeadPage, Referral } from "./types";

export function Jurisdiction({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const countries = [...new Set([...page.countries, ...page.agencies.map((agency) => agency.country)])].sort();
  return (
    <section class="panel" aria-labelledby="ju">
      <header>
        <h2 id="ju">{t("Jurisdiction")}</h2>
      </header>
      <div class="body stack">
        <Faults controller={controller} part="jurisdiction" />
        {!page.jurisdiction.length && <p class="q">{t("No country has stated a ground yet.")}</p>}
        {page.jurisdiction.map((claim) => (
          <div class="claimrow" key={claim.id}>
            <span class="cc">{claim.country}</span>
            <span>
              {word("ground", claim.ground)} <span class="q">· {word("competence", claim.competence)}</span>
            </span>
            <span class="rest">
              {claim.basis}{" "}
              <span class="q">
                <Name who={claim.stated_by} />
              </span>{" "}
              {claim.may_withdraw && (
                <Act
                  controller={controller}
                  part="jurisdiction"
                  kind="small quiet"
                  act={() => controller.send("jurisdiction", "DELETE", `/api/v1/jurisdiction/${claim.id}`)}
                >
                  {t("Withdraw")}
                </Act>
              )}
            </span>
          </div>
        ))}
        {page.permissions.state_jurisdiction && <StateGround controller={controller} countries={countries} />}
      </div>
    </section>
  );
}

function StateGround({ controller, countries }: { controller: LeadController; countries: readonly string[] }) {
  return (
    <details>
      <summary>{t("State a ground")}</summary>
      <form
        class="stack form"
        onSubmit={submitting((body) => controller.send("jurisdiction", "POST", `${controller.path}/jurisdiction`, body))}
      >
        <div class="cols">
          <Field id="ju-country" label={t("Country")}>
            <select class="in" id="ju-country" name="country">
              {countries.map((country) => (
                <option key={country} value={country} selected={country === controller.facts.country}>
                  {country}
                </option>
              ))}
            </select>
          </Field>
          <Field id="ju-for" label={t("For")}>
            <select class="in" id="ju-for" name="competence">
              {codes("competence").map((name) => (
                <option key={name} value={name}>
                  {word("competence", name)}
                </option>
              ))}
            </select>
          </Field>
        </div>
        <Field id="ju-ground" label={t("Ground")}>
          <select class="in" id="ju-ground" name="ground">
            {codes("ground").map((name) => (
              <option key={name} value={name}>
                {word("ground", name)}
              </option>
            ))}
          </select>
        </Field>
        <Field id="ju-basis" label={t("What supports it")}>
          <textarea class="in" id="ju-basis" name="basis" required maxLength={2000} />
        </Field>
        <button type="submit" class="btn" disabled={controller.offline.value}>
          {t("State it")}
        </button>
      </form>
    </details>
  );
}

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
          <ReferralRow key={referral.id} controller={controller} referral={referral} />
        ))}
        {page.permissions.draft_referral && <DraftReferral controller={controller} page={page} />}
      </div>
    </section>
  );
}

function ReferralRow({ controller, referral }: { controller: LeadController; referral: Referral }) {
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
            </span>
          </>
        )}
        {referral.state === "sent" && due !== null && (
          <span class={due < 0 ? "low-t" : ""}>
            {due < 0 ? t("answer late by {time}", { time: span(-due) }) : t("answer due in {time}", { time: span(due) })}
          </span>
        )}
        {referral.reason && <span>{referral.reason}</span>}
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

function DraftReferral({ controller, page }: { controller: LeadController; page: LeadPage }) {
  return (
    <details>
      <summary>{t("Draft a referral")}</summary>
      <form
        class="stack form"
        onSubmit={submitting(({ to_agency_id, ...rest }) =>
          controller.send("referral", "POST", `${controller.path}/referrals`, { ...rest, to_agency_id: Number(to_agency_id) }),
        )}
      >
        <Field id="re-to" label={t("To")}>
          <select class="in" id="re-to" name="to_agency_id" required>
            <option value="" />
            {page.agencies.map((agency) => (
              <option key={agency.id} value={String(agency.id)}>
                {agency.country} · {agency.name}
              </option>
            ))}
          </select>
        </Field>
        <div class="cols">
          <Field id="re-for" label={t("For")}>
            <select class="in" id="re-for" name="competence">
              {codes("competence").map((name) => (
                <option key={name} value={name}>
                  {word("competence", name)}
                </option>
              ))}
            </select>
          </Field>
          <Field id="re-urgency" label={t("Urgency")}>
            <select class="in" id="re-urgency" name="urgency">
              {codes("urgency").map((name) => (
                <option key={name} value={name} selected={name === "normal"}>
                  {t("{urgency}: answer within {time}", {
                    urgency: word("urgency", name),
                    time: word("answer_within", name),
                  })}
                </option>
              ))}
            </select>
          </Field>
        </div>
        <Field id="re-cor" label={t("What supports it besides the face")}>
          <textarea class="in" id="re-cor" name="corroboration" required maxLength={8000} />
        </Field>
        <Field id="re-msg" label={t("Message")}>
          <textarea class="in" id="re-msg" name="message" maxLength={8000} />
        </Field>
        <button type="submit" class="btn" disabled={controller.offline.value}>
          {t("Draft it")}
        </button>
        <p class="q">{t("Nothing is sent until a second person approves it.")}</p>
      </form>
    </details>
  );
}

export function Access({ controller, page }: { controller: LeadController; page: LeadPage }) {
  if (!page.permissions.ask_access && !page.access_requests.length) return null;
  const hidden = page.sides.find((side) => side.hidden);
  return (
    <section class="panel" aria-labelledby="ac">
      <header>
        <h2 id="ac">{t("Closed material")}</h2>
      </header>
      <div class="body stack">
        <Faults controller={controller} part="access" />
        {hidden && (
          <div class="row">
            <span class="thumb restricted">
              <Icon name="lock" />
            </span>
            <span>
              <b>{t("Match with restricted material of {country}", { country: hidden.country })}</b>
              <br />
              <span class="q2">{t("Nothing more is known here.")}</span>
            </span>
          </div>
        )}
        {page.access_requests.map((request) => (
          <AccessRow key={request.id} controller={controller} request={request} />
        ))}
        {page.permissions.ask_access && (
          <form
            class="stack"
            onSubmit={submitting((body) => controller.send("access", "POST", `${controller.path}/access-requests`, body))}
          >
            <Field id="ac-why" label={t("Why access is needed")}>
              <textarea class="in" id="ac-why" name="reason" required maxLength={2000} />
            </Field>
            <button type="submit" class="btn" disabled={controller.offline.value}>
              {t("Ask for access")}
            </button>
          </form>
        )}
      </div>
    </section>
  );
}

function AccessRow({ controller, request }: { controller: LeadController; request: AccessRequest }) {
  const answer = (body: { granted: boolean; hours?: number }) =>
    controller.send("access", "POST", `/api/v1/access-requests/${request.id}/answer`, body);
  const takeBack = () => controller.send("access", "POST", `/api/v1/access-requests/${request.id}/take-back`);
  let state = t("not answered yet");
  if (request.granted === true) state = t("granted");
  if (request.granted === false) state = t("refused");
  if (request.is_over) state = t("over");
  return (
    <div class="claimrow">
      <span class="cc">{request.agency.country}</span>
      <span>
        <Name who={request.asked_by} /> <span class="q">· {state}</span>
      </span>
      <span class="rest">
        {request.reason}{" "}
        {request.until &&
          !request.is_over &&
          rich("Open until {time}.", { time: <Time controller={controller} at={request.until} /> })}
        {request.may_answer && request.granted === null && (
          <span class="row wrap">
            <Act controller={controller} part="access" kind="small" act={() => answer({ granted: true, hours: 48 })}>
              {t("Open for 48 h")}
            </Act>
            <Act controller={controller} part="access" kind="small quiet" act={() => answer({ granted: false })}>
              {t("Refuse")}
            </Act>
          </span>
        )}
        {request.may_take_back && (
          <span class="row wrap">
            <Act controller={controller} part="access" kind="small quiet" act={takeBack}>
              {t("Take access back")}
            </Act>
          </span>
        )}
      </span>
    </div>
  );
}
