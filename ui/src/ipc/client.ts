// Typed calls of the commands in `commands.ts`.
import type { ApiError, ErrorCode } from "./bindings";
import type { Commands } from "./commands";
import { host } from "./host";

/** A command that refused, with its reason as data. Sentences are in `words/en/errors.ts`. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly error: ApiError;
  constructor(error: ApiError) {
    super(error.code);
    this.error = error;
  }
}

/** An `ApiError` with nothing in it but its code. */
export function plainError(code: ErrorCode, detail: string | null = null): ApiError {
  return {
    code, detail, host: null, project: null, status: null, server_words: null,
    registry: null, secret: "any", role_have: null, role_need: null, role_names: "gitlab", retry_after: null, retryable: false,
    cause: null, rows: null,
  };
}

/** Whatever was thrown, as an `ApiError`: a bug shows as `internal` instead of vanishing. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof CallFailed) return thrown.error;
  if (isApiError(thrown)) return thrown;
  return plainError("internal", thrown instanceof Error ? thrown.message : String(thrown));
}

function isApiError(value: unknown): value is ApiError {
  return typeof value === "object" && value !== null && "code" in value && "retryable" in value;
}

type WithRequest = { [K in keyof Commands]: Commands[K]["request"] extends null ? never : K }[keyof Commands];

/** Calls a command. Rejects with `CallFailed`. */
export async function call<K extends keyof Commands>(
  name: K,
  ...[request]: K extends WithRequest ? [request: Commands[K]["request"]] : [request?: null]
): Promise<Commands[K]["answer"]> {
  const there = await host();
  try {
    return (await there.invoke(name, { request: request ?? null })) as Commands[K]["answer"];
  } catch (thrown) {
    throw new CallFailed(asApiError(thrown));
  }
}
