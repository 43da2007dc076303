/** The words, for sentences that are made outside of components. */
export { t } from "i18next";
