import { useId } from "react";
import type { ReactNode } from "react";
import type { RuleKind } from "../../ipc/bindings";

const FILL = { open: "var(--c-panel)", protected: "", immutable: "var(--c-imm)" } as const;
const STROKE = { open: "var(--c-open-line)", protected: "var(--c-prot-hatch)", immutable: "var(--c-imm)" } as const;

/** A tag of cardboard in the texture of its state. */
export function TagCard({ state, children }: { state: RuleKind | "open"; children: ReactNode }) {
  const hatch = useId();
  return (
    <div className="tagcard">
      <svg viewBox="0 0 56 80" aria-hidden="true">
        <defs>
          <pattern id={hatch} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="7" height="7" fill="var(--c-prot-tint)" />
            <rect width="3" height="7" fill="var(--c-prot-hatch)" />
          </pattern>
        </defs>
        <path
          d="M55.5 .5H22.5a8 8 0 0 0-6 2.6L2.6 18.5A8 8 0 0 0 .5 24V56a8 8 0 0 0 2.1 5.5L16.5 76.9a8 8 0 0 0 6 2.6H55.5Z"
          fill={state === "protected" ? `url(#${hatch})` : FILL[state]}
          stroke={STROKE[state]}
          {...(state === "open" && { strokeDasharray: "3 2" })}
        />
        <circle cx="24" cy="40" r="6.5" fill="var(--c-sunken)" stroke={STROKE[state]} />
      </svg>
      <div className="bd">{children}</div>
    </div>
  );
}
