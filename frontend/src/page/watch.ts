/**
 * A page that waits for the machine changes by itself.
 *
 * While an element with `data-waits` stands on it, the page is asked for anew every few seconds, as long as somebody looks; once
 * the server gives it with fewer of them, it is loaded. Parts with `data-fresh` change meanwhile.
 */
import { attendance } from "../core/attended";
import { keepAll } from "../shared/kept";

const EVERY_MS = 2000;

/** This page as the server gives it now, or null. Read as a document by the browser: the content policy forbids to parse a string. */
export function pageAnew(): Promise<Document | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.addEventListener("load", () => resolve(request.status === 200 ? request.responseXML : null));
    request.addEventListener("error", () => resolve(null));
    request.open("GET", window.location.pathname + window.location.search);
    for (const [name, value] of Object.entries(attendance())) request.setRequestHeader(name, value);
    request.send();
  });
}

/** Put the parts of a newer page with `data-fresh` in their places, but for one in which somebody acts at this moment. */
export function freshen(page: Document, root: ParentNode = document): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-fresh]")) {
    const fresh = page.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
    if (fresh && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(fresh));
  }
}

const waiting = (page: Document): number => page.querySelectorAll("[data-waits]").length;

export function startWatching(): void {
  if (!document.querySelector("[data-waits]")) return;
  const look = async (): Promise<void> => {
    if (!document.hidden && !isWriting()) {
      const page = await pageAnew();
      if (page && waiting(page) < waiting(document)) {
        await keepAll();
        return window.location.reload();
      }
      if (page) freshen(page);
    }
    window.setTimeout(() => void look(), EVERY_MS);
  };
  window.setTimeout(() => void look(), EVERY_MS);
}

/** Somebody writes into a form: what stands there would be lost. */
function isWriting(): boolean {
  const field = document.activeElement;
  return field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
}
