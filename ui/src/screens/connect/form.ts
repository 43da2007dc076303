import type { ConnectionDraft, ConnectionSummary, Keep, RegistryKind, SignIn } from "../../ipc/bindings";
import { KINDS, formOf } from "./kinds";

/** What the user typed. The token lives here, in the dialog's memory, and nowhere else in the window. */
export interface Form {
  kind: RegistryKind;
  address: string;
  name: string;
  with: SignIn["with"];
  token: string;
  variable: string;
  keep: Keep;
  caFile: string;
  user: string;
  /** Name of a profile; empty: the one that is the default. */
  profile: string;
  /** One a line. */
  repositories: string;
}

/** The form as it opens. The saved token is never in it. */
export function firstForm(connection: ConnectionSummary | undefined, keychain: boolean, wanted: RegistryKind | null = null): Form {
  const keep: Keep = keychain ? "keychain" : "session";
  const kind = connection?.kind ?? wanted ?? KINDS[0]?.kind ?? "gitlab";
  const { variable } = formOf(kind);
  if (!connection) return { kind, address: "", name: "", with: "token", token: "", variable, keep, caFile: "", user: "", profile: "", repositories: "" };
  const { sign_in } = connection;
  return {
    kind, address: connection.address, name: connection.name, with: sign_in.with, token: "",
    variable: sign_in.with === "environment" ? sign_in.variable : variable,
    keep: sign_in.with === "token" && keychain ? sign_in.keep : keep, caFile: connection.ca_file ?? "",
    user: connection.user ?? "", profile: sign_in.with === "profile" ? sign_in.name : "", repositories: (connection.repositories ?? []).join("\n"),
  };
}

function signIn(form: Form, variable: string): SignIn {
  if (form.with === "environment") return { with: "environment", variable };
  if (form.with === "profile") return { with: "profile", name: form.profile.trim() };
  return form.with === "token" ? { with: "token", keep: form.keep } : { with: "anonymous" };
}

/** The form as a draft; `null` while something needed is missing. */
export function draftOf(form: Form, connection: ConnectionSummary | undefined): ConnectionDraft | null {
  const address = form.address.trim();
  const variable = form.variable.trim();
  const hasSaved = connection !== undefined && connection.token_hint !== null && address === connection.address;
  const asked = formOf(form.kind);
  const withKey = form.with === "token" || form.with === "environment";
  const missing = { environment: variable === "", token: form.token === "" && !hasSaved, anonymous: false, profile: false }[form.with];
  if (address === "" || missing || (withKey && (asked.user === "keys" || asked.user === "needed") && form.user.trim() === "")) return null;
  return {
    id: connection?.id ?? null,
    kind: form.kind,
    address,
    name: form.name.trim(),
    sign_in: signIn(form, variable),
    user: asked.user !== false && withKey && form.user.trim() !== "" ? form.user.trim() : null,
    repositories: asked.repositories ? form.repositories.split(/[\s,]+/).filter((one) => one !== "") : [],
    token: form.with === "token" && form.token !== "" ? form.token.trim() : null,
    ca_file: form.caFile.trim() === "" ? null : form.caFile.trim(),
  };
}

/** Where a token is created; `null` where there is no such page, or the address is none of `https`. */
export function tokenPage(kind: RegistryKind, address: string): string | null {
  const path = formOf(kind).tokenPage;
  const full = address.includes("://") ? address : `https://${address}`;
  if (path === null || address.trim() === "" || !URL.canParse(full)) return null;
  const url = new URL(full);
  if (url.protocol !== "https:") return null;
  url.search = "";
  url.hash = "";
  return `${url.href.replace(/\/$/, "")}${path}`;
}
