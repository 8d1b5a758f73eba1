/** One card: what it is, whose it is, what is known, and in its last line who holds it, who waits and until when. */
import { Component } from "preact";
import { rich, t, tn, word } from "../core/i18n";
import type { Card, CardSide, Present } from "../shared/card";
import { Icon, Key, Ring } from "../shared/icon";
import { left, span } from "../shared/time";
import { BAND_BARS, KIND_ICON } from "../shared/marks";
import { leadNumber, referralNumber } from "../shared/numbers";
import { Name, plainName } from "../shared/name";
import type { Told } from "./told";

export interface CardProps {
  card: Card;
  /** Its place among `of` cards of the column, most of which may not be in the document. */
  index: number;
  of: number;
  measure: (item: HTMLLIElement | null) => void;
  base: string;
  me: number;
  now: number;
  cursor: boolean;
  claimable: boolean;
  busy: boolean;
  offline: boolean;
  presence: Present[] | undefined;
  told: Told | undefined;
  onClaim: (card: Card) => void;
  onPoint: (card: Card) => void;
  /** How many leads are in the stack of which it is the first; 0 if there is none. */
  more: number;
  /** Every lead of the board is here, so that the number of a stack is one. */
  isWhole: boolean;
  /** The stack is about one entry of a register; else about a person. */
  onEntry: boolean;
  isOpen: boolean;
  /** It stands in an open stack, below its first card. */
  isInside: boolean;
  onStack: (card: Card) => void;
}

/** Under this share of a lease the time left is shown in the colour of danger. */
const LOW = 0.2;

export class CardView extends Component<CardProps> {
  override shouldComponentUpdate(next: CardProps): boolean {
    const keys = Object.keys(next) as (keyof CardProps)[];
    return keys.some((key) => next[key] !== this.props[key]);
  }

  override render() {
    const { card, index, of, measure, cursor, me, base, onPoint } = this.props;
    return (
      <li
        class="card"
        ref={measure}
        data-index={index}
        data-id={card.id}
        aria-setsize={of}
        aria-posinset={index + 1}
        data-cursor={cursor ? "" : undefined}
        data-inside={this.props.isInside ? "" : undefined}
        data-mine={card.holder?.id === me ? "" : undefined}
        onPointerDown={() => onPoint(card)}
        onFocusCapture={() => onPoint(card)}
      >
        <div class="card-head">
          <Icon name={KIND_ICON[card.kind]} />
          <a class="card-id" href={`${base}/leads/${card.id}${location.search}`}>
            <bdi>{leadNumber(card.number)}</bdi>
          </a>
          <span class="card-kind">{card.clue ? word("clue_what", card.clue.what) : word("lead_kind", card.kind)}</span>
          <Priority level={card.priority} />
        </div>
        <div class="card-body">
          <span class="pair">
            {card.sides.map((face) => (
              <Thumb key={face.side} face={face} icon={KIND_ICON[card.kind]} />
            ))}
          </span>
          <Facts card={card} />
        </div>
        <Foot {...this.props} />
        {this.props.more > 0 && <StackButton {...this.props} />}
      </li>
    );
  }
}

function StackButton({ card, more, isWhole, onEntry, isOpen, onStack }: CardProps) {
  return (
    <button class="btn small card-stack" type="button" aria-expanded={isOpen} onClick={() => onStack(card)}>
      <Icon name="copies" />
      <span class="grow">{stackWords(more, onEntry, isWhole)}</span>
      <Key name="S" />
    </button>
  );
}

function stackWords(more: number, onEntry: boolean, isWhole: boolean): string {
  if (!isWhole) return onEntry ? t("More on this entry") : t("More on this person");
  return onEntry
    ? tn("{n} more on this entry", "{n} more on this entry", more)
    : tn("{n} more on this person", "{n} more on this person", more);
}

export function Priority({ level }: { level: 1 | 2 | 3 }) {
  return (
    <span class="prio" data-p={level} title={t("Priority {n}", { n: level })}>
      <svg viewBox="0 0 13 12" aria-hidden="true">
        <rect x="1" y="8" width="3" height="4" />
        <rect x="5" y="5" width="3" height="7" class={level === 3 ? "off" : undefined} />
        <rect x="9" y="2" width="3" height="10" class={level === 1 ? undefined : "off"} />
      </svg>
      <bdi>{level === 1 ? t("urgent") : `P${level}`}</bdi>
    </span>
  );
}

