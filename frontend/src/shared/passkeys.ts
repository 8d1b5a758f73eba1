/** Signing in with a passkey, showing it once more, and what is said where it was not used. */
import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication, WebAuthnError } from "@simplewebauthn/browser";
import { call, Refusal } from "../core/api";
import { t } from "../core/i18n";

/** Sign in; the session comes as a cookie. Answers whose it is. */
export async function signIn(): Promise<{ user: number }> {
  const carriage = { signsIn: true };
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>("POST", "/api/v1/sign-in/options", {}, carriage);
  return call("POST", "/api/v1/sign-in", { credential: await startAuthentication({ optionsJSON }) }, carriage);
}

/** Show one's passkey once more, for what needs a fresh one. */
export async function showAgain(): Promise<unknown> {
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>("POST", "/api/v1/step-up/options", {});
  return call("POST", "/api/v1/step-up", { credential: await startAuthentication({ optionsJSON }) });
}

/** The same, where it is asked for in the middle of something else: what goes wrong is a refusal as any other. */
export async function askAgain(): Promise<void> {
  try {
    await showAgain();
  } catch (error) {
    throw new Refusal(403, "passkey_not_shown", explain(error).join(" "));
  }
}

export function explain(error: unknown): string[] {
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
