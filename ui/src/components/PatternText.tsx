import { t } from "i18next";
import type { Dialect, SelectorMode } from "../ipc/bindings";
import { TOKEN_CLASS, tokens } from "../patterns/tokens";

/** What is said before a pattern of tags: that it excludes, or that it is compared with repositories. */
export function wordBefore(mode: SelectorMode | undefined): string {
  switch (mode) {
    case "excluding":
      return `${t("common.allBut")} `;
    case "matching_other_part":
      return `${t("common.inRepositories")} `;
    case "excluding_other_part":
      return `${t("common.notInRepositories")} `;
    default:
      return "";
  }
}

/** A pattern of tags in its colours, for reading. The full text is its tooltip. */
export function PatternText({ pattern, dialect, mode, className }: { pattern: string; dialect: Dialect; mode?: SelectorMode; className?: string }) {
  const before = wordBefore(mode);
  return (
    <span className={`rx ${className ?? ""}`} title={before + pattern}>
      {before === "" ? null : <span className="t3">{before}</span>}
      {tokens(pattern, dialect).map((token) => (
        <span key={token.from} className={TOKEN_CLASS[token.kind]}>{token.text}</span>
      ))}
    </span>
  );
}
