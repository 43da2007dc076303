import type { ReactNode } from "react";

/** The head of a screen. */
export function Header({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children?: ReactNode }) {
  return (
    <header className="hdr">
      <h1>{title}</h1>
      {aside}
      <span className="grow" />
      {children}
    </header>
  );
}
