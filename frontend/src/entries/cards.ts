/** The board of clue cards is live: with every change of the operation that its line tells of, the page is asked for anew. */
import { openLine } from "../core/live";
import { Asker } from "../shared/asker";
import { freshen, pageAnew } from "../page/watch";

const board = document.querySelector<HTMLElement>("[data-cards-of]");
if (board) {
  const asker = new Asker(
    async () => {
      const page = await pageAnew();
      if (page) freshen(page);
    },
    () => undefined,
  );
  const line = openLine(Number(board.dataset.cardsOf), () => void asker.ask());
  line.on("changes", () => void asker.ask());
}
