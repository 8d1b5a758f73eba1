/** Closed material of another country: who asked for access, and the answer. */
import { rich, t } from "../core/i18n";
import { Icon } from "../shared/icon";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting, Time } from "./parts";
import type { AccessRequest, LeadPage } from "./types";

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
