/** Which country states a ground to be competent for the lead. */
import { t, word } from "../core/i18n";
import { Choice, coded } from "../shared/choice";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting } from "../shared/parts";
import type { LeadPage } from "./types";

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
        autocomplete="off"
        class="stack form"
        data-draft="ground"
        onSubmit={submitting((body) => controller.send("jurisdiction", "POST", `${controller.path}/jurisdiction`, body))}
      >
        <div class="cols">
          <Field id="ju-country" label={t("Country")}>
            <Choice
              id="ju-country"
              name="country"
              options={countries.map((country) => [country, country])}
              value={controller.facts.country}
            />
          </Field>
          <Field id="ju-for" label={t("For")}>
            <Choice id="ju-for" name="competence" options={coded("competence")} />
          </Field>
        </div>
        <Field id="ju-ground" label={t("Ground")}>
          <Choice id="ju-ground" name="ground" options={coded("ground")} />
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
