// Every error of every product is said in that product's own words.
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { errorWords } from "../components/errorWords";
import type { ApiError, ErrorCode, RegistryKind, SecretKind } from "../ipc/bindings";
import { plainError } from "../ipc/client";
import errors from "./en/errors";
import { startWords } from "./index";

const CODES = Object.keys(errors.words).map((key) => key.replace("_", ".") as ErrorCode);
const EXACT = Object.keys(errors.exact).map((key) => {
  const general = Object.keys(errors.words).find((one) => key.startsWith(`${one}_`))!;
  return { code: general.replace("_", ".") as ErrorCode, detail: key.slice(general.length + 1) };
});

/** What there is to connect to, as errors come from it. */
const PRODUCTS: { registry: RegistryKind | null; product: string; secrets: SecretKind[] }[] = [
  { registry: "gitlab", product: "GitLab", secrets: ["token"] },
  { registry: "harbor", product: "Harbor", secrets: ["password", "cli_secret", "robot_secret"] },
  { registry: "ecr", product: "AWS ECR", secrets: ["access_key", "profile"] },
  { registry: "oci", product: "any other registry", secrets: ["password", "token", "nothing"] },
  { registry: null, product: "no registry in particular", secrets: ["any"] },
];
const NAMES = ["GitLab", "Harbor", "STACKIT", "AWS", "ECR", "Amazon", "Docker", "OCI", "Ultimate"];
const NOUNS: Record<SecretKind, RegExp | null> = {
  any: null, nothing: null,
  token: /\btokens?\b/i,
  password: /\bpasswords?\b/i,
  cli_secret: /\bCLI secrets?\b/i,
  robot_secret: /\brobot secrets?\b/i,
  access_key: /\baccess keys?\b/i,
  profile: /\bprofiles?\b/i,
};
/** Sentences about what was typed into a field, whatever the registry. */
const ABOUT_THE_ADDRESS = new Set(["address.invalid credentials"]);

function sentences(error: ApiError): string {
  const words = errorWords(error, i18next.t);
  return `${words.title}. ${words.text} ${words.help}`;
}

beforeAll(startWords);

describe.each(PRODUCTS)("of $product", ({ registry, product, secrets }) => {
  const made: ApiError[] = secrets.flatMap((secret) => [...CODES.map((code) => ({ code, detail: null })), ...EXACT].map(({ code, detail }) => (
    { ...plainError(code), host: "registry.example.com", registry, secret, detail }
  )));

  it("no sentence names another product", () => {
    for (const error of made) {
      const said = sentences(error);
      for (const name of NAMES.filter((one) => !product.includes(one))) expect(said, error.code).not.toContain(name);
    }
  });

  it("no sentence calls the secret by another kind's name", () => {
    for (const error of made.filter((one) => !ABOUT_THE_ADDRESS.has(`${one.code} ${one.detail}`))) {
      const said = sentences(error);
      for (const [kind, noun] of Object.entries(NOUNS)) {
        if (noun && kind !== error.secret) expect(said, `${error.code} ${error.secret}`).not.toMatch(noun);
      }
    }
  });

  it("no sentence has a hole", () => {
    for (const error of made) expect(sentences(error), error.code).not.toMatch(/\{\{|undefined|null/);
  });
});

it("a refused secret is called by its own name", () => {
  const said = (secret: SecretKind) => errorWords({ ...plainError("auth.refused"), host: "h", secret }, i18next.t).title;
  expect(said("token")).toBe("The token is not accepted");
  expect(said("robot_secret")).toBe("The robot secret is not accepted");
  expect(said("cli_secret")).toBe("The CLI secret is not accepted");
  expect(said("access_key")).toBe("The access key is not accepted");
  expect(said("nothing")).toBe("Signing in is needed");
});

it("a refusal for want of a role is the product's own", () => {
  const error: ApiError = { ...plainError("auth.role"), registry: "harbor", role_names: "harbor", role_need: "maintainer" };
  expect(errorWords(error, i18next.t).title).toBe("Harbor refused: Maintainer needed");
});
