/** The lead's first line: what it is, who holds it until when, who is here, and what can be done with the claim. */
import type { Question } from "../core/confirm";
import { rich, t, word } from "../core/i18n";
import { Choice } from "../shared/choice";
import { Icon, Key, Ring } from "../shared/icon";
import { left } from "../shared/time";
import { leadNumber } from "../shared/numbers";
import { Name, plainName, toldApart } from "../shared/name";
import { sideName } from "./sides";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting } from "../shared/parts";
import type { LeadPage, Present, Side } from "./types";

function SideNames({ sides }: { sides: readonly Side[] }) {
  const names = sides.map((side) => <b key={side.side}>{sideName(side)}</b>);
  const [one, other] = names;
  if (names.length === 2 && one && other) return rich("{one} and {other}", { one, other });
  return names.map((name, index) => (index ? [" · ", name] : name));
}

export function Head({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const shown = page.stage === "open" && page.holder ? "claimed" : page.stage;
  return (
    <div class="lead-head">
      <h1>
        <bdi>{leadNumber(page.number)}</bdi>
      </h1>
      <span class={`st st-${shown}`}>
        <Icon name={shown} />
        {word("lead_stage", shown)}
      </span>
      <span class="q2">
        {word("lead_kind", page.kind)} {page.sides.length > 0 && "·"} <SideNames sides={page.sides} />
      </span>
      <PriorityChip page={page} />
      {page.late_until && (
        <span class="chip">
          <Icon name="clock" />
          {t("Found after the window; worked on until {day}", { day: page.late_until })}
        </span>
      )}
      {page.basis_ended.map((cause) => (
        <span class="chip danger" key={cause}>
          <Icon name="withdrawn" />
          {word("basis_end", cause)}
        </span>
      ))}
      {page.stage_reason && <span class="q reason">{page.stage_reason}</span>}
      <Holder controller={controller} page={page} />
      <Watching people={page.presence} me={controller.facts.me} />
      <Actions controller={controller} page={page} />
    </div>
  );
}

function PriorityChip({ page }: { page: LeadPage }) {
  if (page.priority !== 1) return <span class="chip">P{page.priority}</span>;
  const name = page.urgent ? plainName(page.urgent.by) : "";
  const reason = page.urgent?.reason;
  return (
    <>
      <span class="chip danger">
        <Icon name="warn" />
        {t("P1 · urgent")}
      </span>
      {page.urgent && (
        <span class="q reason">
          {reason ? t("{name} marked it as urgent: {reason}", { name, reason }) : t("{name} marked it as urgent", { name })}
        </span>
      )}
    </>
  );
}

function Holder({ controller, page }: { controller: LeadController; page: LeadPage }) {
  if (!page.holder || !page.lease_until) {
    return (
      <span class="push q">
        {page.holder_left && page.custody
          ? rich("In custody of {country}: {cause}.", {
              country: <bdi>{page.custody}</bdi>,
              cause: word("holder_left", page.holder_left),
            })
          : page.custody
            ? rich("In custody of {country}: its people go on.", { country: <bdi>{page.custody}</bdi> })
            : t("Nobody holds this lead.")}
      </span>
    );
  }
  const ms = Date.parse(page.lease_until) - controller.now.value;
  const time = <span class={controller.leaseWarning.value ? "low-t" : ""}>{left(ms)}</span>;
  return (
    <span class="row push">
      <Ring share={ms / (page.lease_s * 1000)} />
      <span>
        {page.claim.mine
          ? rich("{you} hold this lead · {time} left", { you: <b>{t("You")}</b>, time })
          : rich("{name} holds this lead · {time} left", {
              name: (
                <b>
                  <Name who={page.holder} />
                </b>
              ),
              time,
            })}
      </span>
    </span>
  );
}

function Watching({ people, me }: { people: readonly Present[]; me: number }) {
  const others = people.filter((person) => person.user !== me);
  const first = others[0];
  if (!first) return null;
  const editing = first.mode === "editing";
  return (
    <span class="pres" title={others.map(plainName).join(", ")}>
      <span class={editing ? "dot edit" : "dot"} aria-hidden="true" />
      {editing ? t("{name} is editing", { name: plainName(first) }) : t("{name} is viewing", { name: plainName(first) })}
      {others.length > 1 && ` +${others.length - 1}`}
    </span>
  );
}

function Actions({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const may = page.permissions;
  return (
    <>
      {may.claim_lead && (
        <Act controller={controller} part="claim" kind="main" keys="C" act={() => controller.claim()}>
          {t("Claim")} <Key name="C" />
        </Act>
      )}
      {may.hand_over_lead && <HandOver controller={controller} page={page} />}
      {may.release_lead && (
        <Act controller={controller} part="claim" keys="R" act={() => controller.release()}>
          {t("Release")} <Key name="R" />
        </Act>
      )}
      {(may.prioritise_lead || may.park_lead || may.reopen_lead || may.close_lead || may.take_over_lead) && (
        <More controller={controller} page={page} />
      )}
    </>
  );
}

function HandOver({ controller, page }: { controller: LeadController; page: LeadPage }) {
  return (
    <details class="menu" id="hand-over">
      <summary class="btn" aria-keyshortcuts="H">
        {t("Hand over")} <Key name="H" />
      </summary>
      <form autocomplete="off" class="body stack" onSubmit={submitting(async ({ to }) => controller.handOver(Number(to)))}>
        <Field id="hand-to" label={t("To")} hint={t("Whoever has given an opinion on this lead cannot take it.")}>
          <Choice id="hand-to" name="to" required none="" options={toldApart(page.examiners)} />
        </Field>
        <button type="submit" class="btn main" disabled={controller.offline.value}>
          {t("Hand over now")}
        </button>
      </form>
    </details>
  );
}

function More({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const may = page.permissions;
  return (
    <details class="menu">
      <summary class="btn" aria-label={t("More actions")}>
        {t("More")}
        <Icon name="down" />
      </summary>
      <div class="body">
        <Faults controller={controller} part="more" />
        {may.prioritise_lead && (
          <div class="field">
            <span class="label" id="prio-label">
              {t("Priority")}
            </span>
            <span class="seg" role="group" aria-labelledby="prio-label">
              {[2, 3].map((level) => (
                <button
                  key={level}
                  class="btn"
                  type="button"
                  aria-pressed={page.priority === level}
                  disabled={controller.offline.value}
                  onClick={() => void controller.send("more", "POST", `${controller.path}/priority`, { priority: level })}
                >
                  P{level}
                </button>
              ))}
            </span>
            <span class="hint">{t("P1: a child may be at risk now. Mark the lead as urgent, and say why.")}</span>
          </div>
        )}
        {may.prioritise_lead && (
          <WithReason controller={controller} id="urgent" action={t("Mark as urgent")} label={t("Why urgent")} />
        )}
        {may.park_lead && (
          <WithReason controller={controller} id="park" action={t("Set the lead aside")} label={t("Why set aside")} />
        )}
        {may.reopen_lead && (
          <WithReason controller={controller} id="reopen" action={t("Take up again")} label={t("Why take up again")} />
        )}
        {may.close_lead && (
          <WithReason
            controller={controller}
            id="close"
            action={t("Close the lead")}
            label={t("Why close the lead")}
            asks={{
              question: t("Close {lead} for good?", { lead: leadNumber(page.number) }),
              touches: [t("It leaves the board, and nobody takes it up again.")],
              yes: t("Close the lead"),
            }}
          />
        )}
        {may.take_over_lead && (
          <WithReason controller={controller} id="take-over" action={t("End this claim")} label={t("Why end the claim")} />
        )}
      </div>
    </details>
  );
}

function WithReason({
  controller,
  id,
  action,
  label,
  asks = null,
}: {
  controller: LeadController;
  id: string;
  action: string;
  label: string;
  asks?: Question | null;
}) {
  return (
    <form
      autocomplete="off"
      class="stack"
      data-draft={`why-${id}`}
      onSubmit={submitting(
        ({ reason }) => controller.send("more", "POST", `${controller.path}/${id}`, { reason }),
        () => asks,
      )}
    >
      <Field id={`why-${id}`} label={label}>
        <input class="in" id={`why-${id}`} name="reason" required maxLength={500} autocomplete="off" />
      </Field>
      <button type="submit" class="btn" disabled={controller.offline.value}>
        {action}
      </button>
    </form>
  );
}

/** Told in the page while the lease runs out and nothing is touched. */
export function LeaseWarning({ controller, page }: { controller: LeadController; page: LeadPage }) {
  if (!controller.leaseWarning.value || controller.leaseLeftMs.value <= 0) return null;
  return (
    <div class="wide-banner" role="status">
      <Ring share={controller.leaseLeftMs.value / (page.lease_s * 1000)} />
      <div>
        {rich("{left} on {lead}.", {
          left: <b class="low-t">{t("{time} left", { time: left(controller.leaseLeftMs.value) })}</b>,
          lead: leadNumber(page.number),
        })}{" "}
        {t("If it ends, the lead is open again and your draft stays.")}
      </div>
      <span class="row push">
        <Act controller={controller} part="claim" kind="main small" keys="K" act={() => controller.renew()}>
          {t("Keep it")} <Key name="K" />
        </Act>
      </span>
    </div>
  );
}
