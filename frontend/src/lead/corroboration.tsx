/** What speaks for or against the lead besides the comparison of faces: a type, a reference and a date. */
import { t, word } from "../core/i18n";
import { Choice, coded } from "../shared/choice";
import { Name } from "../shared/name";
import { isoDay } from "../shared/time";
import type { LeadController } from "./controller";
import { Act, Faults, Field, submitting } from "../shared/parts";
import type { LeadPage } from "./types";

export function Corroboration({ controller, page }: { controller: LeadController; page: LeadPage }) {
  const forIt = page.corroboration.some((each) => each.speaks === "for");
  return (
    <section class="panel" aria-labelledby="co">
      <header>
        <h2 id="co">{t("Besides the face")}</h2>
      </header>
      <div class="body stack">
        <Faults controller={controller} part="corroboration" />
        {page.corroboration.map((each) => (
          <div class="claimrow" key={each.id}>
            <span class="cc">{each.stated_by.country}</span>
            <span>
              {word("corroboration", each.type)}{" "}
              <span class={each.speaks === "for" ? "q" : "low-t"}>· {word("speaks", each.speaks)}</span>
            </span>
            <span class="rest">
              <bdi>{each.reference}</bdi> · <bdi class="nw">{each.dated_on}</bdi>{" "}
              <span class="q">
                <Name who={each.stated_by} />
              </span>{" "}
              {each.may_withdraw && (
                <Act
                  controller={controller}
                  part="corroboration"
                  kind="small quiet"
                  act={() => controller.send("corroboration", "DELETE", `/api/v1/corroboration/${each.id}`)}
                >
                  {t("Withdraw")}
                </Act>
              )}
            </span>
          </div>
        ))}
        {!forIt && <p class="q">{t("Nothing speaks for it yet. Not needed for an opinion, but before the lead is referred.")}</p>}
        {page.permissions.state_corroboration && <StateCorroboration controller={controller} />}
      </div>
    </section>
  );
}

function StateCorroboration({ controller }: { controller: LeadController }) {
  return (
    <details>
      <summary>{t("State what speaks besides the face")}</summary>
      <form
        autocomplete="off"
        class="stack form"
        data-draft="corroboration"
        onSubmit={submitting((body) => controller.send("corroboration", "POST", `${controller.path}/corroboration`, body))}
      >
        <div class="cols">
          <Field id="co-type" label={t("Type")}>
            <Choice id="co-type" name="type" required none={t("Choose")} options={coded("corroboration")} />
          </Field>
          <Field id="co-speaks" label={t("Speaks")}>
            <Choice id="co-speaks" name="speaks" options={coded("speaks")} value="for" />
          </Field>
        </div>
        <Field
          id="co-ref"
          label={t("Reference")}
          hint={t("Where it is found: a lead, a file, a document. It goes with referrals.")}
        >
          <input class="in" id="co-ref" name="reference" required maxLength={500} />
        </Field>
        <Field id="co-date" label={t("Date")} hint={t("The day of what it refers to.")}>
          <input
            class="in"
            id="co-date"
            name="dated_on"
            type="date"
            required
            max={isoDay(controller.now.value, controller.facts.zone)}
          />
        </Field>
        <button type="submit" class="btn" disabled={controller.offline.value}>
          {t("State it")}
        </button>
      </form>
    </details>
  );
}
