import type { PreviewAnswer } from "../../ipc/bindings";

/** Tags that end up less strictly kept than they are now. */
export function lossOf(answer: PreviewAnswer | null): number {
  const rank = { open: 0, protected: 1, immutable: 2, unknown: -1 } as const;
  return (answer?.changes ?? [])
    .filter((change) => change.from !== "unknown" && change.to !== "unknown" && rank[change.to] < rank[change.from])
    .reduce((sum, change) => sum + change.tags, 0);
}
