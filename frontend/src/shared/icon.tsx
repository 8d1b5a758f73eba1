/** An icon of the sprite that templates/base.html carries. */
export function Icon({ name, flip }: { name: string; flip?: boolean }) {
  return (
    <svg class={flip ? "i i-flip" : "i"} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <use href={`#i-${name}`} />
    </svg>
  );
}

/** A lease as a ring: SVG attributes only, for a content policy without inline styles. */
export function Ring({ share }: { share: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <svg class={share < 0.2 ? "ring low" : "ring"} viewBox="0 0 16 16" aria-hidden="true">
      <circle class="track" cx="8" cy="8" r="6" />
      <circle cx="8" cy="8" r="6" pathLength="100" stroke-dasharray={`${percent} 100`} />
    </svg>
  );
}

export function Key({ name }: { name: string }) {
  return <kbd>{name}</kbd>;
}
