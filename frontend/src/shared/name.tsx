/** A person's name wherever it stands; an exercise's partner is told by a shape and words beside it. */
import { t } from "../core/i18n";
import { Icon } from "./icon";

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

/** The name inside a text that can hold no mark. */
export function plainName(who: Named): string {
  return who.played_by === "partner" ? t("{name} (exercise partner)", { name: who.name }) : who.name;
}
