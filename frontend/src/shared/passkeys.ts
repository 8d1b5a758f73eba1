/** Signing in with a passkey, and what is said where it was not used. */
import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication, WebAuthnError } from "@simplewebauthn/browser";
import { call, Refusal } from "../core/api";
import { t } from "../core/i18n";

/** Sign in; the session comes as a cookie. Answers whose it is. */
export async function signIn(): Promise<{ user: number }> {
  const carriage = { signsIn: true };
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>("POST", "/api/v1/sign-in/options", {}, carriage);
  return call("POST", "/api/v1/sign-in", { credential: await startAuthentication({ optionsJSON }) }, carriage);
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
