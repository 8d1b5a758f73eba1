/** On a person's page: faces are chosen and given to another person by keys. */
import { startChoosing } from "../page/choosing";

startChoosing();
