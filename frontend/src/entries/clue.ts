/** On the pages where a clue or a card is made: boxes are drawn over a picture. */
import { startBoxes } from "../page/boxes";

startBoxes();
