/** What holds a referral back, who asked to release it and why, and the two steps of the two people. */
import { rich, t } from "../core/i18n";
import { Icon } from "../shared/icon";
import { Name } from "../shared/name";
import { referralNumber } from "../shared/numbers";
import type { LeadController } from "./controller";
import { Act, Field, submitting } from "../shared/parts";
import type { Referral } from "./types";

export function Held({ controller, referral }: { controller: LeadController; referral: Referral }) {
  const { release } = referral;
  if (!referral.is_held && !release?.confirmed_by) return null;
  return (
    <div class={referral.is_held ? "notice danger" : "notice"} data-held={referral.is_held ? "" : undefined}>
      <Icon name="warn" />
      <div class="stack">
        {referral.is_held && (
          <>
            <p>
              <b>{t("Held back: the record does not match.")}</b>{" "}
              {t("Observers and the operation lead read on the page Record which rows they are.")}{" "}
              {referral.broken.length > 0 && <span class="mono">{referral.broken.join(", ")}</span>}
            </p>
            <p>
              {t(
                "If a child is at risk, it need not wait: the sending country asks to release it, and somebody of another country confirms.",
              )}
            </p>
          </>
        )}
        {release && (
          <p>{rich("{name} asked to release it: {reason}", { name: <Name who={release.asked_by} />, reason: release.reason })}</p>
        )}
        {release && (
          <p>
            {release.confirmed_by
              ? rich("{name} confirmed. The package says so.", { name: <Name who={release.confirmed_by} /> })
              : t("Somebody of another country must confirm.")}
          </p>
        )}
        {referral.may_ask_release && <AskRelease controller={controller} referral={referral} />}
        {referral.may_confirm_release && (
          <Act
            controller={controller}
            part="referral"
            kind="small"
            asks={{
              question: t("Release {referral}?", { referral: referralNumber(referral.number) }),
              touches: [t("It may be sent although the record does not match. Its package says why, and that you confirmed.")],
              yes: t("Confirm the release"),
            }}
            act={() => controller.send("referral", "POST", `/api/v1/referrals/${referral.id}/confirm-release`, {})}
          >
            {t("Confirm the release")}
          </Act>
        )}
      </div>
    </div>
  );
}

function AskRelease({ controller, referral }: { controller: LeadController; referral: Referral }) {
  const id = `release-${referral.id}`;
  return (
    <form
      autocomplete="off"
      class="stack"
      data-draft={id}
      onSubmit={submitting(({ reason }) =>
        controller.send("referral", "POST", `/api/v1/referrals/${referral.id}/ask-release`, { reason }),
      )}
    >
      <Field id={id} label={t("Why it cannot wait")} hint={t("It is printed on the package.")}>
        <input class="in" id={id} name="reason" required maxLength={500} autocomplete="off" />
      </Field>
      <button type="submit" class="btn small" disabled={controller.offline.value}>
        {t("Ask to release it")}
      </button>
    </form>
  );
}
