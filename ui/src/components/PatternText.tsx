import { t } from "i18next";
import type { Dialect, SelectorMode } from "../ipc/bindings";
import { TOKEN_CLASS, tokens } from "../patterns/tokens";

/** A pattern in its colours, for reading. The full text is its tooltip. With its mode, one that excludes says so. */
export function PatternText({ pattern, dialect, mode, className }: { pattern: string; dialect: Dialect; mode?: SelectorMode; className?: string }) {
  const before = mode === "excluding" || mode === "excluding_other_part" ? `${t("common.allBut")} ` : "";
  return (
    <span className={`rx ${className ?? ""}`} title={before + pattern}>
      {before === "" ? null : <span className="t3">{before}</span>}
      {tokens(pattern, dialect).map((token) => (
        <span key={token.from} className={TOKEN_CLASS[token.kind]}>{token.text}</span>
      ))}
    </span>
  );
}
