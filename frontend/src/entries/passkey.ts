/**
 * Signing in and enrolling with a passkey. No password exists.
 *
 * `<form data-passkey="sign-in" data-then="/">`, `<form data-passkey="enrol" data-invitation="…" data-then="/">` (field `label`) and
 * `<form data-passkey="step-up" data-then="/">`.
 */
import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from "@simplewebauthn/browser";
import { call } from "../core/api";
import { t } from "../core/i18n";
import { showFaults } from "../page/forms";
import { explain, showAgain, signIn } from "../shared/passkeys";

async function enrol(form: HTMLFormElement): Promise<unknown> {
  const invitation = form.dataset.invitation;
  const label = form.querySelector<HTMLInputElement>("[name=label]")?.value.trim() || t("Passkey");
  const who = invitation ? { invitation } : {};
  const optionsJSON = await call<PublicKeyCredentialCreationOptionsJSON>("POST", "/api/v1/enrol/options", who);
  return call("POST", "/api/v1/enrol", { ...who, label, credential: await startRegistration({ optionsJSON }) });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.passkey) return;
  event.preventDefault();
  showFaults(form, []);
  const button = event.submitter;
  button?.setAttribute("aria-disabled", "true");
  const acts: Record<string, () => Promise<unknown>> = { enrol: () => enrol(form), "step-up": showAgain };
  (acts[form.dataset.passkey] ?? signIn)()
    .then(() => window.location.assign(form.dataset.then || "/"))
    .catch((error: unknown) => showFaults(form, explain(error)))
    .finally(() => button?.removeAttribute("aria-disabled"));
});
