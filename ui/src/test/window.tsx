// The whole window on a fixture host, for tests of what a user does and sees.
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { RenderResult } from "@testing-library/react";
import axe from "axe-core";
import { fixtureHost } from "../../dev/fixture";
import type { Answers, FixtureHost } from "../../dev/fixture";
import { App } from "../App";
import { putHost } from "../ipc/host";
import { jobs } from "../ipc/jobs";
import { closeOverlay } from "../state/overlay";
import { createQueries, followChanges } from "../state/queries";
import { selection } from "../state/selection";

let former: FixtureHost | undefined;

/** Opens the window at a hash. */
export async function openWindow(hash: string, answers: Answers = {}): Promise<{ host: FixtureHost; view: RenderResult }> {
  // Jobs of the test before go on; nobody shall hear of them.
  await former?.listen(() => undefined);
  for (const { job, kind } of jobs.snapshot()) jobs.accept({ event: "ended", job, kind, result: { ended: "cancelled", run: null } });
  const host = fixtureHost(answers);
  former = host;
  putHost(host);
  await host.listen(jobs.accept);
  selection.clear();
  closeOverlay();
  window.history.replaceState(null, "", hash || window.location.pathname);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  const queries = createQueries();
  followChanges(queries, 0);
  const view = render(
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>,
  );
  return { host, view };
}

/** What axe finds wrong in the document, in a form that a failing test shows well. */
export async function violations(): Promise<string[]> {
  const found = await axe.run(document.body, {
    // jsdom computes no colours; contrast is checked in the real window.
    rules: { "color-contrast": { enabled: false }, region: { enabled: false }, "label-content-name-mismatch": { enabled: true } },
  });
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
}
