import type { RegistryKind } from "../../ipc/bindings";

/** What the field for the secret is called: words of their own, since registries know several kinds. */
export type SecretField = "token" | "passwordOrToken" | "passwordOrSecret" | "secretKey";

/** What a kind of registry is asked for: the form is drawn from this, and knows no kind by name. */
export interface KindForm {
  kind: RegistryKind;
  mark: string;
  product: string;
  /** Example of an address. */
  address: string;
  /** First name offered for a variable. */
  variable: string;
  secret: SecretField;
  /** Whether the secret may be the password of a user; `needed`: it always is; `keys`: it goes with an access key’s id. */
  user: boolean | "needed" | "keys";
  /** Whether a profile of this computer's own tools may say how. */
  profile: boolean;
  /** Whether it may let anybody in. */
  anonymous: boolean;
  /** Whether the repositories to read can be named. */
  repositories: boolean;
  /** Whether there is a demo of it. */
  demo: boolean;
  /** Path of the page on which a token is made. */
  tokenPage: string | null;
}

const forms: Record<RegistryKind, Omit<KindForm, "kind">> = {
  gitlab: {
    mark: "GL", product: "GitLab", address: "https://gitlab.example.com", variable: "GITLAB_TOKEN", secret: "token",
    user: false, profile: false, anonymous: false, repositories: false, demo: true, tokenPage: "/-/user_settings/personal_access_tokens?name=Tagwarden&scopes=api",
  },
  harbor: {
    mark: "HB", product: "Harbor or STACKIT", address: "https://harbor.example.com", variable: "HARBOR_PASSWORD", secret: "passwordOrSecret",
    user: "needed", profile: false, anonymous: false, repositories: false, demo: true, tokenPage: null,
  },
  oci: {
    mark: "OC", product: "OCI registry", address: "https://registry.example.com", variable: "REGISTRY_TOKEN", secret: "passwordOrToken",
    user: true, profile: false, anonymous: true, repositories: true, demo: false, tokenPage: null,
  },
  ecr: {
    mark: "EC", product: "AWS ECR", address: "eu-central-1", variable: "AWS_SECRET_ACCESS_KEY", secret: "secretKey",
    user: "keys", profile: true, anonymous: false, repositories: false, demo: true, tokenPage: null,
  },
};

export const KINDS: readonly KindForm[] = (Object.keys(forms) as RegistryKind[]).map((kind) => ({ kind, ...forms[kind] }));

export const formOf = (kind: RegistryKind): KindForm => ({ kind, ...forms[kind] });
