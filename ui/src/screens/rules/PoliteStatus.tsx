import { useEffect, useMemo, useState } from "react";

import type { Finding, Rule } from "../../ipc/bindings";
import { sayFinding } from "./say/findings";
import { plain } from "./say/values";

/** Reads findings out, politely and only when typing has paused. */
export function PoliteStatus(props: { findings: readonly Finding[]; product: string; dialect: Rule["tags"]["dialect"]; pattern: string; repositories: string | undefined }) {
  const { findings, product, dialect, pattern, repositories } = props;
  const text = useMemo(
    () => findings.map((finding) => plain(sayFinding(finding.what, { product, dialect, pattern, repositories }).title)).join(" "),
    [findings, product, dialect, pattern, repositories],
  );
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 400);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="sr" role="status">
      {said}
    </div>
  );
}
