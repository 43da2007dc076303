import type { ConnectionDraft, ConnectionSummary, Keep, SignIn } from "../../ipc/bindings";

/** What the user typed. The token lives here, in the dialog's memory, and nowhere else in the window. */
export interface Form {
  address: string;
  name: string;
  with: SignIn["with"];
  token: string;
  variable: string;
  keep: Keep;
  caFile: string;
}

/** The form as it opens. The saved token is never in it. */
export function firstForm(connection: ConnectionSummary | undefined, keychain: boolean): Form {
  const keep: Keep = keychain ? "keychain" : "session";
  if (!connection) return { address: "", name: "", with: "token", token: "", variable: "GITLAB_TOKEN", keep, caFile: "" };
  const { sign_in } = connection;
  return {
    address: connection.address, name: connection.name, with: sign_in.with, token: "",
    variable: sign_in.with === "environment" ? sign_in.variable : "GITLAB_TOKEN",
    keep: sign_in.with === "token" && keychain ? sign_in.keep : keep, caFile: connection.ca_file ?? "",
  };
}

/** The form as a draft; `null` while something needed is missing. */
export function draftOf(form: Form, connection: ConnectionSummary | undefined): ConnectionDraft | null {
  const address = form.address.trim();
  const variable = form.variable.trim();
  const hasSaved = connection !== undefined && connection.token_hint !== null && address === connection.address;
  if (address === "" || (form.with === "environment" ? variable === "" : form.token === "" && !hasSaved)) return null;
  return {
    id: connection?.id ?? null,
    kind: "gitlab",
    address,
    name: form.name.trim(),
    sign_in: form.with === "environment" ? { with: "environment", variable } : { with: "token", keep: form.keep },
    token: form.with === "token" && form.token !== "" ? form.token.trim() : null,
    ca_file: form.caFile.trim() === "" ? null : form.caFile.trim(),
  };
}

/** Where GitLab lets one create a token; `null` while the address is none of `https`. */
export function tokenPage(address: string): string | null {
  const full = address.includes("://") ? address : `https://${address}`;
  if (address.trim() === "" || !URL.canParse(full)) return null;
  const url = new URL(full);
  if (url.protocol !== "https:") return null;
  url.search = "";
  url.hash = "";
  url.pathname = `${url.pathname.replace(/\/$/, "")}/-/user_settings/personal_access_tokens`;
  return `${url.href}?name=Tagwarden&scopes=api`;
}
