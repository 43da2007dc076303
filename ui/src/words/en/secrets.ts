// What each kind of secret is called in a sentence.
import type { SecretKind } from "../../ipc/bindings";

const secrets: Record<SecretKind, string> = {
  any: "secret",
  token: "token",
  password: "password",
  cli_secret: "CLI secret",
  robot_secret: "robot secret",
  access_key: "access key",
  profile: "profile",
  nothing: "secret",
};

export default secrets;
