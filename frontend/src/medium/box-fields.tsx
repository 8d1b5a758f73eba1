/** A box on a picture as four numbers, for whoever does not draw. */
import { t } from "../core/i18n";
import { Field } from "../shared/parts";
import type { Box } from "../shared/box";

/** The four numbers of a box, for whoever does not draw. */
/** of: what the box is for; two of them may stand on one page. */
export function BoxFields({ of, box, set }: { of: string; box: Box | null; set: (box: Box) => void }) {
  const names = { x: t("From the left, %"), y: t("From the top, %"), w: t("Width, %"), h: t("Height, %") };
  return (
    <div class="cols four">
      {(["x", "y", "w", "h"] as const).map((name) => (
        <Field key={name} id={`box-${of}-${name}`} label={names[name]}>
          <input
            class="in"
            id={`box-${of}-${name}`}
            type="number"
            min="0"
            max="100"
            step="0.1"
            value={box ? box[name].toFixed(1) : ""}
            onChange={(event) => set({ ...(box ?? { x: 40, y: 40, w: 20, h: 20 }), [name]: Number(event.currentTarget.value) })}
          />
        </Field>
      ))}
    </div>
  );
}
