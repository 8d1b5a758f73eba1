/** What the server wrote on the mount point of an island: who looks, at what. */

export interface PageFacts {
  operation: number;
  /** Address of the operation's pages, without a slash at the end. */
  base: string;
  zone: string;
  me: number;
  country: string;
  /** Whether the viewer is one who gives opinions here; asked by the board. */
  examiner: boolean;
  /** Whether the viewer may grade media; asked by the gallery and the page of a medium. */
  grades: boolean;
  lead: string;
}

export function pageFacts(mount: HTMLElement): PageFacts {
  const facts = mount.dataset;
  return {
    operation: Number(facts.operation),
    base: facts.base ?? "",
    zone: facts.zone ?? "UTC",
    me: Number(facts.me),
    country: facts.country ?? "",
    examiner: facts.examiner === "true",
    grades: facts.grades === "true",
    lead: facts.lead ?? "",
  };
}
