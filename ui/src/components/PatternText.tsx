import type { Dialect } from "../ipc/bindings";
import { TOKEN_CLASS, tokens } from "../patterns/tokens";

/** A pattern in its colours, for reading. The full text is its tooltip. */
export function PatternText({ pattern, dialect, className }: { pattern: string; dialect: Dialect; className?: string }) {
  return (
    <span className={`rx ${className ?? ""}`} title={pattern}>
      {tokens(pattern, dialect).map((token) => (
        <span key={token.from} className={TOKEN_CLASS[token.kind]}>{token.text}</span>
      ))}
    </span>
  );
}