function Thumb({ face, icon }: { face: CardSide; icon: string }) {
  if (face.hidden) {
    return (
      <span class="thumb restricted" title={t("Restricted material")}>
        <Icon name="lock" />
        <span class="sr">{t("Restricted material")}</span>
      </span>
    );
  }
  if (!face.face) {
    return (
      <span class="thumb restricted">
        <Icon name={icon} />
      </span>
    );
  }
  return (
    <span class="thumb">
      <img class="veil" src={`/media/faces/${face.face}/veiled`} alt="" width="44" height="44" loading="lazy" decoding="async" />
    </span>
  );
}

function Facts({ card }: { card: Card }) {
  const register = card.sides.find((face) => face.what === "register");
  return (
    <div class="facts">
      <span class="cc">
        {register?.country ? (
          <span>
            <bdi>{register.country}</bdi> · {t("register")}
          </span>
        ) : (
          <bdi>{card.countries.join(" · ")}</bdi>
        )}
        {card.handling && <span class="hcode-s">{card.handling}</span>}
      </span>
      <Known card={card} />
      {card.standing && !card.standing.is_own && (
        <span class="stands">
          <Icon name="check" />
          <span>{standingWords(card.standing)}</span>
        </span>
      )}
      {card.late_until && (
        <span class="agegap">
          <Icon name="clock" />
          <span>{t("found after the window")}</span>
        </span>
      )}
      {card.basis_ended.map((cause) => (
        <span class="agegap" key={cause}>
          <Icon name="withdrawn" />
          <span>{word("basis_end", cause)}</span>
        </span>
      ))}
      {card.age_gap_years !== null && card.age_gap_years > 0 && (
        <span class="agegap">
          <Icon name="warn" />
          <span>{tn("Age gap {n} year", "Age gap {n} years", card.age_gap_years)}</span>
        </span>
      )}
    </div>
  );
}

/** What was stated of the child on another lead; its number where the reader sees that one. */
function standingWords({ stage, lead }: NonNullable<Card["standing"]>): string {
  const what = word("outcome_stage", stage);
  return lead === null
    ? t("{what} on another lead", { what })
    : t("{what} by {lead}", { what, lead: leadNumber(lead).replace("-", "\u2011") });
}

function Known({ card }: { card: Card }) {
  if (card.clue) {
    return (
      <span class="claim" title={card.clue.claim}>
        <bdi>{card.clue.claim}</bdi>
      </span>
    );
  }
  if (card.no_face_score) return <span class="q">{t("no face score")}</span>;
  if (!card.band) {
    return (
      <span class="q">
        <Icon name="eyeoff" />
        {t("Score withheld")}
      </span>
    );
  }
  const bars = BAND_BARS[card.band];
  return (
    <span>
      <svg class="bandbar" viewBox="0 0 26 8" aria-hidden="true">
        {[0, 9, 18].map((x, index) => (
          <rect key={x} x={x} width="8" height="8" class={index < bars ? undefined : "off"} />
        ))}
      </svg>
      {word("band", card.band)}
    </span>
  );
}

function Foot(props: CardProps) {
  const { card, told } = props;
  if (told?.why === "first") {
    return (
      <div class="card-foot lost">
        <Icon name="claimed" />
        <span class="grow" title={t("{name} was first; both clicks are in the record.", { name: told.name })}>
          {t("{name} was first", { name: told.name })}
        </span>
        {card.lease_until && <span class="nw">{left(Date.parse(card.lease_until) - props.now)}</span>}
      </div>
    );
  }
  if (told && !card.holder) {
    return (
      <div class="card-foot lost">
        <Icon name="warn" />
        <span class="grow" title={told.text}>
          {told.text}
        </span>
      </div>
    );
  }
  return (
    <div class="card-foot">
      <Who {...props} />
      <Presence people={props.presence} me={props.me} />
      <Until {...props} />
      {props.claimable && (
        <button
          class="btn small main card-claim"
          type="button"
          aria-disabled={props.offline || props.busy ? "true" : undefined}
          aria-label={t("Claim {lead}", { lead: leadNumber(card.number) })}
          onClick={() => props.onClaim(card)}
        >
          {t("Claim")} <Key name="C" />
        </button>
      )}
    </div>
  );
}

