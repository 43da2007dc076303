// Plays the shell's part in a plain browser and in tests. Never in the production bundle.
//
// `fixtureHost(answers)` answers every command of `answers` over those of `dev/answers`; a command that
// nobody answers is refused with `internal`, as a fault of the program would be.
import type { JobEvent } from "../src/ipc/bindings";
import type { Commands } from "../src/ipc/commands";
import { plainError } from "../src/ipc/client";
import type { Host } from "../src/ipc/host";
import { baseAnswers } from "./answers/base";
import { answersB } from "./fixtures-b";

/** What an answer may use. */
export interface Stage {
  /** Starts a job: its number now, its events later, on the channel. */
  job: (play: (tell: (event: JobEvent) => void, job: number) => void | Promise<void>) => number;
  /** Says something on the channel. */
  tell: (event: JobEvent) => void;
}

/** Answers by command. Throw an `ApiError` to refuse. */
export type Answers = { [K in keyof Commands]?: (request: Commands[K]["request"], stage: Stage) => Commands[K]["answer"] | Promise<Commands[K]["answer"]> };

/** A host, and what was asked of it. */
export interface FixtureHost extends Host {
  /** Commands so far, in order. */
  readonly calls: { name: string; request: unknown }[];
  readonly copied: string[];
  readonly opened: string[];
  /** Says something on the channel, as the shell would. */
  tell: (event: JobEvent) => void;
}


// Numbers go on from one host to the next, as they do in one run of the program.
let next = 1;

export function fixtureHost(answers: Answers = {}): FixtureHost {
  let speak: (event: JobEvent) => void = () => undefined;
  const stage: Stage = {
    tell: (event) => speak(event),
    job: (play) => {
      const job = next++;
      queueMicrotask(() => void play((event) => speak(event), job));
      return job;
    },
  };
  const base = baseAnswers();
  const all: Answers = { ...base, ...answersB(base), ...answers };
  const calls: FixtureHost["calls"] = [];
  const copied: string[] = [];
  const opened: string[] = [];
  return {
    calls, copied, opened,
    tell: stage.tell,
    invoke: async (name, args) => {
      const request = args?.request ?? null;
      calls.push({ name, request });
      if (name === "app_ready" || name === "app_restart") return null;
      const answer = all[name as keyof Commands] as ((request: unknown, stage: Stage) => unknown) | undefined;
      if (!answer) throw plainError("internal", `the fixture has no answer for ${name}`);
      // A copy, as the wire makes one.
      return structuredClone(await answer(request, stage));
    },
    listen: async (onEvent) => {
      speak = onEvent;
    },
    copy: async (text) => {
      copied.push(text);
    },
    open: async (address) => {
      opened.push(address);
    },
  };
}
