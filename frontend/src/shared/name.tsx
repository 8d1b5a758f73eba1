/** A person's name wherever it stands; an exercise's partner is told by a shape and words beside it. */
import { findable, inOrder } from "../core/collation";
import { t } from "../core/i18n";
import { Icon } from "./icon";
import { agencyName } from "./numbers";

interface Named {
  name: string;
  played_by: "person" | "partner";
}

/** `short`: where a whole card has no room for the words; they are then read by screen readers and shown on pointing. */
export function Name({ who, short }: { who: Named; short?: boolean }) {
  return (
    <>
      <bdi>{who.name}</bdi>
      {who.played_by === "partner" && (
        <>
          {" "}
          <span class="player" title={t("exercise partner")}>
            <Icon name="partner" />
            {short ? <span class="sr">{t("exercise partner")}</span> : t("exercise partner")}
          </span>
        </>
      )}
    </>
  );
}

interface Somebody extends Named {
  id: number;
  country: string;
  agency: string;
}

/**
 * People to choose from, in the order of the reader's language. Those of one name are told apart by country, then by agency, and
 * where these are the same too by the number of the account.
 */
export function toldApart(people: readonly Somebody[]): [value: string, label: string][] {
  const ways: ((who: Somebody) => string)[] = [
    (who) => plainName(who),
    (who) => `${plainName(who)} · ${who.country}`,
    (who) => `${plainName(who)} · ${agencyName(who.agency, who.country)}`,
    (who) => `${plainName(who)} · ${agencyName(who.agency, who.country)} · ${t("no. {n}", { n: who.id })}`,
  ];
  const isAlone = (who: Somebody, way: (who: Somebody) => string) =>
    people.filter((other) => findable(way(other)) === findable(way(who))).length === 1;
  const labels = people.map((who): [string, string] => {
    const way = ways.find((each) => isAlone(who, each)) ?? ways[0];
    return [String(who.id), way?.(who) ?? who.name];
  });
  return labels.sort(([, one], [, other]) => inOrder(one, other));
}

/** The name inside a text that can hold no mark. */
export function plainName(who: Named): string {
  return who.played_by === "partner" ? t("{name} (exercise partner)", { name: who.name }) : who.name;
}
