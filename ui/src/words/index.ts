// All words of the window. English is the only language yet; keys are typed by it, so a missing or
// misspelt key does not compile.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { activity } from "./en/activity";
import { bulk } from "./en/bulk";
import { cleanup } from "./en/cleanup";
import { mutability } from "./en/mutability";
import common from "./en/common";
import connect from "./en/connect";
import { decision } from "./en/decision";
import errors from "./en/errors";
import { findings } from "./en/findings";
import projects from "./en/projects";
import { review } from "./en/review";
import { rules } from "./en/rules";
import secrets from "./en/secrets";
import settings from "./en/settings";
import shell from "./en/shell";
import { simulator } from "./en/simulator";
import { tags } from "./en/tags";
import { visibility } from "./en/visibility";
import welcome from "./en/welcome";

export const en = {
  activity, bulk, cleanup, common, connect, decision, errors, findings, mutability, projects,
  review, rules, secrets, settings, shell, simulator, tags, visibility, welcome,
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

const GROUPED = new Intl.NumberFormat("en-US");

/** Makes the words ready. They are part of the bundle, so this ends at once. */
export function startWords(): void {
  void i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: {
      // React escapes; names from a registry must appear as they are.
      escapeValue: false,
      // A `$t(…)` in a tag's name is a name, not a call.
      skipOnVariables: true,
    },
    initAsync: false,
  });
  i18next.services.formatter?.add("number", (value) => (typeof value === "number" ? GROUPED.format(value) : String(value)));
}
