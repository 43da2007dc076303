import { Component } from "react";
import type { ReactNode } from "react";
import { ErrorNotice } from "../components/ErrorNotice";
import { asApiError } from "../ipc/client";

/** A fault in one screen leaves the rest of the window working. */
export class ScreenBoundary extends Component<{ children: ReactNode }, { thrown: unknown }> {
  override state: { thrown: unknown } = { thrown: null };

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown };
  }

  override render() {
    if (this.state.thrown === null) return this.props.children;
    return <div style={{ padding: 20 }}><ErrorNotice error={asApiError(this.state.thrown)} /></div>;
  }
}
