/** The operation of this page is no longer there for its person: who hears it first tells it, who holds the page acts. */
import type { Refusal } from "./api";

let act: (refusal: Refusal) => void = () => window.location.assign("/");

export function whenLeft(todo: (refusal: Refusal) => void): void {
  act = todo;
}

export function hasLeft(refusal: Refusal): void {
  act(refusal);
}
