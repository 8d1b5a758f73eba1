/** What the server wrote on the mount point of an island: who looks, at what. */

export interface PageFacts {
  operation: number;
  /** Address of the operation's pages, without a slash at the end. */
  base: string;
  zone: string;
  me: number;
  country: string;
  role: string;
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
    role: facts.role ?? "",
    lead: facts.lead ?? "",
  };
}
