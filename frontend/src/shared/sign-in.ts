/**
 * The session of this page has ended: its person signs in again on the spot. The page and everything that was typed stay as they are,
 * out of sight until it is the same person again.
 */
import { takeToken } from "../core/api";
import { el } from "../core/dom";
import { t } from "../core/i18n";
import { explain, signIn } from "./passkeys";

/** What a page of the installation says of the session that it was made for. */
interface Session {
  me: string;
  token: string;
}

function content(from: Document, name: string): string {
  return from.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

/** The session that this browser has now; nobody's where it has none. */
function sessionNow(): Promise<Session> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.addEventListener("loadend", () => {
      const page = request.status === 200 ? request.responseXML : null;
      resolve(page ? { me: content(page, "me"), token: content(page, "csrf-token") } : { me: "", token: "" });
    });
    request.open("GET", "/account");
    request.send();
  });
}

/** End the session of whoever signed in here and is not the page's person: nothing of the page goes under it. */
async function endSession(token: string): Promise<void> {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
  await fetch("/api/v1/sign-out", { method: "POST", headers, body: "{}", credentials: "same-origin" });
}

let asking: Promise<void> | null = null;

/** Ask once for all requests that wait; done when the page's own person has a session again. */
export function signInAgain(): Promise<void> {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

function ask(): Promise<void> {
  const me = content(document, "me");
  const name = document.querySelector(".top .me summary bdi")?.textContent ?? "";
  const said = el("p", { role: "alert", class: "low-t" });
  return new Promise((resolve) => {
    const dialog = el("dialog", { class: "sign-in", "aria-labelledby": "sign-in-again", "data-sign-in": true });

    async function goOn(): Promise<void> {
      const now = await sessionNow();
      if (now.me === me) {
        takeToken(now.token);
        dialog.close();
        dialog.remove();
        resolve();
      } else if (now.me) {
        await endSession(now.token);
        said.textContent = t("Somebody else signed in, and was signed out again: what stands here is {name}'s.", { name });
      } else said.textContent = t("Nobody is signed in yet.");
    }
    async function withPasskey(): Promise<void> {
      said.textContent = "";
      try {
        await signIn();
        await goOn();
      } catch (error) {
        said.textContent = explain(error).join(" ");
      }
    }
    dialog.append(
      el("h2", { id: "sign-in-again" }, t("Your session has ended")),
      el("p", {}, t("Sign in again as {name}. This page and what you wrote in it stay as they are.", { name })),
      said,
      el(
        "div",
        { class: "row wrap" },
        el("button", { class: "btn main", type: "button", onclick: () => void withPasskey() }, t("Sign in with your passkey")),
        el("button", { class: "btn", type: "button", onclick: () => void goOn() }, t("I have signed in in another tab")),
      ),
      el("p", { class: "q" }, t("Whoever came by a link of an exercise opens it again in another tab.")),
      el("a", { href: "/sign-in" }, t("Leave this page")),
    );
    // Nothing behind it is seen or done until somebody has signed in.
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  });
}
