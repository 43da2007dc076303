/** Where the words of a dialect are. */
import type { Dialect } from "../../../ipc/bindings";

/** A dot in a dialect's name would part the key of its words. */
type Dotless<Name extends string> = Name extends `${infer Before}.${infer After}` ? `${Before}_${After}` : Name;

export function dialectKey(dialect: Dialect): Dotless<Dialect> {
  return dialect.replace(".", "_") as Dotless<Dialect>;
}
