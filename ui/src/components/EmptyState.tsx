import type { ReactNode } from "react";

/** Nothing here, why, and what to do about it. */
export function EmptyState({ title, children, actions, wholeWindow = false }: {
  title: ReactNode; children?: ReactNode; actions?: ReactNode; wholeWindow?: boolean;
}) {
  // A page has a heading of its own; where this is all there is, it carries the first one.
  const Heading = wholeWindow ? "h1" : "h2";
  return (
    <div className="empty">
      <svg width="60" height="38" viewBox="0 0 60 38" aria-hidden="true" fill="none">
        <path d="M20 1h32a6 6 0 0 1 6 6v24a6 6 0 0 1-6 6H20l-7-8V9Z" fill="var(--c-sunken)" stroke="var(--c-open-line)" strokeDasharray="3 2" />
        <path d="M1 19h18M32 13h18M32 19h18M32 25h12" stroke="var(--c-line-2)" strokeWidth="2" />
        <circle cx="21" cy="19" r="3" fill="var(--c-panel)" stroke="var(--c-open-line)" />
      </svg>
      <Heading className="b">{title}</Heading>
      {children && <p className="f12 t2">{children}</p>}
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
