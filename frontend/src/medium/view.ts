/** The part of a picture that is shown, and the tiles that show it in the picture's own pixels. Pure. */

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Sides {
  width: number;
  height: number;
}

/** Screen pixels of one pixel of the original, at most: small letters are then as large as they help. */
export const MOST = 8;
/** A step of the keys and buttons, and of the wheel. */
export const STEP = 1.5;

/** The whole picture. */
export function whole(picture: Sides): Area {
  return { x: 0, y: 0, width: picture.width, height: picture.height };
}

/** A part of the picture's own shape that lies in it. */
function within(picture: Sides, x: number, y: number, width: number): Area {
  const wide = Math.min(width, picture.width);
  const high = (wide * picture.height) / picture.width;
  return {
    x: Math.min(Math.max(0, x), picture.width - wide),
    y: Math.min(Math.max(0, y), picture.height - high),
    width: wide,
    height: high,
  };
}

/** Nearer by a factor, or farther away below 1; what lies at `at` (shares of the part) stays where it is. css: the width on the
 *  screen, in pixels. */
export function zoomed(picture: Sides, from: Area, factor: number, css: number, at = { x: 0.5, y: 0.5 }): Area {
  const least = Math.min(picture.width, css / MOST);
  const width = Math.min(picture.width, Math.max(least, from.width / factor));
  const height = (width * from.height) / from.width;
  return within(picture, from.x + (from.width - width) * at.x, from.y + (from.height - height) * at.y, width);
}

/** Moved by shares of the part. */
export function moved(picture: Sides, from: Area, across: number, down: number): Area {
  return within(picture, from.x + across * from.width, from.y + down * from.height, from.width);
}

export interface Point {
  x: number;
  y: number;
}

/** How wide the picture is drawn in a frame that has its shape or leaves something beside it. */
export function drawnWidth(picture: Sides, frame: Sides): number {
  return Math.min(frame.width, (frame.height * picture.width) / picture.height);
}

/** A place on the screen as shares of what is drawn in the middle of a frame. */
export function shareOf(picture: Sides, frame: Area, { x, y }: Point): Point {
  const wide = drawnWidth(picture, frame);
  const high = (wide * picture.height) / picture.width;
  return { x: (x - frame.x - (frame.width - wide) / 2) / wide, y: (y - frame.y - (frame.height - high) / 2) / high };
}

/** Where one or two fingers lie: their middle, and how far they are apart; one alone is 0 apart. */
export function lieOf([one, other]: readonly Point[]): Point & { apart: number } {
  if (!one) return { x: 0, y: 0, apart: 0 };
  if (!other) return { ...one, apart: 0 };
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, apart: Math.hypot(one.x - other.x, one.y - other.y) };
}

/** A place with its surroundings, in the middle. */
export function around(picture: Sides, place: Area, css: number): Area {
  const width = Math.max(
    place.width * 3,
    (place.height * 3 * picture.width) / picture.height,
    Math.min(picture.width, css / MOST),
  );
  const height = (width * picture.height) / picture.width;
  return within(picture, place.x + (place.width - width) / 2, place.y + (place.height - height) / 2, width);
}

/** One screen pixel for one of the picture, around the middle of what is shown. */
export function ownPixels(picture: Sides, from: Area, css: number): Area {
  return zoomed(picture, from, from.width / css, css);
}

export interface Tile extends Area {
  level: number;
  column: number;
  row: number;
}

/** The tiles that show a part of a picture, in the smallest size that has a pixel for each of the screen.
 *  cut: the size in which the picture was cut; scale: screen pixels of one pixel of the original. */
export function tilesOf(picture: Sides, cut: Sides, levels: number, side: number, part: Area, scale: number): Tile[] {
  const unit = picture.width / cut.width;
  const level = Math.min(levels - 1, Math.max(0, Math.floor(Math.log2(1 / (scale * unit)))));
  const step = side * 2 ** level;
  const [left, top] = [part.x / unit, part.y / unit];
  const [right, bottom] = [(part.x + part.width) / unit, (part.y + part.height) / unit];
  const found: Tile[] = [];
  for (let row = Math.max(0, Math.floor(top / step)); row * step < Math.min(bottom, cut.height); row++)
    for (let column = Math.max(0, Math.floor(left / step)); column * step < Math.min(right, cut.width); column++)
      found.push({
        level,
        column,
        row,
        x: column * step * unit,
        y: row * step * unit,
        width: Math.min(step, cut.width - column * step) * unit,
        height: Math.min(step, cut.height - row * step) * unit,
      });
  return found;
}