function Who({ card, me, now }: CardProps) {
  if (card.holder && card.lease_until) {
    return (
      <>
        <Ring share={(Date.parse(card.lease_until) - now) / (card.lease_s * 1000)} />
        <span class="grow">{card.holder.id === me ? <b>{t("You")}</b> : <Name who={card.holder} short />}</span>
      </>
    );
  }
  const last = card.referrals.at(-1);
  if (card.outcome) {
    return (
      <>
        {/^[VO]\d$/.test(card.outcome) && <span class="hcode-s">{card.outcome}</span>}
        <span class="grow">{word("outcome_stage", card.outcome)}</span>
      </>
    );
  }
  if (last && card.column !== "verified") {
    return (
      <span class="grow">
        <bdi>{referralNumber(last.number)}</bdi> → <b>{last.to}</b>
      </span>
    );
  }
  if (card.custody && (card.stage === "open" || card.stage === "assessed")) {
    return (
      <span class="grow">
        {rich("in custody of {country}", { country: <b>{card.custody}</b> })}
        {card.holder_left && <> · {word("holder_left", card.holder_left)}</>}
      </span>
    );
  }
  if (card.stage === "assessed") {
    return (
      <span class="grow">
        <b>{t("{n} of 2", { n: Math.min(card.opinions, 2) })}</b> ·{" "}
        {card.opinions_wanted === "third" ? t("third wanted") : t("second wanted")}
      </span>
    );
  }
  if (card.stage === "verified") return <span class="grow">{tn("{n} opinion", "{n} opinions", card.opinions)}</span>;
  return <span class="grow">{t("waiting {time}", { time: span(now - Date.parse(card.waiting_since)) })}</span>;
}

function Until({ card, now }: CardProps) {
  if (card.holder && card.lease_until) {
    const ms = Date.parse(card.lease_until) - now;
    return <span class={ms / (card.lease_s * 1000) < LOW ? "low-t nw" : "nw"}>{left(ms)}</span>;
  }
  const last = card.referrals.at(-1);
  if (card.stage === "verified") return <span>{last ? t("referral drafted") : t("not referred yet")}</span>;
  if (!last) return null;
  if (last.state === "returned" || last.state === "declined") {
    return (
      <span class="row low-t">
        <Icon name="returned" flip />
        {word("referral_state", last.state)}
      </span>
    );
  }
  if (card.outcome) return null;
  const due = last.due_at ? Date.parse(last.due_at) - now : null;
  if (last.state === "sent" && due !== null) {
    return (
      <span class={due < 0 ? "row low-t" : "row"}>
        <Icon name="clock" />
        {due < 0 ? t("late {time}", { time: span(-due) }) : t("due {time}", { time: span(due) })}
      </span>
    );
  }
  return (
    <span class="row">
      <Icon name="check" />
      {word("referral_state", last.state)}
    </span>
  );
}

const MOST_PRESENT = 2;

export function Presence({ people, me }: { people: readonly Present[] | undefined; me: number }) {
  const others = (people ?? []).filter((person) => person.user !== me);
  if (!others.length) return null;
  return (
    <>
      {others.slice(0, MOST_PRESENT).map((person) => {
        const words =
          person.mode === "editing"
            ? t("{name} is editing", { name: plainName(person) })
            : t("{name} is viewing", { name: plainName(person) });
        return (
          <span class="pres" key={person.user} title={words}>
            <span class={person.mode === "editing" ? "dot edit" : "dot"} aria-hidden="true" />
            <bdi aria-hidden="true">{person.country}</bdi>
            <span class="sr">{words}</span>
          </span>
        );
      })}
      {others.length > MOST_PRESENT && <span class="q">+{others.length - MOST_PRESENT}</span>}
    </>
  );
}
