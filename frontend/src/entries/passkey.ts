/**
 * Signing in and enrolling with a passkey. No password exists.
 *
 * `<form data-passkey="sign-in" data-then="/">`, `<form data-passkey="enrol" data-invitation="…" data-then="/">` (field `label`) and
 * `<form data-passkey="step-up" data-then="/">`.
 */
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from "@simplewebauthn/browser";
import { call, offerStepUp, Refusal } from "../core/api";
import { t } from "../core/i18n";
import { showFaults } from "../page/forms";

async function signIn(): Promise<unknown> {
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>("POST", "/api/v1/sign-in/options", {});
  return call("POST", "/api/v1/sign-in", { credential: await startAuthentication({ optionsJSON }) });
}

async function enrol(form: HTMLFormElement): Promise<unknown> {
  const invitation = form.dataset.invitation;
  const label = form.querySelector<HTMLInputElement>("[name=label]")?.value.trim() || t("Passkey");
  const who = invitation ? { invitation } : {};
  const optionsJSON = await call<PublicKeyCredentialCreationOptionsJSON>("POST", "/api/v1/enrol/options", who);
  return call("POST", "/api/v1/enrol", { ...who, label, credential: await startRegistration({ optionsJSON }) });
}

function explain(error: unknown): string[] {
  if (error instanceof Refusal) return error.faults;
  if (error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED") {
    return [
      t(
        "This device already serves an account here, yours or another of the operation: one device, one account. Use another device or a security key. Nothing was changed.",
      ),
    ];
  }
  if (error instanceof WebAuthnError || error instanceof DOMException) {
    return [
      t("The passkey was not used: the request was cancelled, took too long, or this device holds none. Nothing was changed."),
    ];
  }
  throw error;
}

/** Show one's passkey once more, for what needs a fresh one. */
async function showAgain(): Promise<unknown> {
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>("POST", "/api/v1/step-up/options", {});
  return call("POST", "/api/v1/step-up", { credential: await startAuthentication({ optionsJSON }) });
}
offerStepUp(async () => {
  try {
    await showAgain();
  } catch (error) {
    throw new Refusal(403, "passkey_not_shown", explain(error).join(" "));
  }
});

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
