/** Closed material of another country: who asked for access, and the answer. */
import { rich, t, tn } from "../core/i18n";
import { Icon } from "../shared/icon";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting, Time } from "../shared/parts";
import type { AccessRequest, LeadPage } from "./types";

export function Access({ controller, page }: { controller: LeadController; page: LeadPage }) {
  if (!page.permissions.ask_access && !page.access_requests.length) return null;
  const hidden = page.sides.find((side) => side.hidden);
  const pair = page.sides.find((side) => side.is_pair_only);
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
        {pair && (
          <p>
            {t("{country} opened the picture on this lead to your agency, and nothing beside it.", { country: pair.country })}{" "}
            <span class="q2">{t("If you need the exhibit, say why and ask again.")}</span>
          </p>
        )}
        {page.access_requests.map((request) => (
          <AccessRow key={request.id} controller={controller} request={request} />
        ))}
        {page.permissions.ask_access && (
          <form
            autocomplete="off"
            class="stack"
            data-draft="access"
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
  const takeBack = () => controller.send("access", "POST", `/api/v1/access-requests/${request.id}/take-back`);
  let state = t("not answered yet");
  if (request.granted === true) state = request.scope === "pair" ? t("the two pictures opened") : t("all of it opened");
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
        {request.may_answer && request.granted === null && <Answer controller={controller} request={request} />}
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

const HOURS = 48;
/** commands/access.py, MOST_HOURS. */
const MOST_HOURS = 336;

/** What is opened, and for how long. The narrower is chosen until the owner chooses otherwise. */
function Answer({ controller, request }: { controller: LeadController; request: AccessRequest }) {
  const send = (body: { granted: boolean; scope?: string; hours?: number }) =>
    controller.send("access", "POST", `/api/v1/access-requests/${request.id}/answer`, body);
  const id = `ac-${request.id}`;
  const whole = request.is_register ? t("The whole register") : t("The whole exhibit");
  return (
    <form
      autocomplete="off"
      class="stack"
      data-draft={id}
      onSubmit={submitting(
        ({ scope, hours }) => send({ granted: true, scope: scope ?? "pair", hours: Number(hours) }),
        ({ scope, hours }) => ({
          question: t("Open it to {agency}?", { agency: request.agency.name }),
          touches: [
            scope === "exhibit" ? whole : t("The two pictures of this lead"),
            tn("For {n} hour", "For {n} hours", Number(hours)),
            t("What was seen stays seen."),
          ],
          yes: t("Open"),
        }),
      )}
    >
      <fieldset>
        <legend class="label">{t("What do you open to {agency}?", { agency: request.agency.name })}</legend>
        <label class="choice">
          <input type="radio" name="scope" value="pair" defaultChecked />
          <span>{t("The two pictures of this lead")}</span>
        </label>
        <label class="choice">
          <input type="radio" name="scope" value="exhibit" />
          <span>{whole}</span>
        </label>
      </fieldset>
      <Field id={id} label={t("Hours")} hint={t("At most 14 days.")}>
        <input class="in" id={id} name="hours" type="number" min={1} max={MOST_HOURS} defaultValue={String(HOURS)} required />
      </Field>
      <span class="row wrap">
        <button type="submit" class="btn small" disabled={controller.offline.value || controller.busy.value !== ""}>
          {t("Open")}
        </button>
        <Act controller={controller} part="access" kind="small quiet" act={() => send({ granted: false })}>
          {t("Refuse")}
        </Act>
      </span>
    </form>
  );
}
