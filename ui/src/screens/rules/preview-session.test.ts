import { describe, expect, it } from "vitest";
import type { PreviewAnswer, PreviewRequest } from "../../ipc/bindings";
import { PACE, PreviewSession, type Question } from "./preview-session";

const question = (pattern: string) => ({ edited: { tags: { pattern } } }) as unknown as Question;

/** A host whose clock and answers are in the test's hand. */
function stage() {
  let now = 0;
  let timer: { run: () => void; at: number } | null = null;
  const asked: { request: PreviewRequest; answer: (lines?: number) => Promise<void>; refuse: () => Promise<void> }[] = [];
  const seen: string[] = [];
  const session = new PreviewSession(
    {
      ask: (request) =>
        new Promise((resolve, reject) => {
          asked.push({
            request,
            answer: async () => {
              resolve({ generation: request.generation, lines: [] } as unknown as PreviewAnswer);
              await Promise.resolve();
            },
            refuse: async () => {
              reject(new Error("no"));
              await Promise.resolve();
            },
          });
        }),
      now: () => now,
      later: (run, milliseconds) => {
        timer = { run, at: now + milliseconds };
        return 1;
      },
      never: () => {
        timer = null;
      },
    },
    {
      onAnswer: (_answer, of, since) => seen.push(`${of.edited.tags.pattern}@${String(since)}`),
      onFailure: () => seen.push("failed"),
    },
  );
  const pass = (milliseconds: number) => {
    now += milliseconds;
    if (timer !== null && timer.at <= now) {
      const { run } = timer;
      timer = null;
      run();
    }
  };
  return { session, asked, seen, pass };
}

describe("asking for previews", () => {
  it("sends the first keystroke at once and then only the newest, at its pace", () => {
    const { session, asked, pass } = stage();
    session.put(question("a"), 0);
    session.put(question("ab"), 5);
    session.put(question("abc"), 10);
    expect(asked).toHaveLength(1);
    pass(PACE);
    expect(asked.map((one) => one.request.edited.tags.pattern)).toEqual(["a", "abc"]);
    expect(asked[1]!.request.generation).toBeGreaterThan(asked[0]!.request.generation);
  });
  it("drops an answer that comes after a newer question, whatever the order", async () => {
    const { session, asked, seen, pass } = stage();
    session.put(question("a"), 1);
    pass(PACE);
    session.put(question("ab"), 2);
    await asked[1]!.answer();
    await asked[0]!.answer();
    expect(seen).toEqual(["ab@2"]);
  });
  it("does not report the failure of a question that was overtaken", async () => {
    const { session, asked, seen, pass } = stage();
    session.put(question("a"), null);
    pass(PACE);
    session.put(question("ab"), null);
    await asked[0]!.refuse();
    expect(seen).toEqual([]);
    await asked[1]!.refuse();
    expect(seen).toEqual(["failed"]);
  });
  it("asks for pages in a session of their own, so that they never cancel a keystroke", () => {
    const { session, asked } = stage();
    session.put(question("a"), null);
    void session.page(question("a"), 100, 100);
    expect(asked[1]!.request.session).not.toBe(asked[0]!.request.session);
    expect(asked[1]!.request.offset).toBe(100);
  });
  it("says nothing after its end", async () => {
    const { session, asked, seen } = stage();
    session.put(question("a"), null);
    session.end();
    await asked[0]!.answer();
    expect(seen).toEqual([]);
  });
});
