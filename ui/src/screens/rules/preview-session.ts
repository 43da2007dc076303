/**
 * Asks for previews as the user types, and keeps only the answers that still matter.
 *
 * The first question after a pause goes out at once, so that one keystroke costs one round trip;
 * while answers are awaited, at most one question every [`PACE`] milliseconds follows, always the
 * newest one. The host cancels the older question of the same session by the generation number.
 */
import type { PreviewAnswer, PreviewLine, PreviewRequest } from "../../ipc/bindings";

/** A question without what the session adds. */
export type Question = Omit<PreviewRequest, "generation" | "session">;

/** Shortest time between two questions, in milliseconds: a frame. */
export const PACE = 16;

/** What a session needs from outside. */
export type PreviewHost = {
  ask: (request: PreviewRequest) => Promise<PreviewAnswer>;
  now: () => number;
  later: (run: () => void, milliseconds: number) => number;
  never: (timer: number) => void;
};

/** What a session tells. */
export type PreviewListener = {
  /** The newest question was answered. `since` is the time given with it. */
  onAnswer: (answer: PreviewAnswer, question: Question, since: number | null) => void;
  /** The newest question failed. */
  onFailure: (failure: unknown) => void;
};

/**
 * A number for a session: even for keystrokes, the odd one above it for pages of the same editor. By
 * chance, since the host outlives a window that is loaded again and remembers how far a session was.
 */
function anySession(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) & 0x7fff_fffe;
}

export class PreviewSession {
  readonly #session = anySession();
  #generation = 0;
  #pages = 0;
  #question: Question | null = null;
  #since: number | null = null;
  #timer: number | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #ended = false;

  readonly #host: PreviewHost;
  readonly #listener: PreviewListener;

  constructor(host: PreviewHost, listener: PreviewListener) {
    this.#host = host;
    this.#listener = listener;
  }

  /** A newer question. `since`: when the keystroke behind it happened. */
  put(question: Question, since: number | null): void {
    this.#question = question;
    this.#since = since;
    if (this.#timer !== null) return;
    const wait = this.#askedAt + PACE - this.#host.now();
    if (wait <= 0) this.#send();
    else
      this.#timer = this.#host.later(() => {
        this.#timer = null;
        this.#send();
      }, wait);
  }

  /** More lines of a question that was answered. The caller knows whether it still matters. */
  async page(question: Question, offset: number, limit: number): Promise<PreviewLine[]> {
    this.#pages += 1;
    const request = { ...question, offset, limit, session: this.#session + 1, generation: this.#pages };
    return (await this.#host.ask(request)).lines;
  }

  /** Nothing is asked or told any more. */
  end(): void {
    this.#ended = true;
    if (this.#timer !== null) this.#host.never(this.#timer);
    this.#timer = null;
  }

  #send(): void {
    if (this.#question === null || this.#ended) return;
    this.#generation += 1;
    this.#askedAt = this.#host.now();
    const generation = this.#generation;
    const since = this.#since;
    const question = this.#question;
    const current = () => generation === this.#generation && !this.#ended;
    this.#host.ask({ ...question, session: this.#session, generation }).then(
      (answer) => {
        if (current()) this.#listener.onAnswer(answer, question, since);
      },
      (failure: unknown) => {
        if (current()) this.#listener.onFailure(failure);
      },
    );
  }
}
