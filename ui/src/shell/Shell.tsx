import type { ReactNode } from "react";
import type { Route } from "../state/route";

export function Shell({ children }: { route: Route; children: ReactNode }) {
  return <div className="app"><main className="main" id="main">{children}</main></div>;
}
