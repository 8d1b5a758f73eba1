/** On a referral's page: its package is opened here with the agency's key file. */
import { startOpening } from "../page/open-package";

startOpening();
