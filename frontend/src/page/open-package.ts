/** The form with which a receiving officer opens a package in the browser, `<form data-package="/api/v1/referrals/…/package">`. */
import { announce, el } from "../core/dom";
import { t } from "../core/i18n";
import { showFaults } from "./forms";
import type { Manifest, OpenedPackage, Side } from "./package-file";

const MOST_KEY_BYTES = 4096;

export function startOpening(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-package]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    void open(form).finally(() => {
      delete form.dataset.busy;
    });
  });
}

async function open(form: HTMLFormElement): Promise<void> {
  showFaults(form, []);
  const shown = form.parentElement?.querySelector<HTMLElement>("[data-opened]");
  shown?.replaceChildren();
  const chosen = form.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
  if (!chosen || !shown) return;
  // What opens packages comes only now, from our own server; the key is read by this page and sent nowhere.
  const { keyOf, NotOpened, openPackage } = await import("./package-file");
  try {
    const key = keyOf(chosen.size > MOST_KEY_BYTES ? "" : await chosen.text());
    const encrypted = await fetched(form.dataset.package ?? "");
    if (!encrypted) return showFaults(form, [t("The package cannot be fetched now. Try again.")]);
    const { sha256 = "", manifest = "" } = form.dataset;
    show(shown, await openPackage(encrypted, key, { sha256, manifest }));
    announce(t("The package is open."));
  } catch (error) {
    if (!(error instanceof NotOpened)) throw error;
    showFaults(form, [error.message]);
  }
}

async function fetched(address: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

function show(place: HTMLElement, opened: OpenedPackage): void {
  const { manifest, files } = opened;
  const isSigned = opened.signature === "holds";
  place.replaceChildren(
    el("h3", {}, `${manifest.referral} · ${manifest.lead}`),
    el(
      "p",
      {},
      isSigned ? t("Every hash and the signature hold.") : t("Every hash holds; this browser cannot check signatures."),
    ),
    el("p", { class: "q2" }, t("Signed by {key}: compare it with what the sender told you.", { key: opened.signer })),
    ...facts(manifest),
    pictures(files),
    el("ul", {}, ...[...files].map(([name, content]) => el("li", {}, saving(name, content)))),
  );
  place.tabIndex = -1;
  place.focus();
}

function facts(manifest: Manifest): HTMLElement[] {
  const { probe, candidate } = manifest.provenance;
  return [
    el(
      "dl",
      { class: "kv" },
      ...[...side(probe), ...side(candidate)].flatMap(([name, value]) => [
        el("dt", {}, name),
        el("dd", {}, el("bdi", {}, value)),
      ]),
    ),
    el("ul", {}, ...manifest.caveats.map((caveat) => el("li", {}, caveat))),
  ];
}

function side(one: Side): [string, string][] {
  return [[one.country, one.label], ...one.facts];
}

/** The pictures stay folded away until whoever opened the package asks for them. */
function pictures(files: OpenedPackage["files"]): HTMLElement {
  const names = [...files.keys()].filter((name) => name.startsWith("images/"));
  const shown = names.map((name) =>
    el("figure", {}, el("img", { src: address(files.get(name), "image/webp"), alt: name }), el("figcaption", {}, name)),
  );
  return el(
    "details",
    {},
    el("summary", {}, t("Show the {n} pictures", { n: names.length })),
    el("div", { class: "row wrap" }, ...shown),
  );
}

/** A link that saves a file on this machine. */
function saving(name: string, content: Uint8Array<ArrayBuffer>): HTMLElement {
  const type = name.endsWith(".pdf") ? "application/pdf" : "application/octet-stream";
  return el("a", { href: address(content, type), download: name.replace("/", "-") }, t("Save {name}", { name }));
}

function address(content: Uint8Array<ArrayBuffer> | undefined, type: string): string {
  return URL.createObjectURL(new Blob(content ? [content] : [], { type }));
}
