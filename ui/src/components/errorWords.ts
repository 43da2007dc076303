import type { TFunction } from "i18next";
import type { ApiError } from "../ipc/bindings";
import { duration, number } from "../format";
import errors, { type ErrorKey, type ErrorWords } from "../words/en/errors";

/** The sentences of an error, with its values in place. */
export function errorWords(error: ApiError, t: TFunction): ErrorWords {
  const key = error.code.replaceAll(".", "_") as ErrorKey;
  const product = error.registry === null ? t("errors.someProduct") : t(`errors.product.${error.registry}`);
  const values = {
    host: error.host ?? t("errors.someServer"),
    product,
    Product: product[0]!.toUpperCase() + product.slice(1),
    secret: t(`secrets.${error.secret}`),
    project: error.project ?? t("errors.someProject"),
    status: error.status ?? t("common.unknown"),
    have: error.role_have ? t(`decision.role.${error.role_names}.${error.role_have}`) : t("errors.someRole"),
    need: error.role_need ? t(`decision.role.${error.role_names}.${error.role_need}`) : t("errors.someNeed"),
    wait: error.retry_after === null ? t("errors.waitSome") : t("errors.wait", { time: duration(error.retry_after) }),
    limit: error.limit === undefined ? t("errors.someDetail") : number(error.limit),
    detail: error.detail ?? t("errors.someDetail"),
    read: error.rows?.[0] ?? t("common.unknown"),
    total: error.rows?.[1] ?? t("common.unknown"),
  };
  // `ErrorKey` proves that the sentence is there; the typed `t` cannot take a key with forty values.
  const ofSecret = `${key}_${error.secret}`;
  const own = ofSecret in errors.ofSecret ? `errors.ofSecret.${ofSecret}` : `errors.words.${key}`;
  const say = (path: string) => (t as (key: string, values: object) => string)(path, { ...values, cause: cause(error, t) });
  const exact = `${key}_${error.detail ?? ""}`;
  const text = say(exact in errors.exact ? `errors.exact.${exact}` : `${own}.text`);
  const help = say(exact in errors.exactHelp ? `errors.exactHelp.${exact}` : `${own}.help`);
  return { title: say(`${own}.title`), text, help };
}

/** The title of the error that caused this one. */
function cause(error: ApiError, t: TFunction): string {
  if (error.cause === null) return t("common.unknown");
  return errorWords({ ...error, code: error.cause, cause: null, detail: null }, t).title;
}

/** What "Copy details" copies: the fields of the error. A query string is cut off, and there is no secret in them. */
export function errorDetails(error: ApiError): string {
  const fields: [string, string | number | null][] = [
    ["code", error.code], ["registry", error.registry], ["host", error.host], ["project", error.project], ["status", error.status],
    ["server", error.server_words], ["role", error.role_have], ["role needed", error.role_need],
    ["retry after", error.retry_after], ["limit", error.limit ?? null], ["detail", error.detail], ["cause", error.cause],
    ["rows", error.rows && `${error.rows[0]} of ${error.rows[1]}`],
  ];
  return fields
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${String(value).replaceAll(/(https?:\/\/[^\s?#]*)[?#]\S*/g, "$1")}`)
    .join("\n");
}
