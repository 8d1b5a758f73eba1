/** What a person is told about the line: that it is lost, and what changed meanwhile. In the page, never over it. */
import { t, tn } from "../core/i18n";
import type { Card } from "./card";
import { Icon } from "./icon";
import { clockTime } from "./time";
import { leadNumber } from "./numbers";

export interface BannerProps {
  lostSince: number | null;
  zone: string;
  retry: () => void;
  missed: { count: number; since: number; mine: Card[] } | null;
  dismiss: () => void;
}

export function Banners({ lostSince, zone, retry, missed, dismiss }: BannerProps) {
  return (
    <div role="status" class="banners">
      {lostSince !== null && (
        <div class="wide-banner">
          <Icon name="off" />
          <div>
            <b>{t("Offline since {time}.", { time: clockTime(lostSince, zone) })}</b>{" "}
            {t("What is loaded can be read; changes cannot be made.")}
          </div>
          <button class="btn small push" type="button" onClick={retry}>
            {t("Try now")}
          </button>
        </div>
      )}
      {lostSince === null && missed && (
        <div class="wide-banner back">
          <Icon name="sync" />
          <div>
            <b>{tn("{n} change while you were away.", "{n} changes while you were away.", missed.count)}</b>{" "}
            {missed.mine
              .map((card) => t("You no longer hold {lead}; your draft is kept.", { lead: leadNumber(card.number) }))
              .join(" ")}
          </div>
          <button class="btn small push" type="button" onClick={dismiss}>
            {t("Understood")}
          </button>
        </div>
      )}
    </div>
  );
}
